//! UserInfo and introspection as JWTs: OIDC Core §5.3.2, RFC 9701.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::Method;
use gatepost::crypto::jwt;
use gatepost::crypto::jwt::TokenType;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use serde_json::json;

use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::basic;
use crate::harness::decode;

/// Certification: oidcc-userinfo-rs256
#[tokio::test]
async fn userinfo_is_signed_as_the_client_registered() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    for alg in SigningAlg::ALL {
        let rp = app
            .client()
            .but(|m| m.userinfo_signed_response_alg = Some(*alg))
            .create()
            .await;
        let tokens = browser.tokens(&rp, "openid email").await;
        let reply = rp.userinfo(&tokens.access).await;
        assert_eq!(reply.status, 200, "{reply}");
        assert_eq!(reply.header("content-type"), "application/jwt");
        assert_eq!(reply.header("cache-control"), "no-store");
        let header = decode(&reply.text(), 0);
        assert_eq!(header["alg"], alg.as_str());
        let keys = app.ops().keys.current();
        let claims: Value = jwt::verify(&keys, TokenType::UserInfo, &reply.text()).expect("signed by us");
        let expected = json!({
            "iss": app.issuer(), "aud": rp.client_id, "sub": alice.id, "email": "alice@people.test", "email_verified": true,
        });
        assert_eq!(claims, expected);
        // it can be no ID token and no access token
        assert!(jwt::verify::<Value>(&keys, TokenType::IdToken, &reply.text()).is_none());
        rp.userinfo(&reply.text()).await.expect_error("invalid_token");
    }
    let plain = app.client().create().await;
    let tokens = browser.tokens(&plain, "openid").await;
    assert_eq!(
        plain.userinfo(&tokens.access).await.header("content-type"),
        "application/json"
    );
}

async fn introspect(app: &TestApp, rp: &Rp, token: &str, accept: &str) -> Reply {
    let mut request = app.request(Method::POST, "/introspect", Body::from(format!("token={token}")));
    let credentials = basic(rp.client_id.as_str(), rp.secret.as_deref().unwrap_or(""));
    for (name, value) in [
        ("content-type", "application/x-www-form-urlencoded"),
        ("authorization", &credentials),
        ("accept", accept),
    ] {
        request
            .headers_mut()
            .insert(name, HeaderValue::from_str(value).expect("ASCII"));
    }
    app.send(request).await
}

#[tokio::test]
async fn introspection_is_signed_for_whoever_asks_so() {
    const SIGNED: &str = "application/token-introspection+jwt";
    let app = TestApp::start().await;
    let rp = app
        .client()
        .but(|m| m.introspection_signed_response_alg = Some(SigningAlg::ES256))
        .create()
        .await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid").await;
    let keys = app.ops().keys.current();
    for (token, active) in [(tokens.access.as_str(), true), ("unknown", false)] {
        let reply = introspect(&app, &rp, token, &format!("application/json;q=0.5, {SIGNED}")).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (200, SIGNED)
        );
        let header = decode(&reply.text(), 0);
        assert_eq!(
            (&header["typ"], &header["alg"]),
            (&json!("token-introspection+jwt"), &json!("ES256"))
        );
        let claims: Value =
            jwt::verify(&keys, TokenType::Introspection, &reply.text()).expect("signed by us");
        assert_eq!(
            (&claims["iss"], &claims["aud"]),
            (&json!(app.issuer()), &json!(rp.client_id))
        );
        assert!(claims["iat"].is_i64() && claims.get("sub").is_none() && claims.get("exp").is_none());
        let said = &claims["token_introspection"];
        let plain = introspect(&app, &rp, token, "application/json").await.json();
        assert_eq!((said, &said["active"]), (&plain, &json!(active)));
        rp.userinfo(&reply.text()).await.expect_error("invalid_token");
    }
    let rp = app.client().named("Plain").create().await;
    let reply = introspect(&app, &rp, "unknown", SIGNED).await;
    assert_eq!(decode(&reply.text(), 0)["alg"], "RS256");
}

#[tokio::test]
async fn discovery_names_what_answers_are_signed_with_and_no_encryption() {
    let app = TestApp::start().await;
    let document = app.get("/.well-known/openid-configuration").await.json();
    for name in [
        "id_token_signing_alg_values_supported",
        "userinfo_signing_alg_values_supported",
        "introspection_signing_alg_values_supported",
    ] {
        assert_eq!(
            document[name],
            json!(["RS256", "PS256", "ES256", "EdDSA"]),
            "{name}"
        );
    }
    let members = document.as_object().unwrap();
    assert!(
        !members.keys().any(|name| name.contains("encryption")),
        "{document}"
    );
}
