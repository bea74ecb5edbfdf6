//! The basic plan: what the tests of `protocol` do not show already.

use crate::certification::Scene;
use crate::harness::Signer;
use crate::harness::forged;

/// Certification: oidcc-codereuse-30seconds
#[tokio::test]
async fn a_code_presented_again_after_half_a_minute_ends_what_it_brought() {
    let mut scene = Scene::new().await;
    let code = scene.browser.authorize(&scene.rp, "openid offline_access").await;
    let tokens = scene.rp.redeem(&code).await.expect_tokens();
    scene.app.advance(30);
    scene.rp.redeem(&code).await.expect_error("invalid_grant");
    assert_eq!(scene.rp.userinfo(&tokens.access).await.status, 401);
    scene
        .rp
        .refresh(tokens.refresh())
        .await
        .expect_error("invalid_grant");
}

/// Certification: oidcc-ensure-request-with-acr-values-succeeds
#[tokio::test]
async fn wished_for_contexts_are_no_error_and_the_token_says_what_was_reached() {
    let mut scene = Scene::new().await;
    let voluntary = r#"{"id_token":{"acr":{"values":["9","8"]}}}"#;
    let met = r#"{"id_token":{"acr":{"essential":true,"values":["9","1"]}}}"#;
    let free = r#"{"id_token":{"acr":{"essential":true}}}"#;
    for (acr_values, claims) in [
        ("1 2", ""),
        ("urn:unheard:of", ""),
        ("", voluntary),
        ("", met),
        ("", free),
        ("", r#"{"id_token":{"acr":null}}"#),
    ] {
        let request = scene
            .rp
            .request("openid")
            .with("acr_values", acr_values)
            .with("claims", claims);
        let code = scene.browser.code(&request).await;
        let id = scene.rp.redeem(&code).await.expect_tokens().id_claims();
        assert_eq!(id["acr"], "1", "{acr_values} {claims}");
    }
}

/// OIDC Core §5.5.1.1: what is essential and cannot be met fails the request.
#[tokio::test]
async fn an_essential_context_out_of_reach_is_refused_by_its_own_code() {
    let mut scene = Scene::new().await;
    for claims in [
        r#"{"id_token":{"acr":{"essential":true,"value":"9"}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":["8","9"]}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":[]}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"value":1}}}"#,
    ] {
        let request = scene.rp.request("openid").with("claims", claims);
        let answer = scene.ask(&request).await;
        request.check_refusal(&answer.params, "unmet_authentication_requirements");
    }
}

/// Certification: oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported,
/// oidcc-ensure-request-object-with-redirect-uri
#[tokio::test]
async fn an_unsigned_request_object_is_refused_as_unsupported_at_a_registered_address_only() {
    let mut scene = Scene::new().await;
    let request = scene.rp.request("openid");
    let object = forged(
        &serde_json::json!({"alg": "none"}),
        &request.claims(&scene.app),
        b"",
    );
    // state and nonce are inside only
    let outer = request
        .clone()
        .without("state")
        .without("nonce")
        .with("request", &object);
    let answer = scene.ask(&outer).await;
    outer.check_refusal(&answer.params, "request_not_supported");
    let elsewhere = outer.with("redirect_uri", "https://evil.test/cb");
    let reply = scene.browser.open(&elsewhere).await;
    reply.expect_error_page("invalid_request_object");
}

/// Certification: oidcc-ensure-request-object-with-redirect-uri
#[tokio::test]
async fn the_redirect_uri_of_a_signed_object_counts_and_not_the_one_beside_it() {
    let mut scene = Scene::new().await;
    let signer = Signer::new();
    let rp = scene.app.client().named("Signer").key(&signer).create().await;
    let request = rp.request("openid");
    let object = signer.sign(&request.claims(&scene.app));
    let outer = request
        .clone()
        .with("redirect_uri", "https://evil.test/cb")
        .with("request", &object);
    let reply = scene.browser.open(&outer).await;
    request.code_of(&reply);
    let inner = request.clone().with("redirect_uri", "https://evil.test/cb");
    let object = signer.sign(&inner.claims(&scene.app));
    let outer = request.with("request", &object);
    scene
        .browser
        .open(&outer)
        .await
        .expect_error_page("redirect_uri_mismatch");
}
