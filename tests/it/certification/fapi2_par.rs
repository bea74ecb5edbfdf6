//! Pushed authorization requests, as the FAPI 2.0 plans try them. RFC 9126.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Method;
use gatepost::ops;

use crate::certification::Scene;
use crate::harness::Arrived;
use crate::harness::AuthRequest;
use crate::harness::Rp;

/// A request that holds the client and a `request_uri` only.
fn by_uri(request: &AuthRequest, uri: &str) -> AuthRequest {
    request.carrying("request_uri", uri)
}

async fn pushing(scene: &Scene) -> Rp {
    let client = scene.app.client().named("Pusher");
    client
        .but(|m| m.require_pushed_authorization_requests = true)
        .create()
        .await
}

/// Certification: fapi2-security-profile-final-happy-flow, fapi2-security-profile-final-par-without-duplicate-parameters
#[tokio::test]
async fn a_pushed_request_is_answered_by_its_name_alone() {
    let mut scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let request = rp.request("openid");
    let reply = rp.push(&request).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("cache-control")),
        (201, "no-store"),
        "{reply}"
    );
    let body = reply.json();
    assert_eq!(body["expires_in"], 90);
    let uri = body["request_uri"].as_str().unwrap();
    let random = uri
        .strip_prefix("urn:ietf:params:oauth:request_uri:")
        .expect("RFC 9126 §2.2");
    assert!(random.len() == 43 && !random.contains(['=', '+', '/']), "{uri}");
    let reply = scene.browser.open(&by_uri(&request, uri)).await;
    let code = request.code_of(&reply);
    let tokens = rp.redeem(&code).await.expect_tokens();
    assert_eq!(tokens.id_claims()["nonce"], request.get("nonce"));
    // also by POST, as any authorization request
    let uri = rp.pushed(&request).await;
    let posted = scene
        .browser
        .post_once("/authorize", &by_uri(&request, &uri).params)
        .await;
    request.code_of(&scene.browser.follow(posted).await);
}

/// Certification: fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object,
/// fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object,
/// fapi2-security-profile-final-state-only-outside-request-object-not-used
/// Security: D10
#[tokio::test]
async fn nothing_beside_the_name_of_a_pushed_request_counts() {
    let mut scene = Scene::new().await;
    let rp = pushing(&scene).await;
    for with_state in [true, false] {
        let mut request = rp.request("openid");
        if !with_state {
            request = request.without("state");
        }
        let uri = rp.pushed(&request).await;
        let mut outer = by_uri(&request, &uri);
        for (name, value) in [
            ("state", "outer"),
            ("nonce", "outer"),
            ("scope", "openid email"),
            ("redirect_uri", "https://evil.test/cb"),
            ("response_type", "token"),
            ("response_mode", "fragment"),
            ("prompt", "none login"),
            ("request", "x.y.z"),
            ("max_age", "soon"),
        ] {
            outer = outer.with(name, value);
        }
        let reply = scene.browser.open(&outer).await;
        let tokens = rp.redeem(&request.code_of(&reply)).await.expect_tokens();
        assert_eq!(tokens.id_claims()["nonce"], request.get("nonce"));
        assert_eq!(tokens.scope, "openid");
    }
}

/// Certification: fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds,
/// fapi2-security-profile-final-par-attempt-reuse-request_uri
#[tokio::test]
async fn a_pushed_request_is_opened_as_often_as_one_likes_and_answered_once() {
    let scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let request = rp.request("openid");
    let uri = rp.pushed(&request).await;
    let open = by_uri(&request, &uri);
    let mut browser = scene.app.browser();
    // two tabs, neither finished
    let first = browser.open(&open).await;
    let second = browser.open(&open).await;
    assert!(first.page().has("password") && second.page().has("password"));
    // a person takes longer over the page than the request may wait to be opened
    scene.app.advance(100);
    let answer = browser.fill_in(&second, &scene.alice).await;
    request.code_of(&answer);
    // the other tab, and the address itself once more
    let (_, tx) = first.url.split_once("tx=").expect("a transaction");
    let late = browser.get(&format!("/authorize/{tx}")).await;
    request.check_refusal(&late.answer(&rp.redirect_uri).params, "invalid_request_uri");
    let again = browser.open(&open).await;
    request.check_refusal(&again.answer(&rp.redirect_uri).params, "invalid_request_uri");
}

