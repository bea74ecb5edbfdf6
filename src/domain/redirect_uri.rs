//! Where a client may be sent back to.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use url::Host;
use url::Url;

/// Why a URI cannot be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// Not an absolute URI, or a parser would read it differently from how it is written.
    #[error("is not an absolute URI in its plain form")]
    Malformed,
    /// RFC 6749 §3.1.2.
    #[error("must not have a fragment (#…)")]
    Fragment,
    /// Plain http reaches the network unprotected.
    #[error("must use https; http is allowed only for localhost, 127.0.0.1 and [::1]")]
    Insecure,
    /// `javascript:` and its kin run in our origin.
    #[error("uses a scheme that cannot receive a redirect")]
    Scheme,
    /// Matching is exact.
    #[error("must not contain a wildcard; register each URI in full")]
    Wildcard,
    /// `user@host`.
    #[error("must not contain a user name")]
    UserInfo,
}

/// A registered redirect URI, kept byte for byte. OIDC Core §3.1.2.1, RFC 9700 §4.1.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(String);

const FORBIDDEN_SCHEMES: &[&str] = &[
    "javascript",
    "data",
    "vbscript",
    "blob",
    "file",
    "about",
    "view-source",
    "filesystem",
    "ws",
    "wss",
    "ftp",
];

impl RedirectUri {
    /// Checks a URI that somebody wants to register.
    pub fn parse(text: &str) -> Result<Self, InvalidRedirectUri> {
        let plain = !text.is_empty()
            && text.len() <= 2000
            && text
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&b));
        if !plain {
            return Err(InvalidRedirectUri::Malformed);
        }
        if text.contains('#') {
            return Err(InvalidRedirectUri::Fragment);
        }
        let url = Url::parse(text).map_err(|_| InvalidRedirectUri::Malformed)?;
        if FORBIDDEN_SCHEMES.contains(&url.scheme()) {
            return Err(InvalidRedirectUri::Scheme);
        }
        match url.scheme() {
            "https" | "http" => Self::check_web(text, &url)?,
            // RFC 8252 §7.1: private-use schemes; a dot or a hyphen keeps them apart from registered ones
            _ if text.len() <= url.scheme().len() + 1 => return Err(InvalidRedirectUri::Malformed),
            _ => {}
        }
        Ok(Self(text.to_owned()))
    }

    fn check_web(text: &str, url: &Url) -> Result<(), InvalidRedirectUri> {
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(InvalidRedirectUri::UserInfo);
        }
        if authority(text).contains('*') || text.contains(".*") {
            return Err(InvalidRedirectUri::Wildcard);
        }
        if url.scheme() == "http" && !is_local(url) {
            return Err(InvalidRedirectUri::Insecure);
        }
        // `https:/host`, `HTTPS://`, `host/a/../b`: where the parser changes the text, others may read it differently
        let normal = url.as_str();
        if normal != text && normal.strip_suffix('/') != Some(text) {
            let explicit_port = text.replacen(":443", "", 1).replacen(":80", "", 1);
            if normal != explicit_port && normal.strip_suffix('/') != Some(explicit_port.as_str()) {
                return Err(InvalidRedirectUri::Malformed);
            }
        }
        Ok(())
    }

    /// The text as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `requested` is this URI: the same bytes, or, where `any_loopback_port`, the same but for the port of a
    /// loopback address (RFC 8252 §7.3).
    pub fn matches(&self, requested: &str, any_loopback_port: bool) -> bool {
        self.0 == requested || (any_loopback_port && self.matches_but_for_port(requested))
    }

    fn matches_but_for_port(&self, requested: &str) -> bool {
        ["http://127.0.0.1", "http://[::1]"].iter().any(|prefix| {
            let rest = |uri: &str| uri.strip_prefix(prefix).and_then(after_port).map(str::to_owned);
            rest(&self.0).is_some_and(|registered| rest(requested) == Some(registered))
        })
    }

    /// Scheme, host and port, for `form-action`; the scheme alone (`myapp:`) for a private-use scheme.
    pub fn origin(&self) -> String {
        match Url::parse(&self.0) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url.origin().ascii_serialization(),
            Ok(url) => format!("{}:", url.scheme()),
            Err(_) => String::new(),
        }
    }

    /// The host a person would recognise; the scheme for a private-use scheme.
    pub fn display_host(&self) -> String {
        match Url::parse(&self.0) {
            Ok(url) => url
                .host_str()
                .map_or_else(|| url.scheme().to_owned(), str::to_owned),
            Err(_) => self.0.clone(),
        }
    }
}

