//! The address a request came from: the peer's, or what a trusted proxy says.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::config::Config;

/// The address of the person behind the request. `X-Forwarded-For` is read from the right, over trusted proxies only.
pub fn resolve(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |ip| config.http.trusts(ip);
    let mut address = peer;
    if !trusted(peer) {
        return address;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    for text in forwarded.into_iter().rev() {
        let Ok(ip) = text.trim().parse::<IpAddr>() else {
            return address;
        };
        address = ip.to_canonical();
        if !trusted(address) {
            return address;
        }
    }
    address
}
