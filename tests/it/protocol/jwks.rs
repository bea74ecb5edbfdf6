//! The public keys: RFC 7517 §5.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::ops;
use serde_json::Value;

use crate::harness::TestApp;
use crate::harness::decode;

async fn keys(app: &TestApp) -> Vec<Value> {
    let reply = app.get("/jwks").await;
    assert_eq!(reply.status, 200);
    reply.json()["keys"].as_array().expect("keys").clone()
}

#[tokio::test]
async fn every_key_is_public_and_has_a_kid_an_algorithm_and_a_use() {
    let app = TestApp::start().await;
    let keys = keys(&app).await;
    assert!(!keys.is_empty());
    let mut algorithms = BTreeSet::new();
    for key in &keys {
        let members: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        let (kty, crv, numbers): (_, _, &[(&str, usize)]) = match key["alg"].as_str().unwrap() {
            "RS256" | "PS256" => ("RSA", None, &[("n", 256), ("e", 3)]),
            "ES256" => ("EC", Some("P-256"), &[("x", 32), ("y", 32)]),
            "EdDSA" => ("OKP", Some("Ed25519"), &[("x", 32)]),
            other => panic!("{other}"),
        };
        algorithms.insert(key["alg"].as_str().unwrap());
        assert_eq!((&key["kty"], &key["use"]), (&kty.into(), &"sig".into()));
        assert_eq!(key.get("crv").and_then(Value::as_str), crv);
        let mut expected = BTreeSet::from(["alg", "kid", "kty", "use"]);
        expected.extend(crv.map(|_| "crv"));
        for (number, bytes) in numbers {
            expected.insert(number);
            let decoded = URL_SAFE_NO_PAD.decode(key[number].as_str().unwrap());
            assert_eq!(decoded.expect("base64url without padding").len(), *bytes, "{key}");
        }
        assert_eq!(members, expected, "nothing else, least of all anything private");
    }
    assert_eq!(algorithms, BTreeSet::from(["EdDSA", "ES256", "PS256", "RS256"]));
    let kids: BTreeSet<_> = keys.iter().map(|k| k["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), keys.len());
}

#[tokio::test]
async fn others_may_keep_the_keys_for_a_while() {
    let app = TestApp::start().await;
    let reply = app.get("/jwks").await;
    assert!(
        reply.header("cache-control").starts_with("public, max-age="),
        "{reply}"
    );
    assert!(
        reply
            .header("content-type")
            .starts_with("application/jwk-set+json")
    );
}

/// Certification: oidcc-server-rotate-keys
#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_stays() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let before = browser.tokens(&rp, "openid").await;
    let old = decode(before.id(), 0)["kid"].clone();

    let published = keys(&app).await.len();
    ops::keys::rotate(app.ops(), &app.operator(), &[SigningAlg::RS256])
        .await
        .unwrap();
    assert_eq!(keys(&app).await.len(), published + 1);
    let meanwhile = browser.tokens(&rp, "openid").await;
    assert_eq!(
        decode(meanwhile.id(), 0)["kid"],
        old,
        "the new key does not sign yet"
    );

    app.advance(app.ops().config.keys.publish_before.as_secs() + 1);
    let after = browser.tokens(&rp, "openid").await;
    let new = decode(after.id(), 0)["kid"].clone();
    assert_ne!(new, old);
    let kids: Vec<_> = keys(&app).await.iter().map(|k| k["kid"].clone()).collect();
    assert!(kids.contains(&new) && kids.contains(&old), "{kids:?}");
}
