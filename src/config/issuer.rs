//! `[issuer]`: the name under which applications know this server.

use std::fmt;
use std::net::SocketAddr;

use url::Host;
use url::Url;

use crate::config::http::HttpConfig;
use crate::config::reader::Reader;

/// Who Gatepost is to applications.
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// The issuer identifier, which stands in every token.
    pub url: IssuerUrl,
    /// Whether it was computed from `http.listen`.
    pub(super) is_derived: bool,
}

/// An issuer identifier (OIDC Core §2): https outside localhost; no query, fragment, user, nor
/// slash at the end. Applications compare it byte by byte, so it is kept as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IssuerUrl {
    text: String,
    /// Bytes of scheme, host and port.
    origin_bytes: usize,
}

/// Why a text is not an issuer: what is wrong, and a better text if one is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotAnIssuer {
    message: &'static str,
    better: Option<String>,
}

impl IssuerUrl {
    /// The identifier, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port, as browsers send it in `Origin`.
    pub fn origin(&self) -> &str {
        self.text
            .split_at_checked(self.origin_bytes)
            .map_or(self.as_str(), |(origin, _)| origin)
    }

    /// The path below which everything is served: empty, or "/auth" without a slash at the end.
    pub fn path(&self) -> &str {
        self.text
            .split_at_checked(self.origin_bytes)
            .map_or("", |(_, path)| path)
    }

