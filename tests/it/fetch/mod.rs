//! The outgoing client against real listeners: where it goes, where it never goes, and what it stops reading.

mod bounds;

use std::sync::Arc;
use std::time::Duration;

use gatepost::config::Config;
use gatepost::fetch::Fetch;
use gatepost::fetch::FetchError;
use gatepost::fetch::Trouble;
use rustls::ServerConfig;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::harness::Authority;
use crate::harness::Credential;

fn client(settings: &[(&str, &str)]) -> Fetch {
    let config = Config::for_test(settings).expect("a valid configuration");
    Fetch::new(&config.fetch).expect("usable authorities")
}

/// May reach this machine, and waits for a second only.
fn local() -> Fetch {
    client(&[("fetch.allowed_private", "127.0.0.0/8"), ("fetch.timeout", "1s")])
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    (listener, port)
}

/// Reads a request to the end of its head, or of its body where it has one.
async fn request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.expect("a request");
        read.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
                rest.split("\r\n").next().unwrap_or("").parse().expect("a length")
            });
            if body.len() >= length || count == 0 {
                return text;
            }
        }
        assert!(count > 0, "the request breaks off: {text}");
    }
}

/// Answers one request with these bytes, and gives the request.
async fn answering(answer: impl Into<Vec<u8>>) -> (u16, JoinHandle<String>) {
    let (listener, port) = listener().await;
    let answer = answer.into();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let text = request(&mut stream).await;
        // the client may have gone
        let _ = stream.write_all(&answer).await;
        let _ = stream.shutdown().await;
        text
    });
    (port, task)
}

/// The first connection to this listener is the test's own: nobody came before.
async fn expect_silence(listener: &TcpListener) {
    let own = TcpStream::connect(listener.local_addr().expect("bound")).await;
    let own = own.expect("it listens").local_addr().expect("connected");
    let (_, first) = listener.accept().await.expect("a connection");
    assert_eq!(first, own, "somebody connected");
}

#[tokio::test]
async fn this_machine_is_reached_by_no_spelling_of_its_address() {
    let (listener, port) = listener().await;
    let fetch = client(&[]);
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "0",
        "0.0.0.0",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "%31%32%37.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "localhost",
        "localhost.",
        "LocalHost",
        "a.localhost",
        "x@127.0.0.1",
        "example.com@127.0.0.1",
    ] {
        for scheme in ["https", "http", "gopher", "ftp"] {
            let url = format!("{scheme}://{host}:{port}/");
            let refused = fetch.get(&url, "*/*").await;
            assert!(
                matches!(refused, Err(FetchError::Refused(_))),
                "{url}: {refused:?}"
            );
            assert_eq!(fetch.allowed(&url), refused.map(|_| ()), "{url}");
            let posted = fetch.post(&url, "text/plain", Vec::new(), None).await;
            assert!(matches!(posted, Err(FetchError::Refused(_))), "{url}: {posted:?}");
        }
    }
    expect_silence(&listener).await;
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_looked_up_and_not_reached() {
    let (open, port) = listener().await;
    let closed = listener().await.1;
    // the name itself passes, since ::1 is allowed; 127.0.0.1, to which it leads as well, is not
    let fetch = client(&[("fetch.allowed_private", "::1"), ("fetch.timeout", "2s")]);
    let mut said = Vec::new();
    for scheme in ["http", "https"] {
        for port in [port, closed] {
            let error = fetch
                .get(&format!("{scheme}://localhost:{port}/"), "*/*")
                .await
                .unwrap_err();
            assert!(
                matches!(
                    error,
                    FetchError::Failed(Trouble::PrivateAddress | Trouble::NoConnection)
                ),
                "{error:?}"
            );
            said.push(error.to_string());
        }
    }
    expect_silence(&open).await;
    assert_eq!(
        said, ["the URL could not be fetched"; 4],
        "open and closed ports look alike"
    );
}

