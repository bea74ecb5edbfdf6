//! Signed requests and responses, as the FAPI 2.0 Message Signing plan tries them. RFC 9101, JARM.

use std::collections::BTreeSet;

use gatepost::crypto::jwt;
use gatepost::crypto::jwt::TokenType;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::Profile;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use serde_json::json;

use crate::certification::Scene;
use crate::certification::WITH_TOKENS;
use crate::certification::expected_names;
use crate::harness::Answer;
use crate::harness::Arrived;
use crate::harness::AuthRequest;
use crate::harness::Code;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::decode;
use crate::harness::forged;
use crate::harness::fresh;

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

/// Certification: fapi2-security-profile-final-happy-flow
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
            expected_names(kind)
                .into_iter()
                .filter(|name| *name != "session_state")
                .collect(),
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

/// Certification: fapi2-security-profile-final-user-rejects-authentication
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

#[tokio::test]
async fn the_registered_algorithm_signs_and_else_the_clients_default() {
    let mut scene = Scene::new().await;
    scene.sign_with_every_algorithm();
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

/// A client of the profile.
async fn fapi(scene: &Scene, name: &str, signer: &Signer) -> Rp {
    let client = scene.app.client().named(name).key(signer);
    let client = client.method(AuthMethod::PrivateKeyJwt).but(|metadata| {
        metadata.profile = Profile::Fapi2MessageSigning;
        metadata.dpop_bound_access_tokens = true;
    });
    client.create().await
}

/// Pushes a form, with an assertion of the client.
async fn push(scene: &Scene, rp: &Rp, signer: &Signer, form: &[(&str, &str)]) -> Reply {
    let (id, now) = (rp.client_id.as_str(), scene.app.clock.now().as_secs());
    let assertion = signer.sign(&json!({
        "iss": id, "sub": id, "aud": scene.app.issuer(), "iat": now, "exp": now + 60, "jti": fresh(),
    }));
    let mut form = form.to_vec();
    form.push((
        "client_assertion_type",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    ));
    form.push(("client_assertion", &assertion));
    scene.app.post("/par", &form).await
}

/// Certification: fapi2-message-signing-final-ensure-request-object-with-multiple-aud-succeeds,
/// fapi2-message-signing-final-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted
#[tokio::test]
async fn a_client_of_the_profile_signs_its_request_and_gets_a_signed_answer() {
    let mut scene = Scene::new().await;
    scene.sign_with_every_algorithm();
    let signer = Signer::new();
    let rp = fapi(&scene, "Bank", &signer).await;
    let now = scene.app.clock.now().as_secs();
    for (name, value) in [
        ("iat", json!(now)),
        ("aud", json!([scene.app.issuer(), "https://elsewhere.test"])),
        ("nbf", json!(now + 8)),
        ("exp", json!(now + 3600)),
    ] {
        // without a response mode the answer is signed all the same
        let request = rp.request("openid");
        let mut claims = request.claims(&scene.app);
        claims[name] = value;
        let object = signer.sign_as("oauth-authz-req+jwt", &claims);
        let reply = push(&scene, &rp, &signer, &[("request", &object)]).await;
        assert_eq!(reply.status, 201, "{name}: {reply}");
        let uri = reply.json()["request_uri"].as_str().expect("a text").to_owned();
        let answer = scene.ask(&request.carrying("request_uri", &uri)).await;
        assert_eq!(answer.arrived, Arrived::Query);
        let claims = opened(&scene, &rp, &answer);
        assert_eq!(params(&claims), ["code", "iss", "state"].into());
        assert_eq!(decode(answer.get("response"), 0)["alg"], "PS256");
        let again = scene.ask(&request.carrying("request_uri", &uri)).await;
        assert_eq!(opened(&scene, &rp, &again)["error"], "invalid_request_uri");
    }
}

/// Certification: fapi2-message-signing-final-ensure-request-object-without-exp-fails,
/// fapi2-message-signing-final-ensure-request-object-without-nbf-fails,
/// fapi2-message-signing-final-ensure-expired-request-object-fails,
/// fapi2-message-signing-final-ensure-request-object-with-bad-aud-fails,
/// fapi2-message-signing-final-ensure-request-object-with-exp-over-60-fails,
/// fapi2-message-signing-final-ensure-request-object-with-nbf-over-60-fails,
/// fapi2-message-signing-final-ensure-signed-request-object-with-RS256-fails,
/// fapi2-message-signing-final-ensure-request-object-signature-algorithm-is-not-none,
/// fapi2-message-signing-final-ensure-request-object-with-invalid-signature-fails,
/// fapi2-message-signing-final-ensure-matching-key-in-authorization-request,
/// fapi2-message-signing-final-ensure-unsigned-request-at-par-endpoint-fails,
/// fapi2-message-signing-final-par-authorization-request-containing-request_uri
#[tokio::test]
async fn a_client_of_the_profile_is_told_what_is_wrong_with_its_object() {
    let scene = Scene::new().await;
    let (signer, other, old) = (Signer::new(), Signer::new(), Signer::of(SigningAlg::RS256));
    let both = json!({ "keys": [signer.jwk, old.jwk] });
    let client = scene.app.client().named("Bank").method(AuthMethod::PrivateKeyJwt);
    let client = client.but(|metadata| {
        metadata.profile = Profile::Fapi2MessageSigning;
        metadata.dpop_bound_access_tokens = true;
        metadata.jwks = Some(both);
    });
    let rp = client.create().await;
    let request = rp.request("openid");
    let claims = request.claims(&scene.app);
    let now = scene.app.clock.now().as_secs();
    let but = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        signer.sign(&changed)
    };
    let without = |name: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().expect("an object").remove(name);
        signer.sign(&changed)
    };
    let good = signer.sign(&claims);
    let (content, _) = good.rsplit_once('.').expect("a JWS");
    let foreign_signature = other.sign(&claims);
    let (_, foreign_signature) = foreign_signature.rsplit_once('.').expect("a JWS");
    for object in [
        without("exp"),
        without("nbf"),
        without("aud"),
        but("exp", json!(now - 1)),
        but("exp", json!(now + 70 * 60)),
        but("nbf", json!(now - 70 * 60)),
        but("nbf", json!(now + 60)),
        but("aud", json!("https://elsewhere.test")),
        but("aud", json!(format!("{}/par", scene.app.issuer()))),
        but("request_uri", json!("urn:ietf:params:oauth:request_uri:x")),
        old.sign(&claims),
        other.sign(&claims),
        forged(&json!({"alg": "none"}), &claims, b""),
        forged(&json!({"alg": "none"}), &claims, b"x"),
        format!("{content}.{foreign_signature}"),
    ] {
        let reply = push(&scene, &rp, &signer, &[("request", &object)]).await;
        reply.expect_error("invalid_request_object");
    }
    let plain = push(&scene, &rp, &signer, &request.form()).await;
    plain.expect_error("invalid_request");
    // what stands beside the object is no part of the request
    let bare = without("redirect_uri");
    let beside = [
        ("request", bare.as_str()),
        ("redirect_uri", rp.redirect_uri.as_str()),
    ];
    push(&scene, &rp, &signer, &beside)
        .await
        .expect_error("invalid_request");
    assert_eq!(
        push(&scene, &rp, &signer, &[("request", &good)]).await.status,
        201
    );
}
