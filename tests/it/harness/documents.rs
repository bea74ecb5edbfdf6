//! A server of documents that the application fetches: over http, or over TLS with a certificate for `localhost`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;

use rustls::ServerConfig;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::harness::Authority;

/// Path → answer, and the paths that were asked for.
#[derive(Default)]
struct Shelf {
    answers: BTreeMap<String, String>,
    asked: Vec<String>,
    /// Path and body of each request that has one.
    posted: Vec<(String, String)>,
}

/// The server; closed when dropped.
pub(crate) struct Documents {
    /// Without a slash at the end.
    pub(crate) origin: String,
    /// What `fetch.ca` must hold.
    pub(crate) authority: String,
    shelf: Arc<Mutex<Shelf>>,
    _server: JoinSet<()>,
}

impl Documents {
    /// Over http on a loopback address.
    pub(crate) async fn plain() -> Self {
        Self::serve(None, String::new()).await
    }

    /// Over TLS, as `localhost`.
    pub(crate) async fn secure() -> Self {
        let authority = Authority::new("Documents");
        let credential = authority.server("localhost");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![credential.certificate.clone()], credential.private_key())
            .expect("certificate and key fit");
        Self::serve(Some(TlsAcceptor::from(Arc::new(config))), authority.pem()).await
    }

    async fn serve(tls: Option<TlsAcceptor>, authority: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let origin = match &tls {
            Some(_) => format!("https://localhost:{port}"),
            None => format!("http://127.0.0.1:{port}"),
        };
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let mut server = JoinSet::new();
        let shared = Arc::clone(&shelf);
        server.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let (shelf, tls) = (Arc::clone(&shared), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => answer(stream, &shelf).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer(stream, &shelf).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            origin,
            authority,
            shelf,
            _server: server,
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().expect("no panic while it is held")
    }

    /// Serves JSON at a path; gives its URL.
    pub(crate) fn put(&self, path: &str, json: &str) -> String {
        self.put_raw(path, "200 OK", "", json)
    }

    /// Serves anything at a path; `headers` end with a line break each.
    pub(crate) fn put_raw(&self, path: &str, status: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        self.shelf().answers.insert(path.to_owned(), text);
        self.url(path)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The bodies that were posted to a path.
    pub(crate) fn posted(&self, path: &str) -> Vec<String> {
        let received = self.shelf();
        let of_path = received.posted.iter().filter(|(one, _)| one == path);
        of_path.map(|(_, body)| body.clone()).collect()
    }

    /// How often a path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.shelf().asked.iter().filter(|one| *one == path).count()
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, shelf: &Mutex<Shelf>) {
    let mut read = Vec::new();
    let mut chunk = [0; 2048];
    while !is_whole(&read) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(count) => read.extend_from_slice(&chunk[..count]),
        }
    }
    let text = String::from_utf8_lossy(&read).into_owned();
    let path = text.split(' ').nth(1).unwrap_or("").to_owned();
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if !body.is_empty() {
        let mut shelf = shelf.lock().expect("no panic while it is held");
        shelf.posted.push((path.clone(), body.to_owned()));
    }
    let found = {
        let mut shelf = shelf.lock().expect("no panic while it is held");
        shelf.asked.push(path.clone());
        shelf.answers.get(&path).cloned()
    };
    let nothing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned();
    // whoever asked may have gone
    let _ = stream.write_all(found.unwrap_or(nothing).as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Whether a request has arrived with its body.
fn is_whole(read: &[u8]) -> bool {
    let text = String::from_utf8_lossy(read).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
