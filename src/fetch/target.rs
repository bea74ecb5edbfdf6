//! A URL that may be fetched, taken apart.

use std::net::IpAddr;

use url::Host;
use url::Url;

use crate::fetch::FetchError;
use crate::fetch::address::Rules;

/// The longest URL that is fetched.
const MAX_URL_BYTES: usize = 2048;

/// Where a request goes.
#[derive(Debug)]
pub(super) struct Target {
    /// Whether TLS is spoken; without it only loopback addresses are reached.
    pub(super) tls: bool,
    /// A name without a dot at the end, or an address.
    pub(super) host: Host<String>,
    pub(super) port: u16,
    /// The `Host` header.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
}

impl Target {
    /// Takes a URL apart, or says why it is never fetched. Looks nothing up.
    pub(super) fn parse(text: &str, rules: &Rules) -> Result<Self, FetchError> {
        // parsers drop tabs and line breaks and turn backslashes: what is checked shall be what is written
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
        if text.len() > MAX_URL_BYTES || !text.bytes().all(plain) {
            return Err(FetchError::Refused(
                "the URL is too long or has characters that must be escaped",
            ));
        }
        let url = Url::parse(text).map_err(|_| FetchError::Refused("the URL cannot be read"))?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(FetchError::Refused("the URL must start with https://")),
        };
        // `https:/x`, `https:x` and the like
        if !text
            .get(url.scheme().len()..)
            .is_some_and(|rest| rest.starts_with("://"))
        {
            return Err(FetchError::Refused("the URL cannot be read"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Refused(
                "the URL must not contain a user or a password",
            ));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(FetchError::Refused("the URL cannot be read"));
        };
        let host = checked(&host, tls, rules)?;
        let named = host.to_string();
        let authority = url
            .port()
            .map_or_else(|| named.clone(), |port| format!("{named}:{port}"));
        let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        Ok(Self {
            tls,
            host,
            port,
            authority,
            path: format!("{}{query}", url.path()),
        })
    }

    /// Whether a connection to this address may be made for this URL.
    pub(super) fn permits(&self, address: IpAddr, rules: &Rules) -> bool {
        rules.permit(address) && (self.tls || address.to_canonical().is_loopback())
    }
}

