//! The TLS listener over a socket, and clients of it with and without a certificate.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use gatepost::app::tls;
use gatepost::app::tls::TlsListener;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::SupportedProtocolVersion;
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use rustls::sign::SingleCertAndKey;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::harness::Authority;
use crate::harness::Credential;
use crate::harness::Reply;
use crate::harness::TestApp;

/// An application that also speaks TLS. Its issuer stays `https://id.test`, as which the certificate names it.
pub(crate) struct TlsApp {
    pub(crate) app: TestApp,
    /// Issued the server's certificate, and is trusted to issue client certificates.
    pub(crate) authority: Authority,
    pub(crate) address: SocketAddr,
    _server: JoinSet<()>,
}

impl TlsApp {
    /// Serves the whole router.
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        Self::serving(settings, |app| app.app.router.clone()).await
    }

    /// Serves something else.
    pub(crate) async fn serving(settings: &[(&str, &str)], router: impl FnOnce(&TestApp) -> Router) -> Self {
        let authority = Authority::new("Test authority");
        let credential = authority.server("id.test");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the listener is bound");
        let (listen, certificate) = (address.to_string(), credential.pem());
        let (key, ca) = (credential.key.serialize_pem(), authority.pem());
        let mut all = vec![
            ("tls.listen", listen.as_str()),
            ("tls.certificate", &certificate),
            ("tls.key", &key),
            ("tls.client_ca", &ca),
        ];
        all.extend_from_slice(settings);
        let app = TestApp::with(&all).await;
        let server = app.ops().config.tls.server.as_ref().expect("tls.listen is set");
        let acceptor = tls::acceptor(server).expect("certificate and key fit");
        let service = tls::service(router(&app));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let end = axum::serve(TlsListener::new(listener, acceptor), service).await;
            end.expect("the server runs");
        });
        Self {
            app,
            authority,
            address,
            _server: tasks,
        }
    }

    /// Sends a request over a connection of its own, with a certificate or without. None: TLS failed.
    pub(crate) async fn send(
        &self,
        credential: Option<&Credential>,
        request: Request<Body>,
    ) -> Option<Reply> {
        self.send_with(credential, &[&rustls::version::TLS13], request)
            .await
    }

    /// As [`TlsApp::send`], with these versions of TLS.
    pub(crate) async fn send_with(
        &self,
        credential: Option<&Credential>,
        versions: &[&'static SupportedProtocolVersion],
        request: Request<Body>,
    ) -> Option<Reply> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der()).expect("an authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .expect("versions")
            .with_root_certificates(roots);
        let config = match credential {
            // not `with_client_auth_cert`: a thief's key does not fit
            Some(own) => {
                let key = provider.key_provider.load_private_key(own.private_key());
                let own = CertifiedKey::new(vec![own.certificate.clone()], key.expect("a key"));
                config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own)))
            }
            None => config.with_no_client_auth(),
        };
        let stream = TcpStream::connect(self.address).await.expect("it listens");
        let name = ServerName::try_from("id.test").expect("a name");
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .ok()?;
        let (mut sender, driver) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .ok()?;
        let mut connection = JoinSet::new();
        connection.spawn(driver);
        let url = request.uri().to_string();
        let response = sender.send_request(request).await.ok()?;
        Some(Reply::read(response.map(Body::new), url).await)
    }
}
