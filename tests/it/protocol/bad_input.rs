//! Bad input gets a clear 4xx in the right shape, at every endpoint of the table; never a 5xx.

use axum::body::Body;
use axum::http::Method;
use gatepost::oidc::Caller;
use gatepost::oidc::ENDPOINTS;

use crate::harness::Reply;
use crate::harness::TestApp;

const FORM: &str = "application/x-www-form-urlencoded";

/// A refusal: HTML for browsers, the JSON of RFC 6749 for everybody else.
#[track_caller]
fn expect_refusal(caller: Caller, reply: &Reply) {
    assert!(reply.status.is_client_error(), "{reply}");
    let kind = reply.header("content-type");
    if caller == Caller::Browser {
        assert!(kind.starts_with("text/html"), "{reply}");
        assert!(reply.text().contains("data-error="), "{reply}");
    } else {
        assert!(kind.starts_with("application/json"), "{reply}");
        assert!(reply.json()["error"].is_string(), "{reply}");
    }
}

/// Where a form can be posted.
fn posting() -> impl Iterator<Item = (&'static str, Caller)> {
    let reading = [
        "/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/{*path}",
        // takes JSON, and is off here: tests of its own
        "/register",
        "/register/{client_id}",
        // a page for frames
        "/check_session",
        // for conformance tests only, and off here
        "/test/ciba",
    ];
    let endpoints = ENDPOINTS.iter().filter(move |e| !reading.contains(&e.path));
    endpoints.map(|e| (e.path, e.caller))
}

#[tokio::test]
async fn forms_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    for (path, caller) in posting() {
        for body in [
            b"client_id=a&client_id=b".to_vec(),
            b"x=%ff%fe".to_vec(),
            b"x=\xff\xfe".to_vec(),
            b"x=%00".to_vec(),
            b"x=a\0b".to_vec(),
            b"%00=x".to_vec(),
        ] {
            let reply = app.post_text(path, FORM, body).await;
            expect_refusal(caller, &reply);
        }
    }
}

#[tokio::test]
async fn a_body_of_a_megabyte_is_refused_as_too_large() {
    let app = TestApp::start().await;
    for (path, caller) in posting() {
        let reply = app
            .post_text(path, FORM, format!("password={}", "x".repeat(1 << 20)))
            .await;
        expect_refusal(caller, &reply);
        assert_eq!(reply.status, 413, "{path}");
    }
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let app = TestApp::start().await;
    for (path, caller) in posting() {
        for kind in [
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "x",
        ] {
            let reply = app.post_text(path, kind, "{\"grant_type\":\"x\"}").await;
            expect_refusal(caller, &reply);
        }
    }
}

#[tokio::test]
async fn a_charset_beside_the_content_type_is_fine() {
    let app = TestApp::start().await;
    let reply = app
        .post_text(
            "/token",
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            "x=y",
        )
        .await;
    reply.expect_error("invalid_client");
}

#[tokio::test]
async fn other_methods_are_refused_with_405() {
    let app = TestApp::start().await;
    for endpoint in ENDPOINTS.iter().filter(|e| !e.path.starts_with("/register")) {
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let reply = app.send(app.request(method, endpoint.path, Body::empty())).await;
            assert_eq!(reply.status, 405, "{reply}");
            expect_refusal(endpoint.caller, &reply);
            assert!(!reply.header("allow").is_empty(), "{reply}");
        }
    }
    for path in ["/token", "/introspect", "/revoke"] {
        assert_eq!(app.get(path).await.status, 405);
    }
    for path in ["/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(app.post(path, &[]).await.status, 405);
    }
}

#[tokio::test]
async fn queries_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    for path in ["/authorize", "/logout", "/login", "/consent", "/login/accounts"] {
        for query in ["x=%ff", "x=%00", "x=1&x=2", "tx=nonsense&tx=other"] {
            let reply = app.get(&format!("{path}?{query}")).await;
            expect_refusal(Caller::Browser, &reply);
        }
    }
}

#[tokio::test]
async fn unknown_ids_and_paths_are_pages_of_ours() {
    let app = TestApp::start().await;
    for path in [
        "/nowhere",
        "/authorize/tx_00000000000000000000000000",
        "/login?tx=tx_00000000000000000000000000",
        "/login?tx=nonsense",
        "/consent?tx=nonsense",
        "/consent",
        "/static/0/none.css",
        "/account/sessions/nonsense/end",
        "/.well-known/nothing",
        "/%ff",
        "/..%2f..%2fetc%2fpasswd",
    ] {
        let reply = app.get(path).await;
        assert!(reply.status.is_client_error(), "{reply}");
    }
}

#[tokio::test]
async fn headers_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    for path in ["/token", "/userinfo", "/introspect", "/revoke"] {
        for value in [
            "Basic",
            "Basic ",
            "Basic \u{e4}",
            "Bearer",
            "Bearer ",
            "Digest x",
            "Bearer a b",
            "\u{ff}",
        ] {
            let mut request = app.request(Method::POST, path, Body::from("token=x"));
            let headers = request.headers_mut();
            headers.insert("content-type", FORM.parse().unwrap());
            headers.insert(
                "authorization",
                axum::http::HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
            let reply = app.send(request).await;
            expect_refusal(Caller::Server, &reply);
        }
    }
}

#[tokio::test]
async fn a_password_of_any_length_is_just_wrong_or_too_large() {
    let app = TestApp::start().await;
    app.user("alice").create().await;
    for length in [0, 1, 5_000, 60_000] {
        let mut browser = app.browser();
        let form = browser.get("/login").await.page().form_with("password");
        let reply = browser
            .submit(form.set("username", "alice").set("password", &"p".repeat(length)))
            .await;
        assert_eq!(reply.status, 422, "{length}");
    }
    let mut browser = app.browser();
    let form = browser.get("/login").await.page().form_with("password");
    let reply = browser.submit(form.set("password", &"p".repeat(1 << 20))).await;
    assert_eq!(reply.status, 413);
    expect_refusal(Caller::Browser, &reply);
}

#[tokio::test]
async fn odd_user_names_are_just_wrong() {
    let app = TestApp::start().await;
    for name in [
        "' OR 1=1 --",
        "%",
        "\u{202e}alice",
        "a\nb",
        &"x".repeat(10_000),
        "ALICE",
        "*",
        "<b>",
    ] {
        let mut browser = app.browser();
        let form = browser.get("/login").await.page().form_with("password");
        let reply = browser
            .submit(form.set("username", name).set("password", "x"))
            .await;
        assert_eq!(reply.status, 422, "{name}");
    }
}