#[tokio::test]
async fn an_allowed_range_is_reached_also_by_name() {
    for host in ["127.0.0.1", "localhost", "localhost.", "127.1"] {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: public, max-age=60\r\n\
                      Content-Length: 2\r\n\r\n{}";
        let (port, seen) = answering(answer).await;
        let got = local()
            .get(&format!("http://{host}:{port}/a?b=c#d"), "application/json")
            .await
            .unwrap();
        assert_eq!(
            (got.status, got.content_type.as_str(), &got.body[..]),
            (200, "application/json", &b"{}"[..])
        );
        assert_eq!(got.max_age, Some(Duration::from_mins(1)));
        let seen = seen.await.unwrap().to_ascii_lowercase();
        assert!(seen.starts_with("get /a?b=c http/1.1\r\n"), "{seen}");
        assert!(seen.contains("\r\naccept: application/json\r\n"), "{seen}");
        assert!(
            !seen.contains("accept-encoding") && !seen.contains("cookie"),
            "{seen}"
        );
        let named = if host.starts_with('l') {
            "localhost"
        } else {
            "127.0.0.1"
        };
        assert!(seen.contains(&format!("\r\nhost: {named}:{port}\r\n")), "{seen}");
    }
}

#[tokio::test]
async fn a_post_sends_its_body_and_gives_the_status_alone() {
    let (port, seen) = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let url = format!("http://127.0.0.1:{port}/notify");
    let status = local()
        .post(&url, "application/json", b"{\"a\":1}".to_vec(), Some("t0ken"))
        .await;
    assert_eq!(status, Ok(204));
    let seen = seen.await.unwrap();
    assert!(
        seen.starts_with("POST /notify HTTP/1.1\r\n") && seen.ends_with("\r\n\r\n{\"a\":1}"),
        "{seen}"
    );
    let lower = seen.to_ascii_lowercase();
    assert!(lower.contains("\r\nauthorization: bearer t0ken\r\n"), "{seen}");
    assert!(lower.contains("\r\ncontent-type: application/json\r\n"), "{seen}");
    let split = local().post(&url, "a/b", Vec::new(), Some("x\r\nEvil: 1")).await;
    assert!(matches!(split, Err(FetchError::Refused(_))), "{split:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (inside, port) = listener().await;
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n"
        );
        let (front, _) = answering(answer).await;
        let url = format!("http://127.0.0.1:{front}/");
        assert_eq!(local().get(&url, "*/*").await.unwrap().status, status);
    }
    expect_silence(&inside).await;
}

/// Answers one request over TLS.
async fn answering_over_tls(credential: &Credential) -> u16 {
    let (listener, port) = listener().await;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![credential.certificate.clone()], credential.private_key())
        .expect("certificate and key fit");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        if let Ok(mut stream) = acceptor.accept(stream).await {
            answer_ok(&mut stream).await;
        }
    });
    port
}

async fn answer_ok(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    request(stream).await;
    let _ = stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        .await;
    let _ = stream.shutdown().await;
}

#[tokio::test]
async fn tls_needs_an_authority_that_is_known_and_the_name_that_was_asked_for() {
    let authority = Authority::new("private");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, authority.pem()).expect("written");
    let path = path.to_str().expect("UTF-8");
    let private = client(&[("fetch.allowed_private", "127.0.0.0/8"), ("fetch.ca_file", path)]);
    let named = authority.server("localhost");
    let numbered = authority.server("127.0.0.1");
    let expired = authority.issue(
        "server",
        &[rcgen::SanType::DnsName("localhost".try_into().unwrap())],
        true,
    );
    let stranger = Authority::new("private").server("localhost");
    for (fetch, credential, host, fetched) in [
        (&private, &named, "localhost", true),
        (&private, &numbered, "127.0.0.1", true),
        (&private, &named, "127.0.0.1", false),
        (&private, &numbered, "localhost", false),
        (&private, &expired, "localhost", false),
        (&private, &stranger, "localhost", false),
        (&local(), &named, "localhost", false),
    ] {
        let port = answering_over_tls(credential).await;
        let got = fetch.get(&format!("https://{host}:{port}/"), "*/*").await;
        match got {
            Ok(got) => assert!(fetched && got.body == "ok", "{host}"),
            Err(error) => assert!(
                !fetched && error == FetchError::Failed(Trouble::Tls),
                "{host}: {error:?}"
            ),
        }
    }
}

#[test]
fn an_authority_that_is_none_stops_the_start() {
    let leaf = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----";
    let config = Config::for_test(&[("fetch.ca", leaf)]).expect("PEM");
    let error = Fetch::new(&config.fetch).expect_err("no certificate");
    assert_eq!(
        error.to_string(),
        "fetch.ca holds a certificate that cannot be used"
    );
}