fn checked(host: &Host<&str>, tls: bool, rules: &Rules) -> Result<Host<String>, FetchError> {
    let (local, permitted, host) = match host {
        Host::Ipv4(v4) => {
            let address = IpAddr::V4(*v4);
            (address.is_loopback(), rules.permit(address), Host::Ipv4(*v4))
        }
        Host::Ipv6(v6) => {
            let address = IpAddr::V6(*v6).to_canonical();
            (address.is_loopback(), rules.permit(address), Host::Ipv6(*v6))
        }
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            let local = name == "localhost" || name.ends_with(".localhost");
            let permitted = !name.is_empty() && (!local || rules.permit_loopback());
            (local, permitted, Host::Domain(name.to_owned()))
        }
    };
    match (permitted, tls || local) {
        (true, true) => Ok(host),
        (_, false) => Err(FetchError::Refused("the URL must start with https://")),
        (false, true) => Err(FetchError::Refused("the URL must not lead to a private address")),
    }
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::fetch::address::Rules;

    fn refusal(url: &str, rules: &Rules) -> String {
        Target::parse(url, rules)
            .map(|_| ())
            .map_err(|e| e.to_string())
            .err()
            .unwrap_or_default()
    }

    const PRIVATE: &str = "the URL must not lead to a private address";
    const SCHEME: &str = "the URL must start with https://";
    const UNREADABLE: &str = "the URL cannot be read";
    const CHARACTERS: &str = "the URL is too long or has characters that must be escaped";
    const USER: &str = "the URL must not contain a user or a password";

    #[test]
    fn addresses_of_this_machine_and_network_are_refused_in_every_spelling() {
        let rules = Rules::new(Vec::new());
        for (url, expected) in [
            ("https://127.0.0.1/", PRIVATE),
            ("https://127.0.0.1:8080/", PRIVATE),
            ("https://127.0.0.1./", PRIVATE),
            ("https://0x7f000001/", PRIVATE),
            ("https://2130706433/", PRIVATE),
            ("https://127.1/", PRIVATE),
            ("https://0177.0.0.1/", PRIVATE),
            ("https://0x7f.1/", PRIVATE),
            ("https://%31%32%37.0.0.1/", PRIVATE),
            ("https://0/", PRIVATE),
            ("https://0.0.0.0/", PRIVATE),
            ("https://169.254.169.254/latest/meta-data/", PRIVATE),
            ("https://10.0.0.1/", PRIVATE),
            ("https://100.64.0.1/", PRIVATE),
            ("https://224.0.0.1/", PRIVATE),
            ("https://[::]/", PRIVATE),
            ("https://[::1]/", PRIVATE),
            ("https://[::ffff:127.0.0.1]/", PRIVATE),
            ("https://[::ffff:7f00:1]/", PRIVATE),
            ("https://[fe80::1]/", PRIVATE),
            ("https://[fd00::1]/", PRIVATE),
            ("https://[64:ff9b::127.0.0.1]/", PRIVATE),
            ("https://localhost/", PRIVATE),
            ("https://localhost./", PRIVATE),
            ("https://LOCALHOST/", PRIVATE),
            ("https://id.localhost/", PRIVATE),
            ("http://127.0.0.1/", PRIVATE),
            ("http://localhost/", PRIVATE),
            ("http://example.com/", SCHEME),
            ("http://1.1.1.1/", SCHEME),
            ("http://169.254.169.254/", SCHEME),
            ("file:///etc/passwd", SCHEME),
            ("gopher://example.com/", SCHEME),
            ("ftp://example.com/", SCHEME),
            ("data:application/json,{}", SCHEME),
            ("https://x@127.0.0.1/", USER),
            ("https://x@example.com/", USER),
            ("https://:y@example.com/", USER),
            ("https:example.com/", UNREADABLE),
            ("https:/example.com/", UNREADABLE),
            ("https://", UNREADABLE),
            ("https://a..b:99999/", UNREADABLE),
            ("/relative", UNREADABLE),
            ("", UNREADABLE),
            ("https:\\\\127.0.0.1/", CHARACTERS),
            ("https://example.com\t/", CHARACTERS),
            (" https://example.com/", CHARACTERS),
            ("https://example.com/\r\nX: y", CHARACTERS),
            ("https://１２７.0.0.1/", CHARACTERS),
        ] {
            assert_eq!(refusal(url, &rules), expected, "{url}");
        }
        let long = format!("https://example.com/{}", "a".repeat(2048));
        assert_eq!(refusal(&long, &rules), CHARACTERS);
    }

    #[test]
    fn a_public_url_is_taken_apart_and_its_fragment_is_not_sent() {
        let target = Target::parse("https://Example.com.:8443/a%20b?c=d#e", &Rules::new(Vec::new())).unwrap();
        assert_eq!(target.authority, "example.com:8443");
        assert_eq!((target.port, target.path.as_str()), (8443, "/a%20b?c=d"));
        let target = Target::parse("https://[2606:4700::1111]", &Rules::new(Vec::new())).unwrap();
        assert_eq!(
            (target.authority.as_str(), target.port, target.path.as_str()),
            ("[2606:4700::1111]", 443, "/")
        );
    }

    #[test]
    fn plain_http_needs_loopback_and_loopback_needs_the_configuration() {
        let rules = Rules::new(vec![
            "127.0.0.0/8".parse().unwrap(),
            "10.0.0.0/8".parse().unwrap(),
        ]);
        for url in [
            "http://127.0.0.1:1/",
            "http://localhost:1/",
            "https://localhost/",
            "https://10.1.1.1/",
        ] {
            assert_eq!(refusal(url, &rules), "", "{url}");
        }
        assert_eq!(refusal("http://10.1.1.1/", &rules), SCHEME);
        assert_eq!(refusal("http://[::1]/", &rules), PRIVATE);
        let target = Target::parse("http://localhost/", &rules).unwrap();
        assert!(
            !target.permits("10.1.1.1".parse().unwrap(), &rules),
            "a name that leads elsewhere"
        );
        assert!(target.permits("127.0.0.2".parse().unwrap(), &rules));
    }
}
