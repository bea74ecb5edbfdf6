//! Signed authorization responses, as the FAPI 2.0 Message Signing plan tries them. JARM.

use std::collections::BTreeSet;
use std::sync::Arc;

use gatepost::crypto::jwt;
use gatepost::crypto::jwt::TokenType;
use gatepost::crypto::keys;
use gatepost::crypto::keys::KeySet;
use gatepost::crypto::keys::SigningKey;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;

use crate::certification::Scene;
use crate::certification::WITH_TOKENS;
use crate::certification::expected_names;
use crate::harness::Answer;
use crate::harness::Arrived;
use crate::harness::AuthRequest;
use crate::harness::Code;
use crate::harness::Rp;
use crate::harness::decode;

/// The claims of a signed answer, which must hold nothing beside it.
#[track_caller]
fn opened(scene: &Scene, rp: &Rp, answer: &Answer) -> Value {
    assert_eq!(answer.names(), ["response"]);
    let keys = scene.app.ops().keys.current();
    let claims = jwt::verify::<Value>(&keys, TokenType::AuthorizationResponse, answer.get("response"));
    let claims = claims.expect("a key of ours");
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&scene.app.issuer().into(), &rp.client_id.as_str().into())
    );
    let left = claims["exp"].as_i64().expect("a number") - scene.app.clock.now().as_secs();
    assert!((11..=600).contains(&left), "{left}");
    claims
}

/// What the claims say beyond the JWT itself.
fn params(claims: &Value) -> BTreeSet<&str> {
    let all = claims.as_object().expect("an object").keys().map(String::as_str);
    all.filter(|name| !["aud", "exp"].contains(name)).collect()
}

fn jarm(rp: &Rp, kind: &str, mode: &str) -> AuthRequest {
    rp.request("openid").kind(kind).with("response_mode", mode)
}

/// Certification: fapi2-message-signing-final-happy-flow
#[tokio::test]
async fn every_answer_travels_as_one_signed_jwt_by_every_mode() {
    let mut scene = Scene::new().await;
    let rp = scene.rp.clone();
    for (kind, mode, arrived) in [
        ("code", "jwt", Arrived::Query),
        ("code", "query.jwt", Arrived::Query),
        ("code", "fragment.jwt", Arrived::Fragment),
        ("code", "form_post.jwt", Arrived::Form),
        ("id_token", "jwt", Arrived::Fragment),
        ("code id_token token", "fragment.jwt", Arrived::Fragment),
        ("code token", "form_post.jwt", Arrived::Form),
    ] {
        let request = jarm(&rp, kind, mode);
        let answer = scene.ask(&request).await;
        assert_eq!(answer.arrived, arrived, "{kind} {mode}");
        let claims = opened(&scene, &rp, &answer);
        assert_eq!(
            params(&claims),
            expected_names(kind).into_iter().collect(),
            "{kind} {mode}"
        );
        assert_eq!(claims["state"], request.get("state"));
        if kind == "code" {
            let code = Code {
                code: claims["code"].as_str().unwrap().to_owned(),
                verifier: Some(request.verifier.clone()),
                redirect_uri: rp.redirect_uri.clone(),
            };
            rp.redeem(&code).await.expect_tokens();
        }
    }
    let without = jarm(&rp, "code", "jwt").without("state");
    let answer = scene.ask(&without).await;
    assert_eq!(params(&opened(&scene, &rp, &answer)), ["code", "iss"].into());
}

/// Certification: fapi2-message-signing-final-user-rejects-authentication
#[tokio::test]
async fn refusals_are_signed_too() {
    let scene = Scene::new().await;
    let rp = &scene.rp;
    let expected: BTreeSet<&str> = ["error", "error_description", "iss", "state"].into();
    for kind in WITH_TOKENS.into_iter().chain(["code"]) {
        for mode in ["jwt", "fragment.jwt", "form_post.jwt"] {
            for (request, error) in [
                (jarm(rp, kind, mode).with("prompt", "none"), "login_required"),
                (jarm(rp, kind, mode).with("scope", ""), "invalid_scope"),
            ] {
                let answer = scene.ask_signed_out(&request).await;
                let claims = opened(&scene, rp, &answer);
                assert_eq!(
                    (&claims["error"], params(&claims)),
                    (&error.into(), expected.clone())
                );
                assert_eq!(claims["state"], request.get("state"));
            }
        }
    }
    // without a response type it is the query
    let request = jarm(rp, "code", "jwt").without("response_type");
    let answer = scene.ask_signed_out(&request).await;
    assert_eq!(answer.arrived, Arrived::Query);
    assert_eq!(opened(&scene, rp, &answer)["error"], "invalid_request");
}

/// Gives the application an active key of each algorithm, beside what it has.
fn sign_with_every_algorithm(scene: &Scene) {
    let (ops, now) = (scene.app.ops(), scene.app.clock.now());
    let mut all: Vec<_> = ops.keys.current().iter().cloned().collect();
    for alg in SigningAlg::FAPI {
        let made = keys::generate(*alg, 2048).expect("a key");
        let key = SigningKey::parse(made.jwk, &made.private_der, now, None).expect("it parses");
        all.push(Arc::new(key));
    }
    ops.keys.replace(KeySet::new(all));
}

#[tokio::test]
async fn the_registered_algorithm_signs_and_else_the_clients_default() {
    let mut scene = Scene::new().await;
    sign_with_every_algorithm(&scene);
    for alg in SigningAlg::ALL {
        let client = scene.app.client().named(alg.as_str());
        let rp = client
            .but(|m| m.authorization_signed_response_alg = Some(*alg))
            .create()
            .await;
        let answer = scene.ask(&jarm(&rp, "code", "jwt")).await;
        opened(&scene, &rp, &answer);
        assert_eq!(decode(answer.get("response"), 0)["alg"], alg.as_str());
    }
    let answer = scene.ask(&jarm(&scene.rp, "code", "jwt")).await;
    assert_eq!(decode(answer.get("response"), 0)["alg"], "RS256");
}

/// A signed answer is no ID token, and no ID token is taken for one.
#[tokio::test]
async fn a_signed_answer_is_worth_nothing_as_a_token() {
    let mut scene = Scene::new().await;
    let request = jarm(&scene.rp, "id_token token", "jwt");
    let answer = scene.ask(&request).await;
    let response = answer.get("response");
    let keys = scene.app.ops().keys.current();
    for kind in [
        TokenType::IdToken,
        TokenType::AccessToken,
        TokenType::UserInfo,
        TokenType::LogoutToken,
    ] {
        assert!(jwt::verify::<Value>(&keys, kind, response).is_none(), "{kind:?}");
    }
    assert_eq!(scene.rp.userinfo(response).await.status, 401);
    let hinted = scene
        .rp
        .request("openid")
        .with("id_token_hint", response)
        .with("prompt", "none");
    scene.ask_signed_out(&hinted).await;
    let claims = decode(response, 1);
    let id_token = claims["id_token"].as_str().unwrap();
    assert!(jwt::verify::<Value>(&keys, TokenType::AuthorizationResponse, id_token).is_none());
}
