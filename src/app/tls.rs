//! The TLS listener: asks clients for a certificate, takes any whose key the client holds, and passes it on.
//!
//! Who a certificate stands for is decided by client authentication, not here (RFC 8705 §2).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::extract::connect_info::Connected;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::middleware;
use axum::serve::IncomingStream;
use axum::serve::Listener;
use rustls::DigitallySignedStruct;
use rustls::DistinguishedName;
use rustls::ServerConfig;
use rustls::SignatureScheme;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::UnixTime;
use rustls::server::danger::ClientCertVerified;
use rustls::server::danger::ClientCertVerifier;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::TlsServer;
use crate::config::TlsVersions;
use crate::crypto::CryptoError;
use crate::web::certificate::ClientCertificate;
use crate::web::certificate::Presented;

/// How long a handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Handshakes at the same time; further connections wait to be accepted.
const MAX_HANDSHAKES: usize = 512;

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Certificate and key do not belong together, or cannot be used.
    #[error("tls.certificate and tls.key cannot be used together")]
    Certificate(#[source] rustls::Error),
    /// An authority for client certificates cannot be used.
    #[error("tls.client_ca cannot be used")]
    ClientCa(#[source] CryptoError),
}

/// What the TLS listener does with a connection.
pub fn acceptor(server: &TlsServer) -> Result<TlsAcceptor, TlsError> {
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    // FAPI 2.0 §5.2.1: of TLS 1.2 only ECDHE with AES-GCM
    provider.cipher_suites.retain(|suite| {
        let name = format!("{:?}", suite.suite());
        suite.tls13().is_some()
            || name.starts_with("TLS_ECDHE_") && name.contains("_AES_") && name.contains("_GCM_")
    });
    let versions: &[&rustls::SupportedProtocolVersion] = match server.versions {
        TlsVersions::Only13 => &[&rustls::version::TLS13],
        TlsVersions::From12 => &[&rustls::version::TLS13, &rustls::version::TLS12],
    };
    let provider = Arc::new(provider);
    let verifier = Arc::new(AnyClient(Arc::clone(&provider)));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(TlsError::Certificate)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(server.certificates.clone(), server.key.clone_key())
        .map_err(TlsError::Certificate)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Takes any client certificate whose key signed the handshake: self-signed and expired ones too.
#[derive(Debug)]
struct AnyClient(Arc<CryptoProvider>);

impl ClientCertVerifier for AnyClient {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// A listener for [`axum::serve()`] whose handshakes do not wait for one another.
#[derive(Debug)]
pub struct TlsListener {
    tcp: TcpListener,
    acceptor: Acceptor,
    handshakes: JoinSet<Option<Connection>>,
}

#[derive(Clone)]
struct Acceptor(TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

impl TlsListener {
    /// Speaks TLS on a listener.
    pub fn new(tcp: TcpListener, acceptor: TlsAcceptor) -> Self {
        Self {
            tcp,
            acceptor: Acceptor(acceptor),
            handshakes: JoinSet::new(),
        }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Connection {
        loop {
            tokio::select! {
                (stream, address) = Listener::accept(&mut self.tcp), if self.handshakes.len() < MAX_HANDSHAKES => {
                    let _ = stream.set_nodelay(true);
                    self.handshakes.spawn(handshake(self.acceptor.0.clone(), stream, address));
                }
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = done {
                        return connection;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

async fn handshake(acceptor: TlsAcceptor, stream: TcpStream, address: SocketAddr) -> Option<Connection> {
    match tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some((stream, address)),
        Ok(Err(error)) => {
            tracing::debug!(%address, %error, "TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}

/// Who is at the other end of a TLS connection.
#[derive(Debug, Clone)]
pub struct Peer {
    address: SocketAddr,
    certificate: Option<ClientCertificate>,
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        let (_, connection) = stream.io().get_ref();
        let chain = connection.peer_certificates().unwrap_or_default();
        Self {
            address: *stream.remote_addr(),
            certificate: ClientCertificate::new(chain.iter().map(|der| der.to_vec()).collect()),
        }
    }
}

/// The same routes, told who is at the other end. For [`TlsListener`].
pub fn service(router: Router) -> IntoMakeServiceWithConnectInfo<Router, Peer> {
    router
        .layer(middleware::map_request(pass_on))
        .into_make_service_with_connect_info::<Peer>()
}

async fn pass_on(mut request: Request) -> Request {
    if let Some(ConnectInfo(peer)) = request.extensions_mut().remove::<ConnectInfo<Peer>>() {
        request.extensions_mut().insert(ConnectInfo(peer.address));
        if let Some(certificate) = peer.certificate {
            request.extensions_mut().insert(Presented(certificate));
        }
    }
    request
}
