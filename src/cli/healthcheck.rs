//! `gatepost healthcheck`: asks the server on this machine, without a client library or a shell.

use std::io::Read as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::config::Config;

const TIMEOUT: Duration = Duration::from_secs(4);

/// Asks `/readyz` at the address that the server listens on.
pub(super) fn run(config: &Config) -> Result<Answer, CliError> {
    let address = reachable(config.http.listen);
    let status_line = ask(address)
        .map_err(|error| CliError::new(format!("No answer from http://{address}/readyz: {error}.")))?;
    if status_line.split(' ').nth(1) == Some("200") {
        return Ok(Answer::new("ready", json!({ "ready": true })));
    }
    Err(CliError::new(format!(
        "The server at {address} is not ready: it answers \"{status_line}\"."
    )))
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(stream, "GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned())
}

/// "Everywhere" is not an address that one can connect to.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if !listen.ip().is_unspecified() {
        return listen;
    }
    let ip = if listen.is_ipv4() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        IpAddr::V6(Ipv6Addr::LOCALHOST)
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_this_machine() {
        for (listen, expected) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:80", "[::1]:80"),
            ("10.1.2.3:80", "10.1.2.3:80"),
        ] {
            assert_eq!(
                reachable(listen.parse().unwrap()),
                expected.parse().unwrap(),
                "{listen}"
            );
        }
    }
}