/// What follows an optional `:port`; `None` when a port is not digits or anything else follows the host.
fn after_port(text: &str) -> Option<&str> {
    let rest = match text.strip_prefix(':') {
        Some(port) => {
            let digits = port.len() - port.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let number = port.get(..digits)?;
            number.parse::<u16>().ok()?;
            port.get(digits..)?
        }
        None => text,
    };
    (rest.is_empty() || rest.starts_with('/') || rest.starts_with('?')).then_some(rest)
}

fn authority(text: &str) -> &str {
    text.split_once("://")
        .map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or(""))
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = InvalidRedirectUri;

    fn try_from(text: String) -> Result<Self, InvalidRedirectUri> {
        Self::parse(&text)
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> String {
        uri.0
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn these_can_be_registered() {
        for uri in [
            "https://rp1.test/cb",
            "https://rp1.test",
            "https://rp1.test:8443/cb?bar=foo",
            "https://rp1.test:443/cb",
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:5/cb",
            "com.example.app:/oauth2redirect",
            "myapp://callback",
        ] {
            assert!(
                RedirectUri::parse(uri).is_ok(),
                "{uri}: {:?}",
                RedirectUri::parse(uri)
            );
        }
    }

    #[test]
    fn these_cannot_be_registered() {
        use InvalidRedirectUri as E;
        for (uri, error) in [
            ("", E::Malformed),
            ("/cb", E::Malformed),
            ("https://rp1.test/cb#x", E::Fragment),
            ("http://rp1.test/cb", E::Insecure),
            ("http://localhost.evil.test/cb", E::Insecure),
            ("http://127.0.0.1.evil.test/cb", E::Insecure),
            ("http://localhost@evil.test/", E::UserInfo),
            ("https://*.rp1.test/cb", E::Wildcard),
            ("https://rp1.test/.*", E::Wildcard),
            ("JaVaScRiPt:alert(1)", E::Scheme),
            (" javascript:alert(1)", E::Malformed),
            ("data:text/html,x", E::Scheme),
            ("vbscript:x", E::Scheme),
            ("blob:https://rp1.test/x", E::Scheme),
            ("file:///etc/passwd", E::Scheme),
            ("https://rp1.test\\@evil.test/cb", E::Malformed),
            ("https:/rp1.test/cb", E::Malformed),
            ("https://rp1.test/a/../cb", E::Malformed),
            ("https://rp1。test/cb", E::Malformed),
            ("myapp:", E::Malformed),
        ] {
            assert_eq!(RedirectUri::parse(uri), Err(error), "{uri}");
        }
    }

    #[test]
    fn matching_is_exact() {
        let uri = RedirectUri::parse("https://rp1.test/cb").unwrap();
        assert!(uri.matches("https://rp1.test/cb", true));
        for other in [
            "https://rp1.test@evil.test/cb",
            "https://rp1.test%40evil.test/cb",
            "https://rp1.test/cb/..;/evil",
            "https://rp1.test/%63b",
            "https://rp1.test.evil.test/cb",
            "https://rp1.test/CB",
            "HTTPS://RP1.TEST/cb",
            "https://rp1.test/cb#x",
            "https://rp1.test/cb?",
            "https://rp1.test/cb/",
            "https://rp1.test:8443/cb",
            "https://rp1.test:443/cb",
            " https://rp1.test/cb",
            "http://127.0.0.1/cb",
        ] {
            assert!(!uri.matches(other, true), "{other}");
        }
    }

    #[test]
    fn only_the_port_of_a_loopback_address_may_differ() {
        let uri = RedirectUri::parse("http://127.0.0.1/cb").unwrap();
        assert!(uri.matches("http://127.0.0.1:51234/cb", true));
        assert!(!uri.matches("http://127.0.0.1:51234/cb", false));
        for other in [
            "http://127.0.0.1:51234/cb?x=1",
            "http://localhost:51234/cb",
            "http://[::1]:5/cb",
            "https://127.0.0.1/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:5@evil.test/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.15/cb",
        ] {
            assert!(!uri.matches(other, true), "{other}");
        }
    }

    #[test]
    fn the_origin_goes_into_form_action() {
        let origin = |uri: &str| RedirectUri::parse(uri).unwrap().origin();
        assert_eq!(origin("https://rp1.test:8443/cb?x=1"), "https://rp1.test:8443");
        assert_eq!(origin("com.example.app:/cb"), "com.example.app:");
    }
}
