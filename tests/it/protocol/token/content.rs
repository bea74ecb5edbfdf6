//! What a token answer holds.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::crypto::jwt;
use gatepost::crypto::jwt::TokenType;
use serde_json::Value;
use sha2::Digest as _;

use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::decode;

async fn tokens(scope: &str) -> (TestApp, Tokens) {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, scope).await;
    (app, tokens)
}

/// Certification: oidcc-idtoken-signature,
/// oidcc-idtoken-rs256
#[tokio::test]
async fn both_tokens_are_signed_by_the_published_key() {
    let (app, tokens) = tokens("openid").await;
    let keys = app.ops().keys.current();
    let id: Option<Value> = jwt::verify(&keys, TokenType::IdToken, tokens.id());
    let access: Option<Value> = jwt::verify(&keys, TokenType::AccessToken, &tokens.access);
    assert!(id.is_some() && access.is_some());
    for (token, kind) in [(tokens.id(), "JWT"), (tokens.access.as_str(), "at+jwt")] {
        let header = decode(token, 0);
        assert_eq!((&header["alg"], &header["typ"]), (&"RS256".into(), &kind.into()));
        assert!(header["kid"].is_string());
    }
}

#[tokio::test]
async fn the_access_token_is_one_of_rfc_9068() {
    let (_, tokens) = tokens("openid profile").await;
    let claims = tokens.access_claims();
    for member in [
        "iss",
        "exp",
        "aud",
        "sub",
        "client_id",
        "iat",
        "jti",
        "auth_time",
        "acr",
        "amr",
        "sid",
    ] {
        assert!(claims.get(member).is_some(), "{member} is missing: {claims}");
    }
    assert_eq!(claims["scope"], tokens.scope);
    let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(lifetime, tokens.expires_in);
    assert!((1..=31_536_000).contains(&tokens.expires_in));
}

#[tokio::test]
async fn at_hash_binds_the_access_token() {
    let (_, tokens) = tokens("openid").await;
    let half = &sha2::Sha256::digest(tokens.access.as_bytes())[..16];
    assert_eq!(tokens.id_claims()["at_hash"], URL_SAFE_NO_PAD.encode(half));
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let (_, tokens) = tokens("email").await;
    assert!(tokens.id.is_none());
}

/// Security: C12
#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let (_, tokens) = tokens("openid").await;
    assert!(tokens.refresh.is_none());
}

#[tokio::test]
async fn a_refresh_token_has_enough_randomness() {
    let (_, tokens) = tokens("openid offline_access").await;
    assert!(tokens.refresh().len() >= 43);
}

#[tokio::test]
async fn roles_and_groups_are_flat_arrays_of_text_global_and_the_clients_own() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let other = app.client().named("Other").create().await;
    let alice = app.user("alice").create().await;
    alice.give_role("auditor", None).await;
    alice.give_role("ledger-editor", Some(&rp)).await;
    alice.give_role("other-editor", Some(&other)).await;
    alice.join("finance").await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid roles groups").await;
    let info = rp.userinfo(&tokens.access).await.json();
    for claims in [tokens.id_claims(), tokens.access_claims(), info] {
        assert_eq!(
            claims["roles"],
            serde_json::json!(["auditor", "ledger-editor"]),
            "{claims}"
        );
        assert_eq!(claims["groups"], serde_json::json!(["finance"]), "{claims}");
    }
    let without = browser.tokens(&rp, "openid").await.access_claims();
    assert!(
        without.get("roles").is_none() && without.get("groups").is_none(),
        "{without}"
    );
}
