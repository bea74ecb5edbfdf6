//! Cross-origin access: where browser applications need it, and nowhere else.

use axum::body::Body;
use axum::http::Method;
use gatepost::oidc::Caller;
use gatepost::oidc::ENDPOINTS;

use crate::harness::Reply;
use crate::harness::TestApp;

const ALLOW: &str = "access-control-allow-origin";

async fn ask(app: &TestApp, method: Method, path: &str) -> Reply {
    let mut request = app.request(method, path, Body::empty());
    let headers = request.headers_mut();
    headers.insert("origin", "https://spa.test".parse().expect("ASCII"));
    headers.insert("access-control-request-method", "POST".parse().expect("ASCII"));
    headers.insert(
        "access-control-request-headers",
        "authorization".parse().expect("ASCII"),
    );
    app.send(request).await
}

#[tokio::test]
async fn the_endpoints_for_anybody_answer_any_origin_and_their_preflight() {
    let app = TestApp::start().await;
    let mut open = Vec::new();
    for endpoint in ENDPOINTS.iter().filter(|e| e.caller == Caller::Anybody) {
        open.push(endpoint.path);
        let preflight = ask(&app, Method::OPTIONS, endpoint.path).await;
        assert_eq!(preflight.status, 204, "{preflight}");
        assert_eq!(preflight.header(ALLOW), "*", "{preflight}");
        assert!(preflight.header("access-control-allow-methods").contains("POST"));
        let allowed = preflight.header("access-control-allow-headers").to_lowercase();
        assert!(
            allowed.contains("authorization") && allowed.contains("content-type"),
            "{allowed}"
        );
        for method in [Method::GET, Method::POST] {
            let reply = ask(&app, method, endpoint.path).await;
            assert_eq!(reply.header(ALLOW), "*", "{reply}");
        }
    }
    open.sort_unstable();
    assert_eq!(
        open,
        [
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-protected-resource",
            "/.well-known/oauth-protected-resource/{*path}",
            "/.well-known/openid-configuration",
            "/jwks",
            "/par",
            "/register",
            "/revoke",
            "/token",
            "/userinfo"
        ]
    );
}

/// Security: E10
#[tokio::test]
async fn nothing_else_answers_other_origins_and_nothing_allows_cookies() {
    let app = TestApp::start().await;
    let others = ENDPOINTS
        .iter()
        .filter(|e| e.caller != Caller::Anybody)
        .map(|e| e.path);
    let pages = [
        "/login",
        "/consent",
        "/account",
        "/logout/confirm",
        "/healthz",
        "/nowhere",
        "/",
    ];
    for path in others.chain(pages) {
        for method in [Method::OPTIONS, Method::GET, Method::POST] {
            let reply = ask(&app, method, path).await;
            assert_eq!(reply.header(ALLOW), "", "{reply}");
        }
    }
    // nor where the token of the request names an origin
    let claims = "eyJhenAiOiJodHRwczovL2V2aWwudGVzdCIsImFsbG93ZWQtb3JpZ2lucyI6WyIqIl19";
    for (path, origin) in [
        ("/account", "null"),
        ("/introspect", "null"),
        ("/userinfo", "https://evil.test"),
    ] {
        let mut request = app.request(Method::GET, path, Body::empty());
        let headers = request.headers_mut();
        headers.insert("origin", origin.parse().expect("ASCII"));
        let bearer = format!("Bearer eyJhbGciOiJub25lIn0.{claims}.");
        headers.insert("authorization", bearer.parse().expect("ASCII"));
        let reply = app.send(request).await;
        assert!(["", "*"].contains(&reply.header(ALLOW)), "{reply}");
        assert_eq!(reply.header("access-control-allow-credentials"), "", "{reply}");
    }
    for endpoint in ENDPOINTS {
        let reply = ask(&app, Method::OPTIONS, endpoint.path).await;
        assert_eq!(reply.header("access-control-allow-credentials"), "", "{reply}");
    }
}
