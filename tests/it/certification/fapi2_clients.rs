//! What the FAPI 2.0 plans try with client assertions and with keys that the client must hold.

use axum::http::Method;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::Profile;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use serde_json::json;

use crate::certification::Scene;
use crate::harness::ASSERTION_TYPE;
use crate::harness::Code;
use crate::harness::Credential;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Shown;
use crate::harness::key;
use crate::harness::other_key;
use crate::harness::proof_claims;
use crate::harness::resource;
use crate::harness::with_keys;

const ES256: SigningAlg = SigningAlg::ES256;

/// A client of the profile, with a key for assertions and another for proofs.
async fn client(scene: &Scene, name: &str) -> Rp {
    let client = scene.app.client().named(name).but(with_keys).but(|m| {
        m.profile = Profile::Fapi2;
        m.dpop_bound_access_tokens = true;
    });
    let mut rp = client.create().await;
    rp.shown = Shown::dpop(other_key(ES256));
    rp
}

async fn code(scene: &mut Scene, rp: &Rp, scope: &str) -> Code {
    let request = rp.request(scope);
    let uri = rp.pushed(&request).await;
    let reply = scene.browser.open(&request.carrying("request_uri", &uri)).await;
    request.code_of(&scene.browser.allow(reply).await)
}

/// The same form with another assertion.
async fn with_assertion(rp: &Rp, path: &str, form: &[(&str, &str)], assertion: &str) -> Reply {
    let own = [
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    rp.post_form(path, &[form, &own].concat(), None).await
}

/// Certification: fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails,
/// fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint,
/// fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails,
/// fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails,
/// fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails,
/// fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted,
/// fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails,
/// fapi2-security-profile-final-par-test-array-as-audience-fails,
/// fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails,
/// fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails
#[tokio::test]
async fn an_assertion_names_the_issuer_alone_and_is_signed_as_the_profile_says() {
    let mut scene = Scene::new().await;
    let rp = client(&scene, "Bank").await;
    let (issuer, now) = (scene.app.issuer().to_owned(), scene.app.ops().now().as_secs());
    let changed = |name: &str, value: Value| {
        let mut claims = rp.assertion_claims();
        claims[name] = value;
        claims
    };
    let request = rp.request("openid");
    let push: Vec<(&str, &str)> = request
        .params
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let push: Vec<(&str, &str)> = push
        .into_iter()
        .filter(|(name, _)| *name != "client_id")
        .collect();
    let refused = [
        ("sub", json!(null)),
        ("exp", json!(now - 300)),
        ("nbf", json!(now + 70)),
        ("aud", json!("https://other.test")),
        ("aud", json!([issuer])),
        ("aud", json!(format!("{issuer}/token"))),
        ("aud", json!(format!("{issuer}/par"))),
    ];
    for (path, form, good) in [
        ("/par", push, 201),
        (
            "/token",
            vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
            400,
        ),
    ] {
        for (name, value) in &refused {
            let assertion = key(ES256).sign(&changed(name, value.clone()));
            let reply = with_assertion(&rp, path, &form, &assertion).await;
            reply.expect_error("invalid_client");
        }
        let rs256 = key(SigningAlg::RS256).sign(&rp.assertion_claims());
        with_assertion(&rp, path, &form, &rs256)
            .await
            .expect_error("invalid_client");
        for alg in SigningAlg::FAPI {
            let assertion = key(*alg).sign(&changed("nbf", json!(now + 8)));
            let reply = with_assertion(&rp, path, &form, &assertion).await;
            assert_eq!(reply.status, good, "{reply}");
        }
        assert_eq!(rp.post_form(path, &form, None).await.status, 401);
    }
    let code = code(&mut scene, &rp, "openid").await;
    rp.redeem(&code).await.expect_tokens();
}

/// Certification: fapi2-security-profile-final-ensure-client-id-in-token-endpoint,
/// fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client,
/// fapi2-security-profile-final-ensure-holder-of-key-required,
/// fapi2-security-profile-final-refresh-token,
/// fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success,
/// fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt
#[tokio::test]
async fn a_code_and_its_tokens_are_of_one_client_and_one_key() {
    let mut scene = Scene::new().await;
    let (rp, second) = (client(&scene, "Bank").await, client(&scene, "Shop").await);
    let first = code(&mut scene, &rp, "openid offline_access").await;
    let form = first.form();
    let mixed = [&form[..], &[("client_id", second.client_id.as_str())]].concat();
    with_assertion(&rp, "/token", &mixed, &rp.assertion())
        .await
        .expect_error("invalid_client");
    second.redeem(&first).await.expect_error("invalid_grant");
    let mut bare = rp.clone();
    bare.shown = Shown::nothing();
    bare.redeem(&first).await.expect_error("invalid_dpop_proof");
    bare.shown = Shown::dpop(key(ES256));
    bare.redeem(&first).await.expect_error("invalid_grant");

    let code = code(&mut scene, &rp, "openid offline_access").await;
    let tokens = rp.redeem(&code).await.expect_tokens();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.refresh()),
    ];
    rp.post_form("/token", &refresh, None)
        .await
        .expect_error("invalid_client");
    second
        .refresh(tokens.refresh())
        .await
        .expect_error("invalid_grant");
    bare.shown = Shown::nothing();
    bare.refresh(tokens.refresh())
        .await
        .expect_error("invalid_dpop_proof");
    // a confidential client may take a new key, and the token is not rotated
    bare.shown = Shown::dpop(key(ES256));
    let renewed = bare.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(renewed.access_claims()["cnf"]["jkt"], key(ES256).jkt());
    scene.app.advance(31);
    let again = rp.refresh(tokens.refresh()).await.expect_tokens();
    for (shown, expected) in [
        (Shown::dpop(other_key(ES256)), 200),
        (Shown::dpop(key(ES256)), 401),
    ] {
        let reply = resource(&scene.app, "DPoP", &again.access, &shown).await;
        assert_eq!(reply.status, expected, "{reply}");
    }
}

