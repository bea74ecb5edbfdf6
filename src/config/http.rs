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
        let trusted_proxies = read_proxies(reader);
        let shutdown_grace = reader.lifetime_or_zero("http.shutdown_grace", Lifetime::from_hours(1));
        let request_timeout = reader.lifetime("http.request_timeout", Lifetime::from_hours(1));
        let (listen, named_localhost) = listen?;
        Some(Self {
            listen,
            trusted_proxies: trusted_proxies?,
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

fn read_proxies(reader: &mut Reader) -> Option<Vec<AddressRange>> {
    let key = "http.trusted_proxies";
    let mut ranges = Vec::new();
    let mut wrong = Vec::new();
    for text in reader.list(key)? {
        match text.parse() {
            Ok(range) => ranges.push(range),
            Err(_) => wrong.push(format!("\"{text}\"")),
        }
    }
    if wrong.is_empty() {
        return Some(ranges);
    }
    let message = format!(
        "must be addresses or ranges without bits beyond the prefix, unlike {}",
        wrong.join(", ")
    );
    reader.refuse(key, &message, "Try [\"10.0.0.0/8\", \"192.0.2.7\"]");
    None
}