/// Certification: fapi2-security-profile-final-user-rejects-authentication
#[tokio::test]
async fn a_refusal_uses_a_pushed_request_up_too() {
    let mut scene = Scene::new().await;
    let client = scene.app.client().named("Asker").asks_consent();
    let rp = client.create().await;
    let request = rp.request("openid");
    let uri = rp.pushed(&request).await;
    let shown = scene.browser.open(&by_uri(&request, &uri)).await;
    let denied = scene
        .browser
        .submit(shown.page().form_with("deny").with("decision", "deny"))
        .await;
    request.check_refusal(&denied.answer(&rp.redirect_uri).params, "access_denied");
    let again = scene.ask(&by_uri(&request, &uri)).await;
    request.check_refusal(&again.params, "invalid_request_uri");
    let silent = rp.request("openid").with("prompt", "none");
    let uri = rp.pushed(&silent).await;
    for error in ["login_required", "invalid_request_uri"] {
        let answer = scene.ask_signed_out(&by_uri(&silent, &uri)).await;
        silent.check_refusal(&answer.params, error);
    }
}

/// Certification: fapi2-security-profile-final-par-attempt-to-use-expired-request_uri,
/// fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client
#[tokio::test]
async fn what_is_unknown_anothers_or_too_old_is_not_opened() {
    let mut scene = Scene::with(&[("tokens.pushed_request_lifetime", "60s")]).await;
    let rp = pushing(&scene).await;
    let request = rp.request("openid");
    let uri = rp.pushed(&request).await;
    let other = by_uri(&request, &uri).with("client_id", scene.rp.client_id.as_str());
    scene
        .browser
        .open(&other)
        .await
        .expect_error_page("invalid_request_uri");
    for unknown in [
        "urn:ietf:params:oauth:request_uri:",
        "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &format!("{uri}x"),
        &uri.to_uppercase().replace(
            "URN:IETF:PARAMS:OAUTH:REQUEST_URI:",
            "urn:ietf:params:oauth:request_uri:",
        ),
    ] {
        let reply = scene.browser.open(&by_uri(&request, unknown)).await;
        reply.expect_error_page("invalid_request_uri");
        assert!(reply.text().contains("invalid_request_uri"), "{reply}");
    }
    scene.app.advance(59);
    request.code_of(&scene.browser.open(&by_uri(&request, &uri)).await);
    let uri = rp.pushed(&request).await;
    scene.app.advance(60);
    let answer = scene.ask(&by_uri(&request, &uri)).await;
    request.check_refusal(&answer.params, "invalid_request_uri");
}

/// A client that is changed or switched off meanwhile.
#[tokio::test]
async fn a_pushed_request_of_a_client_that_may_no_more_is_not_opened() {
    let mut scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let request = rp.request("openid");
    let uri = rp.pushed(&request).await;
    let (ops, who) = (scene.app.ops(), scene.app.operator());
    ops::clients::set_enabled(ops, &who, &rp.client_id, false)
        .await
        .unwrap();
    let reply = scene.browser.open(&by_uri(&request, &uri)).await;
    reply.expect_error_page("client_disabled");
    rp.push(&request).await.expect_error("invalid_client");
}

/// Certification: fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails
#[tokio::test]
async fn a_client_that_must_push_is_refused_in_the_open() {
    let mut scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let request = rp.request("openid");
    let answer = scene.ask(&request).await;
    request.check_refusal(&answer.params, "invalid_request");
    for (name, value) in [
        ("request", "x.y.z"),
        ("request_uri", "https://pusher.test/object"),
    ] {
        let carrying = request.clone().with(name, value);
        let answer = scene.ask(&carrying).await;
        request.check_refusal(&answer.params, "invalid_request");
        let bare = request.carrying(name, value);
        scene
            .browser
            .open(&bare)
            .await
            .expect_error_page("invalid_request");
    }
}

