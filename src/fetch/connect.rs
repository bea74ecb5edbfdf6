//! A connection to an address that was checked: the name is looked up once, and what was checked is what is dialled.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::ServerName;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Host;

use crate::fetch::Trouble;
use crate::fetch::address::Rules;
use crate::fetch::target::Target;

/// How many addresses of a name are tried.
const MAX_ADDRESSES: usize = 4;

/// A connection, with or without TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The TLS configuration: the authorities of the system and `more`, HTTP/1.1, our provider.
pub(super) fn tls(mut roots: RootCertStore) -> Result<Arc<ClientConfig>, rustls::Error> {
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "an authority of the system cannot be read");
    }
    roots.add_parsable_certificates(system.certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Connects. Each address of a name has its share of the time.
pub(super) async fn dial(target: &Target, rules: &Rules, limit: Duration) -> Result<TcpStream, Trouble> {
    let addresses = addresses(target, rules).await?;
    let share = limit / u32::try_from(addresses.len()).unwrap_or(1).max(1);
    for address in addresses {
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => tracing::debug!(%address, %error, "no connection"),
            Err(_) => tracing::debug!(%address, "no connection in time"),
        }
    }
    Err(Trouble::NoConnection)
}

/// The addresses of the host that may be reached.
async fn addresses(target: &Target, rules: &Rules) -> Result<Vec<SocketAddr>, Trouble> {
    let found: Vec<SocketAddr> = match &target.host {
        Host::Ipv4(v4) => vec![SocketAddr::from((*v4, target.port))],
        Host::Ipv6(v6) => vec![SocketAddr::from((*v6, target.port))],
        Host::Domain(name) => tokio::net::lookup_host((name.as_str(), target.port))
            .await
            .map_err(|_| Trouble::UnknownName)?
            .collect(),
    };
    let permitted = found.iter().filter(|a| target.permits(a.ip(), rules));
    let permitted: Vec<SocketAddr> = permitted.take(MAX_ADDRESSES).copied().collect();
    match (found.is_empty(), permitted.is_empty()) {
        (true, _) => Err(Trouble::UnknownName),
        (false, true) => Err(Trouble::PrivateAddress),
        (false, false) => Ok(permitted),
    }
}

/// Speaks TLS over a connection; the certificate must be for the host of the URL.
pub(super) async fn secure(
    stream: TcpStream,
    target: &Target,
    config: Arc<ClientConfig>,
) -> Result<Box<dyn Stream>, Trouble> {
    let name = match &target.host {
        Host::Ipv4(v4) => ServerName::from(std::net::IpAddr::V4(*v4)),
        Host::Ipv6(v6) => ServerName::from(std::net::IpAddr::V6(*v6)),
        Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| Trouble::UnknownName)?,
    };
    match TlsConnector::from(config).connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => {
            tracing::debug!(%error, "TLS failed");
            Err(Trouble::Tls)
        }
    }
}
