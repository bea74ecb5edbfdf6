//! Each client's ID tokens are signed as it registered: OIDC Registration §2.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::crypto::jwt;
use gatepost::crypto::jwt::TokenType;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use sha2::Digest as _;

use crate::harness::TestApp;
use crate::harness::decode;

#[tokio::test]
async fn every_algorithm_signs_with_a_published_key_and_hashes_as_it_must() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let published = app.get("/jwks").await.json();
    for alg in SigningAlg::ALL {
        let rp = app
            .client()
            .but(|m| m.id_token_signed_response_alg = Some(*alg))
            .create()
            .await;
        let first = browser.tokens(&rp, "openid offline_access").await;
        let next = rp.refresh(first.refresh()).await.expect_tokens();
        for tokens in [&first, &next] {
            let header = decode(tokens.id(), 0);
            assert_eq!(header["alg"], alg.as_str());
            let keys = published["keys"].as_array().unwrap();
            let key = keys
                .iter()
                .find(|k| k["kid"] == header["kid"])
                .expect("the kid is published");
            assert_eq!(key["alg"], alg.as_str());
            let verified: Option<Value> =
                jwt::verify(&app.ops().keys.current(), TokenType::IdToken, tokens.id());
            assert!(verified.is_some(), "{alg:?}");
            let hash = if *alg == SigningAlg::EdDSA {
                sha2::Sha512::digest(&tokens.access)[..32].to_vec()
            } else {
                sha2::Sha256::digest(&tokens.access)[..16].to_vec()
            };
            assert_eq!(
                tokens.id_claims()["at_hash"],
                URL_SAFE_NO_PAD.encode(hash),
                "{alg:?}"
            );
            // access tokens are for resources, which know one algorithm
            assert_eq!(decode(&tokens.access, 0)["alg"], "RS256");
        }
    }
}

#[tokio::test]
async fn lifetimes_are_the_clients_own_where_it_has_some() {
    let app = TestApp::start().await;
    let rp = app.client().but(|m| {
        m.lifetimes.code = Some(5);
        m.lifetimes.access_token = Some(77);
        m.lifetimes.id_token = Some(88);
    });
    let rp = rp.create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let late = browser.authorize(&rp, "openid").await;
    let tokens = browser.tokens(&rp, "openid").await;
    let lifetime = |claims: &Value| claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!((tokens.expires_in, lifetime(&tokens.access_claims())), (77, 77));
    assert_eq!(lifetime(&tokens.id_claims()), 88);
    app.advance(6);
    rp.redeem(&late).await.expect_error("invalid_grant");
    app.advance(72);
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    assert!(!rp.is_active(&tokens.access).await);
}