/// Certification: fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails,
/// fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request,
/// fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri,
/// fapi2-security-profile-final-ensure-response-type-code-idtoken-fails,
/// fapi2-security-profile-final-ensure-response-type-token-fails,
/// fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param,
/// fapi2-security-profile-final-par-ensure-pkce-required, fapi2-security-profile-final-par-plain-pkce-rejected
/// Security: A19
#[tokio::test]
async fn what_is_wrong_is_said_when_it_is_pushed() {
    let scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let good = || rp.request("openid");
    for (request, error) in [
        (good().without("redirect_uri"), "invalid_request"),
        (
            good().with("redirect_uri", "https://evil.test/cb"),
            "invalid_request",
        ),
        (
            good().with("redirect_uri", "https://pusher.test@evil.test/cb"),
            "invalid_request",
        ),
        (
            good().with("redirect_uri", "https://pusher.test/cb?x=1"),
            "invalid_request",
        ),
        (
            good().with("response_type", "code id_token"),
            "unauthorized_client",
        ),
        (good().with("response_type", "token"), "unsupported_response_type"),
        (
            good().with("response_type", "id_token token"),
            "unauthorized_client",
        ),
        (good().without("response_type"), "invalid_request"),
        (good().with("response_mode", "web_message"), "invalid_request"),
        (good().without_pkce(), "invalid_request"),
        (good().with("code_challenge_method", "plain"), "invalid_request"),
        (good().with("scope", "unheard_of"), "invalid_scope"),
        (good().with("prompt", "none login"), "invalid_request"),
        (good().with("claims", "["), "invalid_request"),
        (
            good().with("request_uri", "urn:ietf:params:oauth:request_uri:x"),
            "invalid_request",
        ),
        (good().with("request_uri", ""), "invalid_request"),
        (good().with("request", "x.y.z"), "invalid_request_object"),
        (good().with("client_id", "somebody_else"), "invalid_request"),
    ] {
        let reply = rp.push(&request).await;
        reply.expect_error(error);
    }
}

/// Certification: fapi2-security-profile-final-par-attempt-invalid-http-method
#[tokio::test]
async fn only_an_authenticated_client_pushes_and_only_by_post() {
    let scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let request = rp.request("openid");
    let form = request.form();
    scene.app.post("/par", &form).await.expect_error("invalid_client");
    let wrong = crate::harness::basic(rp.client_id.as_str(), "wrong");
    rp.post_with("/par", &form, &wrong)
        .await
        .expect_error("invalid_client");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let reply = scene
            .app
            .send(scene.app.request(method, "/par", Body::empty()))
            .await;
        assert_eq!(reply.status, 405, "{reply}");
    }
}

/// Certification: fapi2-security-profile-final-ensure-authorization-request-without-state-success,
/// fapi2-security-profile-final-ensure-authorization-request-without-nonce-success,
/// fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success,
/// fapi2-security-profile-final-ensure-authorization-request-with-long-nonce,
/// fapi2-security-profile-final-ensure-authorization-request-with-long-state,
/// fapi2-security-profile-final-ensure-other-scope-order-succeeds
#[tokio::test]
async fn state_and_nonce_of_any_length_and_none_survive() {
    let mut scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let long: String = "aZ09-._~".chars().cycle().take(384).collect();
    for (state, nonce, scope) in [
        ("", "n", "openid profile email"),
        ("s", "", "email profile openid"),
        ("s", &long[..64], "openid"),
        (&long, &long, "openid"),
    ] {
        let mut request = rp.request(scope).with("nonce", nonce).without("state");
        if !state.is_empty() {
            request = request.with("state", state);
        }
        let uri = rp.pushed(&request).await;
        let reply = scene.browser.open(&by_uri(&request, &uri)).await;
        let tokens = rp.redeem(&request.code_of(&reply)).await.expect_tokens();
        let claims = tokens.id_claims();
        assert_eq!(claims.get("nonce").and_then(|n| n.as_str()).unwrap_or(""), nonce);
    }
}

#[tokio::test]
async fn names_of_pushed_requests_differ_and_the_store_holds_none_of_them() {
    let scene = Scene::new().await;
    let rp = pushing(&scene).await;
    let request = rp.request("openid");
    let mut uris = BTreeSet::new();
    for _ in 0..3 {
        uris.insert(rp.pushed(&request).await);
    }
    assert_eq!(uris.len(), 3);
    // a hash of its own kind: the random part alone finds nothing
    let random = uris.iter().next().unwrap().rsplit(':').next().unwrap();
    let code = crate::harness::Code {
        code: random.to_owned(),
        verifier: Some(request.verifier.clone()),
        redirect_uri: rp.redirect_uri.clone(),
    };
    rp.redeem(&code).await.expect_error("invalid_grant");
}

/// Any client may push, also one that is public or uses other response types.
#[tokio::test]
async fn any_client_may_push() {
    let mut scene = Scene::new().await;
    let public = scene.app.client().named("Public").public().create().await;
    let request = public.request("openid");
    let uri = public.pushed(&request).await;
    request.code_of(&scene.browser.open(&by_uri(&request, &uri)).await);
    let request = scene
        .rp
        .request("openid")
        .kind("code id_token")
        .with("response_mode", "form_post");
    let uri = scene.rp.pushed(&request).await;
    let answer = scene.ask(&by_uri(&request, &uri)).await;
    assert_eq!(answer.arrived, Arrived::Form);
    assert_eq!(
        answer.names(),
        ["code", "id_token", "iss", "session_state", "state"]
    );
}
