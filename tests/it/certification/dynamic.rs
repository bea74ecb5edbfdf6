//! `oidcc-dynamic-certification-test-plan`: what concerns registration.

use axum::http::Method;
use serde_json::json;

use crate::harness::Documents;
use crate::harness::Registered;
use crate::harness::TestApp;
use crate::harness::register;

async fn open() -> TestApp {
    TestApp::with(&[
        ("registration.mode", "open"),
        ("fetch.allowed_private", "127.0.0.0/8"),
    ])
    .await
}

/// Certification: oidcc-redirect-uri-regfrag
#[tokio::test]
async fn a_redirect_uri_with_a_fragment_is_refused_at_registration() {
    let app = open().await;
    let reply = register(
        &app,
        &json!({ "redirect_uris": ["https://rp.test/callback#foobar"] }),
    )
    .await;
    reply.expect_error("invalid_redirect_uri");
}

/// Certification: oidcc-registration-sector-uri, oidcc-registration-sector-bad
#[tokio::test]
async fn a_sector_identifier_covers_the_redirect_uris_or_is_refused() {
    let app = open().await;
    let documents = Documents::plain().await;
    let good = documents.put("/good", r#"["https://rp.test/callback"]"#);
    let bad = documents.put("/bad", r#"["https://rp.test/other"]"#);
    let metadata = |sector: &str| {
        json!({
            "redirect_uris": ["https://rp.test/callback"], "subject_type": "pairwise",
            "sector_identifier_uri": sector,
        })
    };
    let client = Registered::with(&app, &metadata(&good)).await;
    register(&app, &metadata(&bad))
        .await
        .expect_error("invalid_client_metadata");
    let discovery = app.get("/.well-known/openid-configuration").await.json();
    assert!(
        discovery["subject_types_supported"]
            .to_string()
            .contains("pairwise")
    );
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let rp = client.rp();
    let tokens = browser.tokens(&rp, "openid").await;
    let sub = tokens.id_claims()["sub"].clone();
    assert_ne!(sub, alice.id.as_str());
    assert_eq!(rp.userinfo(&tokens.access).await.json()["sub"], sub);
}

/// Certification: oidcc-registration-logo-uri, oidcc-registration-policy-uri, oidcc-registration-tos-uri
#[tokio::test]
async fn logo_policy_and_terms_of_the_registered_client_are_on_the_sign_in_page() {
    let app = open().await;
    let metadata = json!({
        "redirect_uris": ["https://rp.test/callback"], "client_name": "Certified",
        "logo_uri": "https://rp.test/logo.png", "policy_uri": "https://rp.test/policy",
        "tos_uri": "https://rp.test/terms",
    });
    let client = Registered::with(&app, &metadata).await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    let login = browser.open(&client.rp().request("openid")).await;
    let consent = browser.fill_in(&login, &alice).await;
    for page in [login, consent] {
        let text = page.text();
        for part in [
            "src=\"https://rp.test/logo.png\"",
            "href=\"https://rp.test/policy\"",
            "href=\"https://rp.test/terms\"",
        ] {
            assert!(text.contains(part), "{part}: {page}");
        }
        let policy = page.header("content-security-policy");
        assert!(policy.contains("img-src 'self' https://rp.test;"), "{policy}");
    }
}

/// Certification: oidcc-ensure-redirect-uri-in-authorization-request
#[tokio::test]
async fn a_request_without_redirect_uri_ends_on_a_page_where_two_are_registered() {
    let app = open().await;
    let metadata = json!({ "redirect_uris": ["https://rp.test/callback", "https://rp.test/callback2"] });
    let client = Registered::with(&app, &metadata).await;
    let request = client.rp().request("openid").without("redirect_uri");
    app.get(&request.path())
        .await
        .expect_error_page("redirect_uri_missing");
}

/// Certification: oidcc-redirect-uri-query-OK, oidcc-redirect-uri-query-mismatch, oidcc-redirect-uri-query-added
#[tokio::test]
async fn the_query_of_a_registered_redirect_uri_is_kept_and_may_not_differ() {
    let app = open().await;
    let registered = "https://rp.test/callback?bar=foo";
    let client = Registered::with(&app, &json!({ "redirect_uris": [registered] })).await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let request = client.rp().request("openid");
    let reply = browser.open_and_allow(&request).await;
    assert!(reply.location().starts_with(&format!("{registered}&")), "{reply}");
    for other in [
        "https://rp.test/callback?bar=baz",
        "https://rp.test/callback",
        "https://rp.test/callback?bar=foo&baz=qux",
    ] {
        let request = client.rp().request("openid").with("redirect_uri", other);
        let reply = browser.open(&request).await;
        reply.expect_error_page("redirect_uri_mismatch");
    }
}

/// Certification: oidcc-registration-jwks-uri
#[tokio::test]
async fn keys_may_be_registered_by_address_or_by_value_without_kid() {
    let app = open().await;
    let documents = Documents::plain().await;
    let key = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let by_address = json!({ "jwks_uri": documents.url("/jwks") });
    let by_value = json!({ "jwks": { "keys": [key] } });
    for keys in [by_address, by_value] {
        let mut metadata = keys.clone();
        metadata["redirect_uris"] = json!(["https://rp.test/callback"]);
        metadata["token_endpoint_auth_method"] = json!("private_key_jwt");
        let client = Registered::with(&app, &metadata).await;
        assert!(client.body.get("client_secret").is_none());
        for (name, value) in keys.as_object().unwrap() {
            assert_eq!(&client.body[name], value);
        }
        assert_eq!(client.manage(Method::GET, None).await.json(), client.body);
    }
    let metadata = json!({
        "redirect_uris": ["https://rp.test/callback"], "token_endpoint_auth_method": "private_key_jwt",
    });
    register(&app, &metadata)
        .await
        .expect_error("invalid_client_metadata");
}