    /// Whether browsers reach it over TLS, so that cookies can be `Secure`.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// Host name or address, without the port; IPv6 addresses in brackets.
    pub fn host(&self) -> &str {
        let authority = self
            .origin()
            .split_once("://")
            .map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => authority,
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, NotAnIssuer> {
        let Ok(url) = Url::parse(text) else {
            return Err(not_an_address(text));
        };
        let better = || better(&url);
        let refuse = |message| {
            Err(NotAnIssuer {
                message,
                better: better(),
            })
        };
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(not_an_address(text));
        }
        let local = is_local(url.host().as_ref());
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not contain a user or a password");
        }
        match (url.query().is_some(), url.fragment().is_some()) {
            (false, false) => {}
            (true, _) => return refuse("must not have a query (\"?\")"),
            (_, true) => return refuse("must not have a fragment (\"#\")"),
        }
        match (url.scheme() == "https" || local, text.ends_with('/')) {
            (true, false) => {}
            (false, false) => return refuse("must be https outside localhost"),
            (false, true) => return refuse("must be https outside localhost, and must not end in \"/\""),
            (true, true) => return refuse("must not end in \"/\""),
        }
        // Upper case, default ports, "..", spaces: libraries disagree about those.
        if url.as_str().trim_end_matches('/') != text {
            return refuse("must be in its normal form");
        }
        let origin_bytes = url.origin().ascii_serialization().len();
        Ok(Self {
            text: text.to_owned(),
            origin_bytes,
        })
    }

    /// The address at which a browser on this machine reaches a listener, if only it can.
    fn of_listener(listen: SocketAddr, named_localhost: bool) -> Option<Self> {
        if !listen.ip().is_loopback() {
            return None;
        }
        let host = match listen {
            _ if named_localhost => "localhost".to_owned(),
            SocketAddr::V4(_) => listen.ip().to_string(),
            SocketAddr::V6(_) => format!("[{}]", listen.ip()),
        };
        let text = if listen.port() == 80 {
            format!("http://{host}")
        } else {
            format!("http://{host}:{}", listen.port())
        };
        Self::parse(&text).ok()
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Hosts that never leave this machine. 127.0.0.2 and ::ffff:127.0.0.1 are left out on purpose:
/// browsers differ about them.
fn is_local(host: Option<&Host<&str>>) -> bool {
    match host {
        Some(Host::Domain(name)) => *name == "localhost",
        Some(Host::Ipv4(address)) => address.octets() == [127, 0, 0, 1],
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn not_an_address(text: &str) -> NotAnIssuer {
    let guess = text.split_once("://").map_or(text, |(_, rest)| rest);
    let better = Url::parse(&format!("https://{guess}"))
        .ok()
        .and_then(|url| better(&url));
    NotAnIssuer {
        message: "must be a web address",
        better,
    }
}

/// The nearest address that is an issuer.
fn better(url: &Url) -> Option<String> {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    if !is_local(url.host().as_ref()) {
        url.set_scheme("https").ok()?;
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

impl IssuerConfig {
    /// Reads the address, or derives it from the listener if that is known to be valid.
    pub(super) fn read(reader: &mut Reader, http: Option<&HttpConfig>) -> Option<Self> {
        let key = "issuer.url";
        let Some(text) = reader.optional(key)? else {
            let http = http?;
            let derived = IssuerUrl::of_listener(http.listen, http.named_localhost);
            if derived.is_none() {
                let message = format!(
                    "must be set, because http.listen ({}) can be reached from other machines",
                    http.listen
                );
                reader.refuse(
                    key,
                    &message,
                    "Try the public address, such as \"https://id.example.com\"",
                );
            }
            return derived.map(|url| Self {
                url,
                is_derived: true,
            });
        };
        match IssuerUrl::parse(&text) {
            Ok(url) => Some(Self {
                url,
                is_derived: false,
            }),
            Err(NotAnIssuer { message, better }) => {
                let better = better.unwrap_or_else(|| "https://id.example.com".to_owned());
                reader.refuse(key, message, &format!("Try \"{better}\""));
                None
            }
        }
    }

    /// Follows the listener to its real port, if it was derived from it.
    pub(super) fn follow(&mut self, http: &HttpConfig) {
        if let Some(url) =
            IssuerUrl::of_listener(http.listen, http.named_localhost).filter(|_| self.is_derived)
        {
            self.url = url;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::IssuerUrl;

    #[test]
    fn an_issuer_is_kept_as_written_and_taken_apart() {
        for (text, origin, path, https, host) in [
            (
                "https://id.example.com",
                "https://id.example.com",
                "",
                true,
                "id.example.com",
            ),
            (
                "https://example.com/auth/x",
                "https://example.com",
                "/auth/x",
                true,
                "example.com",
            ),
            (
                "https://example.com:8443/a",
                "https://example.com:8443",
                "/a",
                true,
                "example.com",
            ),
            (
                "http://localhost:8080",
                "http://localhost:8080",
                "",
                false,
                "localhost",
            ),
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080",
                "",
                false,
                "127.0.0.1",
            ),
            ("http://[::1]:8080", "http://[::1]:8080", "", false, "[::1]"),
            ("http://[::1]", "http://[::1]", "", false, "[::1]"),
        ] {
            let issuer = IssuerUrl::parse(text).unwrap();
            assert_eq!(issuer.as_str(), text);
            assert_eq!(issuer.origin(), origin);
            assert_eq!(issuer.path(), path);
            assert_eq!(issuer.is_https(), https);
            assert_eq!(issuer.host(), host);
        }
    }

    #[test]
    fn anything_else_is_refused_with_a_better_address() {
        for (text, message, better) in [
            (
                "http://id.example.com",
                "must be https outside localhost",
                "https://id.example.com",
            ),
            (
                "http://id.example.com/",
                "must be https outside localhost, and must not end in \"/\"",
                "https://id.example.com",
            ),
            (
                "http://127.0.0.2:8080",
                "must be https outside localhost",
                "https://127.0.0.2:8080",
            ),
            (
                "https://id.example.com/",
                "must not end in \"/\"",
                "https://id.example.com",
            ),
            (
                "https://id.example.com/a/",
                "must not end in \"/\"",
                "https://id.example.com/a",
            ),
            (
                "https://id.example.com?x=1",
                "must not have a query (\"?\")",
                "https://id.example.com",
            ),
            (
                "https://id.example.com#x",
                "must not have a fragment (\"#\")",
                "https://id.example.com",
            ),
            (
                "https://ann:pw@id.example.com",
                "must not contain a user or a password",
                "https://id.example.com",
            ),
            (
                "https://ID.example.com",
                "must be in its normal form",
                "https://id.example.com",
            ),
            (
                "https://id.example.com:443",
                "must be in its normal form",
                "https://id.example.com",
            ),
            (
                "https://id.example.com/a/../b",
                "must be in its normal form",
                "https://id.example.com/b",
            ),
            (
                "id.example.com",
                "must be a web address",
                "https://id.example.com",
            ),
            (
                "id.example.com:8443",
                "must be a web address",
                "https://id.example.com:8443",
            ),
            (
                "ftp://id.example.com",
                "must be a web address",
                "https://id.example.com",
            ),
        ] {
            let refusal = IssuerUrl::parse(text).unwrap_err();
            assert_eq!(refusal.message, message, "{text}");
            assert_eq!(refusal.better.as_deref(), Some(better), "{text}");
            assert!(IssuerUrl::parse(better).is_ok(), "{better}");
        }
    }
}
