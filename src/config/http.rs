//! `[http]`: where Gatepost listens, and whose forwarding headers it believes.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;

use crate::config::address_range::AddressRange;
use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// How Gatepost is reached over HTTP.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-…` headers are read.
    pub trusted_proxies: Vec<AddressRange>,
    /// The header in which they pass the client's certificate, in lower case; none: they pass none.
    pub client_certificate_header: Option<String>,
    /// How long requests may take to finish after SIGTERM; zero drops them.
    pub shutdown_grace: Lifetime,
    /// How long one request may take.
    pub request_timeout: Lifetime,
    /// Whether the host of `listen` was written as "localhost".
    pub(super) named_localhost: bool,
}

impl HttpConfig {
    /// Whether a request that came directly from this address may tell where it came from before.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|range| range.contains(peer))
    }

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let listen = read_listen(reader);
        let trusted_proxies = reader.ranges("http.trusted_proxies");
        let certificate_header = read_certificate_header(reader, trusted_proxies.as_deref());
        let shutdown_grace = reader.lifetime_or_zero("http.shutdown_grace", Lifetime::from_hours(1));
        let request_timeout = reader.lifetime("http.request_timeout", Lifetime::from_hours(1));
        let (listen, named_localhost) = listen?;
        Some(Self {
            listen,
            trusted_proxies: trusted_proxies?,
            client_certificate_header: certificate_header?,
            shutdown_grace: shutdown_grace?,
            request_timeout: request_timeout?,
            named_localhost,
        })
    }
}

/// The address, and whether its host was written as "localhost".
fn read_listen(reader: &mut Reader) -> Option<(SocketAddr, bool)> {
    let key = "http.listen";
    let text = reader.text(key)?;
    if let Some(port) = text.strip_prefix("localhost:").and_then(|port| port.parse().ok()) {
        return Some((SocketAddr::from((Ipv4Addr::LOCALHOST, port)), true));
    }
    if let Ok(address) = text.parse() {
        return Some((address, false));
    }
    let message = "must be an IP address and a port";
    if let Ok(address) = text.parse::<IpAddr>() {
        let with_port = SocketAddr::new(address, 8080);
        reader.refuse(key, message, &format!("Try \"{with_port}\""));
    } else if let Some(port) = text
        .trim_start_matches(':')
        .parse::<u16>()
        .ok()
        .or_else(|| star_port(&text))
    {
        reader.refuse(
            key,
            message,
            &format!("Try \"127.0.0.1:{port}\", or \"0.0.0.0:{port}\" for everywhere"),
        );
    } else {
        reader.refuse_with_default(key, message);
    }
    None
}

fn star_port(text: &str) -> Option<u16> {
    text.strip_prefix("*:")?.parse().ok()
}

fn read_certificate_header(reader: &mut Reader, proxies: Option<&[AddressRange]>) -> Option<Option<String>> {
    let key = "http.client_certificate_header";
    let Some(name) = reader.optional(key)? else {
        return Some(None);
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !name.bytes().all(is_name) {
        reader.refuse(key, "must be the name of a header", "Try \"Client-Cert\"");
        return None;
    }
    if proxies.is_some_and(<[_]>::is_empty) {
        let remedy = "Set http.trusted_proxies: from anybody else the header is ignored";
        reader.refuse(key, "is set without http.trusted_proxies", remedy);
        return None;
    }
    Some(Some(name.to_ascii_lowercase()))
}
