//! The TLS listener, and the certificate that a request has: from there, or from a trusted proxy.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::Extension;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware;
use axum::routing::get;
use gatepost::crypto::certificate;
use gatepost::web::certificate::ClientCertificate;
use gatepost::web::request_context;
use gatepost::web::request_context::RequestContext;
use tower::ServiceExt as _;

use crate::harness::Authority;
use crate::harness::Credential;
use crate::harness::Reply;
use crate::harness::TestApp;
use crate::harness::TlsApp;

/// Answers "address thumbprint header", as a handler sees them.
fn mirror(app: &TestApp) -> Router {
    let seen = |Extension(context): Extension<RequestContext>, request: Request| async move {
        let certificate = request.extensions().get::<ClientCertificate>();
        let thumbprint = certificate.map_or("none".to_owned(), |c| certificate::thumbprint(c.der()));
        let headers = request.headers().contains_key("client-cert");
        format!("{} {thumbprint} {headers}", context.origin.ip)
    };
    let layer = middleware::from_fn_with_state(app.app.state.clone(), request_context::layer);
    Router::new().route("/seen", get(seen)).layer(layer)
}

fn seen(header: Option<&str>) -> Request {
    let mut request = Request::builder().uri("/seen").header("host", "id.test");
    if let Some(header) = header {
        request = request.header("client-cert", header);
    }
    request.body(Body::empty()).expect("a request")
}

fn expected(address: &str, credential: Option<&Credential>) -> String {
    let thumbprint = credential.map(|c| certificate::thumbprint(&c.certificate));
    format!("{address} {} false", thumbprint.as_deref().unwrap_or("none"))
}

#[tokio::test]
async fn the_tls_listener_serves_everything_with_and_without_a_certificate() {
    let served = TlsApp::start(&[]).await;
    let own = Credential::self_signed("app", false);
    for credential in [None, Some(&own)] {
        for path in ["/.well-known/openid-configuration", "/healthz"] {
            let request = served.app.request(Method::GET, path, Body::empty());
            let reply = served.send(credential, request).await.expect("an answer");
            assert_eq!(reply.status, 200, "{path}");
        }
    }
    let url = format!("https://id.test:{}", served.address.port());
    assert_eq!(served.app.ops().config.mtls_url(), Some(url));
}

#[tokio::test]
async fn a_handler_sees_the_certificate_whose_key_the_client_holds_and_the_true_address() {
    let served = TlsApp::serving(&[], mirror).await;
    let issued = served.authority.issue("app", &[], false);
    let expired = Credential::self_signed("app", true);
    for credential in [None, Some(&issued), Some(&expired)] {
        let reply = served.send(credential, seen(None)).await.expect("an answer");
        assert_eq!(reply.text(), expected("127.0.0.1", credential));
    }
    let thief = Credential {
        certificate: issued.certificate.clone(),
        key: expired.key.clone(),
    };
    assert!(
        served.send(Some(&thief), seen(None)).await.is_none(),
        "a certificate without its key"
    );
}

#[tokio::test]
async fn tls_1_2_is_spoken_only_when_the_setting_says_so() {
    let old: &[_] = &[&rustls::version::TLS12];
    let strict = TlsApp::serving(&[], mirror).await;
    assert!(strict.send_with(None, old, seen(None)).await.is_none());
    let lenient = TlsApp::serving(&[("tls.versions", "1.2+1.3")], mirror).await;
    let own = Credential::self_signed("app", false);
    let reply = lenient
        .send_with(Some(&own), old, seen(None))
        .await
        .expect("TLS 1.2");
    assert_eq!(reply.text(), expected("127.0.0.1", Some(&own)));
    assert!(lenient.send(None, seen(None)).await.is_some(), "TLS 1.3 too");
}

const TRUSTING: &[(&str, &str)] = &[
    ("http.trusted_proxies", "10.0.0.0/8"),
    ("http.client_certificate_header", "Client-Cert"),
];

async fn from(router: &Router, peer: &str, request: Request) -> Reply {
    let mut request = request;
    let peer: SocketAddr = format!("{peer}:4711").parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.clone().oneshot(request).await.expect("an answer");
    Reply::read(response, "/seen".to_owned()).await
}

#[tokio::test]
async fn the_header_of_a_trusted_proxy_gives_the_certificate_and_nobody_elses_does() {
    let router = mirror(&TestApp::with(TRUSTING).await);
    let own = Credential::self_signed("app", false);
    let (rfc_9440, nginx) = (own.header(), own.escaped_pem());
    let bytes = &own.header()[1..];
    for (peer, header, found) in [
        ("10.0.0.1", Some(rfc_9440.as_str()), true),
        ("10.0.0.1", Some(nginx.as_str()), true),
        ("192.0.2.1", Some(&rfc_9440), false),
        ("192.0.2.1", Some(&nginx), false),
        ("127.0.0.1", Some(&rfc_9440), false),
        ("10.0.0.1", None, false),
        ("10.0.0.1", Some(""), false),
        ("10.0.0.1", Some(bytes), false),
        ("10.0.0.1", Some(":aGVsbG8=:"), false),
        ("10.0.0.1", Some(":not base64:"), false),
        ("10.0.0.1", Some("-----BEGIN%20CERTIFICATE-----"), false),
    ] {
        let reply = from(&router, peer, seen(header)).await;
        assert_eq!(
            reply.text(),
            expected(peer, found.then_some(&own)),
            "{peer} {header:?}"
        );
    }
    // whose address is told by the proxy does not become a proxy by it, and two certificates are none
    let mut request = seen(Some(&rfc_9440));
    request
        .headers_mut()
        .insert("x-forwarded-for", "10.0.0.9".parse().unwrap());
    let reply = from(&router, "192.0.2.1", request).await;
    assert_eq!(reply.text(), expected("192.0.2.1", None));
    let mut request = seen(Some(&rfc_9440));
    request
        .headers_mut()
        .append("client-cert", rfc_9440.parse().unwrap());
    assert_eq!(
        from(&router, "10.0.0.1", request).await.text(),
        expected("10.0.0.1", None)
    );
}

#[tokio::test]
async fn without_the_setting_no_header_gives_a_certificate() {
    let router = mirror(&TestApp::with(&[("http.trusted_proxies", "10.0.0.0/8")]).await);
    let own = Credential::self_signed("app", false);
    let reply = from(&router, "10.0.0.1", seen(Some(&own.header()))).await;
    assert_eq!(reply.text(), "10.0.0.1 none true");
}

#[tokio::test]
async fn the_certificate_of_a_trusted_proxy_itself_is_not_the_clients() {
    let settings = [
        ("http.trusted_proxies", "127.0.0.0/8"),
        ("http.client_certificate_header", "Client-Cert"),
    ];
    let served = TlsApp::serving(&settings, mirror).await;
    let proxy = Authority::new("proxies").issue("proxy", &[], false);
    let client = Credential::self_signed("app", false);
    let reply = served.send(Some(&proxy), seen(None)).await.expect("an answer");
    assert_eq!(reply.text(), expected("127.0.0.1", None));
    let reply = served
        .send(Some(&proxy), seen(Some(&client.header())))
        .await
        .expect("an answer");
    assert_eq!(reply.text(), expected("127.0.0.1", Some(&client)));
    // from anybody else the connection counts, whatever the header says
    let settings = [TRUSTING[0], TRUSTING[1]];
    let served = TlsApp::serving(&settings, mirror).await;
    let reply = served
        .send(Some(&client), seen(Some(&proxy.header())))
        .await
        .expect("an answer");
    assert_eq!(reply.text(), expected("127.0.0.1", Some(&client)));
}
