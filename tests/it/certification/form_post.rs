//! The form post plans: the lists of basic, implicit and hybrid, answered by a form.

use crate::certification::Scene;
use crate::certification::WITH_TOKENS;
use crate::certification::expected_names;
use crate::harness::Arrived;
use crate::harness::decode;

/// Certification: oidcc-server, oidcc-redirect-uri-query-OK
#[tokio::test]
async fn every_response_type_travels_by_a_form() {
    let mut scene = Scene::new().await;
    for kind in WITH_TOKENS.into_iter().chain(["code"]) {
        let request = scene
            .rp
            .request("openid")
            .kind(kind)
            .with("response_mode", "form_post");
        let answer = scene.ask(&request).await;
        assert_eq!(answer.arrived, Arrived::Form, "{kind}");
        assert_eq!(answer.names(), expected_names(kind), "{kind}");
        assert_eq!(answer.get("state"), request.get("state"));
        if let Some(token) = answer.params.get("id_token") {
            assert_eq!(decode(token, 1)["nonce"], request.get("nonce"));
        }
    }
    let client = scene.app.client().named("Query");
    let rp = client
        .redirect_uri("https://query.test/cb?bar=foo")
        .create()
        .await;
    let request = rp.request("openid").with("response_mode", "form_post");
    // the form's action keeps the query
    assert_eq!(scene.ask(&request).await.arrived, Arrived::Form);
}

/// Certification: oidcc-response-type-missing, oidcc-prompt-none-not-logged-in,
/// oidcc-ensure-request-without-nonce-fails
#[tokio::test]
async fn refusals_are_posted_too() {
    let mut scene = Scene::new().await;
    let form_post = |kind: &str| {
        scene
            .rp
            .request("openid")
            .kind(kind)
            .with("response_mode", "form_post")
    };
    let mut cases = vec![(form_post("code").without("response_type"), "invalid_request")];
    cases.push((form_post("bogus"), "unsupported_response_type"));
    for kind in WITH_TOKENS.into_iter().chain(["code"]) {
        cases.push((form_post(kind).with("prompt", "none"), "login_required"));
        if kind.contains("id_token") {
            cases.push((form_post(kind).without("nonce"), "invalid_request"));
        }
    }
    for (request, error) in cases {
        let answer = scene.ask_signed_out(&request).await;
        assert_eq!(answer.arrived, Arrived::Form, "{request:?}");
        request.check_refusal(&answer.params, error);
        assert_eq!(answer.names(), ["error", "error_description", "iss", "state"]);
    }
    let request = form_post("code").with("scope", "");
    let answer = scene.ask(&request).await;
    request.check_refusal(&answer.params, "invalid_scope");
}

/// Security: G1
#[tokio::test]
async fn a_state_made_to_break_the_page_is_inert_and_comes_back_byte_by_byte() {
    let mut scene = Scene::new().await;
    for state in [
        "\"><script>alert(1)</script>",
        "' onmouseover='alert(1)",
        "</form><form action=https://evil.test>",
        "javascript:alert(1)",
        "{{7*7}}&amp;&#x3c;",
        "\u{202e}\u{feff}ä😀",
    ] {
        for mode in ["form_post", "form_post.jwt"] {
            let request = scene
                .rp
                .request("openid")
                .with("state", state)
                .with("response_mode", mode);
            let reply = scene.browser.open(&request).await;
            assert!(!reply.text().contains("<script>alert"), "{reply}");
            let page = reply.page();
            let leading = page
                .forms
                .iter()
                .filter(|form| form.action != request.redirect_uri);
            assert!(
                leading.into_iter().all(|form| !form.action.contains("evil")),
                "{reply}"
            );
            assert_eq!(
                page.count("form#form-post input"),
                page.count("form#form-post input[type=hidden]")
            );
            let answer = reply.answer(&request.redirect_uri);
            if mode == "form_post" {
                assert_eq!(answer.get("state"), state);
            } else {
                assert_eq!(decode(answer.get("response"), 1)["state"], state);
            }
        }
    }
}