/// Certification: fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails,
/// fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-jkt,
/// fapi2-security-profile-final-ensure-dpop-auth-code-binding-success
#[tokio::test]
async fn dpop_jkt_binds_the_code_too() {
    let mut scene = Scene::new().await;
    let rp = client(&scene, "Bank").await;
    let named = rp.request("openid").with("dpop_jkt", key(ES256).jkt());
    rp.push(&named).await.expect_error("invalid_dpop_proof");
    let mut without_proof = rp.clone();
    without_proof.shown = Shown::nothing();
    for (signer, expected) in [(other_key(ES256), 400), (key(ES256), 200)] {
        let uri = without_proof.pushed(&named).await;
        let reply = scene.browser.open(&named.carrying("request_uri", &uri)).await;
        let code = named.code_of(&scene.browser.allow(reply).await);
        let mut redeeming = rp.clone();
        redeeming.shown = Shown::dpop(signer);
        assert_eq!(redeeming.redeem(&code).await.status, expected);
    }
}

/// Certification: fapi2-security-profile-final-access-token-type-header-case-sensitivity,
/// fapi2-security-profile-final-check-dpop-proof-nbf-exp,
/// fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds,
/// fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds
#[tokio::test]
async fn a_resource_takes_what_a_careful_client_may_send() {
    let mut scene = Scene::new().await;
    let rp = client(&scene, "Bank").await;
    let code = code(&mut scene, &rp, "openid").await;
    let tokens = rp.redeem(&code).await.expect_tokens();
    for (scheme, name, offset) in [
        ("dPOp", "iat", 0),
        ("DPoP", "iat", -10),
        ("DPoP", "iat", 8),
        ("DPoP", "nbf", 0),
        ("DPoP", "exp", 60),
    ] {
        let mut claims = proof_claims(&scene.app, &Method::GET, "/userinfo", Some(&tokens.access));
        claims[name] = json!(scene.app.ops().now().as_secs() + offset);
        let shown = Shown::proofs(&[other_key(ES256).proof(&claims)]);
        let reply = resource(&scene.app, scheme, &tokens.access, &shown).await;
        assert_eq!(reply.status, 200, "{reply}");
    }
}

/// Certification: fapi2-security-profile-final-happy-flow, fapi2-security-profile-final-ensure-holder-of-key-required
#[tokio::test]
async fn certificates_do_for_both_authentication_and_binding() {
    let mut scene = Scene::new().await;
    let (own, other) = (
        Credential::self_signed("a", false),
        Credential::self_signed("a", false),
    );
    for assertion in [false, true] {
        let client = scene
            .app
            .client()
            .named(if assertion { "Keys" } else { "Certificate" });
        let client = client.but(|m| {
            m.profile = Profile::Fapi2;
            m.tls_client_certificate_bound_access_tokens = true;
            m.token_endpoint_auth_method = AuthMethod::SelfSignedTlsClientAuth;
            m.jwks = Some(own.jwks());
            if assertion {
                with_keys(m);
            }
        });
        let mut rp = client.create().await;
        rp.shown = Shown::certificate(&own);
        let code = code(&mut scene, &rp, "openid").await;
        rp.shown = Shown::nothing();
        let refused = rp.redeem(&code).await;
        refused.expect_error(if assertion {
            "invalid_request"
        } else {
            "invalid_client"
        });
        rp.shown = Shown::certificate(&own);
        let tokens = rp.redeem(&code).await.expect_tokens();
        for (shown, expected) in [(&own, 200), (&other, 401)] {
            let shown = Shown::certificate(shown);
            let reply = resource(&scene.app, "bEARER", &tokens.access, &shown).await;
            assert_eq!(reply.status, expected, "{reply}");
        }
    }
}
