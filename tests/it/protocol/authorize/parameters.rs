//! What a request must be like. Its redirect URI is proved, so refusals go to the client.

use crate::harness::TestApp;
use crate::protocol::authorize::signed_in;

/// Security: B4, J11
/// Certification: oidcc-response-type-missing
#[tokio::test]
async fn each_wrong_parameter_has_its_error() {
    let (_, rp, _, mut browser) = signed_in().await;
    let long = "x".repeat(9000);
    for (name, value, error) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "none", "unsupported_response_type"),
        ("response_type", "bogus", "unsupported_response_type"),
        ("scope", "", "invalid_scope"),
        ("scope", "unheard_of", "invalid_scope"),
        ("scope", "openid \"x\"", "invalid_scope"),
        ("scope", "openid \u{e4}", "invalid_scope"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge", &"a".repeat(44), "invalid_request"),
        (
            "code_challenge",
            &format!("{}+", "a".repeat(42)),
            "invalid_request",
        ),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "s256", "invalid_request"),
        ("code_challenge_method", "S512", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "none consent", "invalid_request"),
        ("max_age", "soon", "invalid_request"),
        ("max_age", "-1", "invalid_request"),
        ("max_age", "1.5", "invalid_request"),
        ("claims", "{", "invalid_request"),
        ("claims", "[]", "invalid_request"),
        ("claims", "\"x\"", "invalid_request"),
        ("request", "e30.e30.", "invalid_request_object"),
        ("request_uri", "https://ledger.test/r", "invalid_request_uri"),
        ("dpop_jkt", "x", "invalid_request"),
        ("registration", "{}", "registration_not_supported"),
        ("nonce", &long, "invalid_request"),
    ] {
        let request = rp.request("openid").with(name, value);
        let reply = browser.open(&request).await;
        let params = reply.sent_to(&rp.redirect_uri);
        let got = params.get("error").map_or("", String::as_str);
        assert_eq!(got, error, "{name}={value}");
        request.expect_refusal(&reply, error);
    }
}

/// Certification: oidcc-display-page, oidcc-display-popup,
/// oidcc-ensure-request-with-unknown-parameter-succeeds, oidcc-login-hint, oidcc-ui-locales,
/// oidcc-claims-locales, oidcc-ensure-request-with-acr-values-succeeds
#[tokio::test]
async fn what_a_provider_must_ignore_is_ignored() {
    let (_, rp, _, mut browser) = signed_in().await;
    for (name, value) in [
        ("extra", "foobar"),
        ("acr_values", "urn:unheard:of 2"),
        ("ui_locales", "se"),
        ("ui_locales", "not a locale"),
        ("claims_locales", "se"),
        ("display", "page"),
        ("display", "popup"),
        ("display", "hologram"),
        ("login_hint", "buffy@id.test"),
        ("id_token_hint", "not.a.token"),
        ("prompt", "create"),
    ] {
        let request = rp.request("openid").with(name, value);
        let reply = browser.open(&request).await;
        request.code_of(&reply);
    }
}

/// Certification: oidcc-alternate-happy-flow
#[tokio::test]
async fn parameters_and_scopes_come_in_any_order() {
    let (_, rp, _, mut browser) = signed_in().await;
    let mut request = rp.request("phone address email profile openid");
    request.params.reverse();
    let code = browser.code(&request).await;
    rp.redeem(&code).await.expect_tokens();
}

/// Certification: oidcc-ensure-request-without-nonce-succeeds-for-code-flow
#[tokio::test]
async fn a_request_without_nonce_gets_an_id_token_without_one() {
    let (_, rp, _, mut browser) = signed_in().await;
    let code = browser.code(&rp.request("openid").without("nonce")).await;
    let claims = rp.redeem(&code).await.expect_tokens().id_claims();
    assert!(claims.get("nonce").is_none(), "{claims}");
}

/// Certification: oidcc-ensure-post-request-succeeds
#[tokio::test]
async fn a_form_works_like_a_query_also_from_another_site() {
    let (_, rp, _, mut browser) = signed_in().await;
    let request = rp.request("openid");
    // a browser withholds SameSite=Lax cookies on such a POST
    let cookies = std::mem::take(&mut browser.cookies);
    let reply = browser.post_once("/authorize", &request.params).await;
    assert_eq!(reply.status, 303, "{reply}");
    browser.cookies = cookies;
    let reply = browser.follow(reply).await;
    let code = request.code_of(&reply);
    rp.redeem(&code).await.expect_tokens();
}

#[tokio::test]
async fn a_form_is_refused_like_a_query() {
    let (_, rp, _, mut browser) = signed_in().await;
    let request = rp.request("openid").with("response_type", "token");
    let reply = browser.post_once("/authorize", &request.params).await;
    request.expect_refusal(&reply, "unsupported_response_type");
}

/// Security: B3
#[tokio::test]
async fn only_clients_that_may_do_without_pkce_do() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let public = app
        .client()
        .named("Public")
        .public()
        .but(|m| m.require_pkce = false);
    for rp in [public.create().await, app.client().create().await] {
        let request = rp.request("openid").without_pkce();
        let reply = browser.open(&request).await;
        request.expect_refusal(&reply, "invalid_request");
    }
    let lenient = app.client().named("Lenient").without_pkce().create().await;
    let code = browser.code(&lenient.request("openid").without_pkce()).await;
    lenient.redeem(&code).await.expect_tokens();
}

/// Security: B15
#[tokio::test]
async fn scopes_that_the_client_may_not_have_are_left_out() {
    let app = TestApp::start().await;
    let rp = app.client().scope("openid email").create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser
        .tokens(&rp, "openid admin profile email offline_access")
        .await;
    let granted: std::collections::BTreeSet<&str> = tokens.scope.split(' ').collect();
    assert_eq!(granted, ["email", "openid"].into());
    assert!(tokens.refresh.is_none());
}

/// Security: B14
#[tokio::test]
async fn a_client_without_the_code_grant_is_refused() {
    let (app, _, _, mut browser) = signed_in().await;
    let rp = app
        .client()
        .named("Robot")
        .grants(&["refresh_token"])
        .create()
        .await;
    let request = rp.request("openid");
    let reply = browser.open(&request).await;
    request.expect_refusal(&reply, "unauthorized_client");
}

/// Security: D15
#[tokio::test]
async fn a_disabled_client_gets_a_page() {
    let (app, rp, _, mut browser) = signed_in().await;
    gatepost::ops::clients::set_enabled(app.ops(), &app.operator(), &rp.client_id, false)
        .await
        .unwrap();
    let reply = browser.open(&rp.request("openid")).await;
    reply.expect_error_page("client_disabled");
}
