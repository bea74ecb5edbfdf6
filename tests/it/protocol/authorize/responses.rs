//! How answers travel.

use crate::harness::Reply;
use crate::protocol::authorize::signed_in;

#[tokio::test]
async fn state_comes_back_as_it_was_sent_however_long() {
    let (_, rp, _, mut browser) = signed_in().await;
    let long: String = "aZ09-._~".chars().cycle().take(384).collect();
    for state in [long.as_str(), "x", "ä ö&=#%/?\"<>'", "-._~", " "] {
        let request = rp.request("openid").with("state", state);
        let reply = browser.open(&request).await;
        request.code_of(&reply);
    }
}

#[tokio::test]
async fn without_state_none_comes_back() {
    let (_, rp, _, mut browser) = signed_in().await;
    let request = rp.request("openid").without("state");
    let reply = browser.open(&request).await;
    assert!(!reply.location().contains("&state="), "{reply}");
    request.code_of(&reply);
}

#[tokio::test]
async fn the_issuer_is_in_every_answer() {
    let (_, rp, _, mut browser) = signed_in().await;
    let good = rp.request("openid");
    let answer = browser.open(&good).await.sent_to(&rp.redirect_uri);
    assert_eq!(answer["iss"], "https://id.test");
    let bad = rp.request("openid").with("response_type", "token");
    let answer = browser.open(&bad).await.sent_to(&rp.redirect_uri);
    assert_eq!(answer["iss"], "https://id.test");
}

#[tokio::test]
async fn a_code_has_enough_randomness_and_no_structure() {
    let (_, rp, _, mut browser) = signed_in().await;
    let code = browser.authorize(&rp, "openid").await.code;
    assert!(code.len() >= 43, "{code}");
    assert!(
        code.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)),
        "{code}"
    );
}

#[tokio::test]
async fn the_fragment_carries_the_answer_when_asked_to() {
    let (_, rp, _, mut browser) = signed_in().await;
    let request = rp.request("openid").with("response_mode", "fragment");
    let reply = browser.open(&request).await;
    assert!(reply.location().starts_with("https://ledger.test/cb#"), "{reply}");
    let code = request.code_of(&reply);
    rp.redeem(&code).await.expect_tokens();
}

fn posted(reply: &Reply) -> std::collections::BTreeMap<String, String> {
    assert_eq!(reply.status, 200, "{reply}");
    let form = reply.page().forms.remove(0);
    assert_eq!(
        (form.action.as_str(), form.method.as_str()),
        ("https://ledger.test/cb", "post")
    );
    form.fields.into_iter().collect()
}

/// Certification: oidcc-server
#[tokio::test]
async fn a_form_carries_the_answer_when_asked_to_and_the_policy_lets_it_go() {
    let (_, rp, _, mut browser) = signed_in().await;
    let request = rp
        .request("openid")
        .with("response_mode", "form_post")
        .with("state", "a\"b<c");
    let reply = browser.open(&request).await;
    let fields = posted(&reply);
    assert_eq!(fields["state"], "a\"b<c");
    assert_eq!(fields["iss"], "https://id.test");
    let policy = reply.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self' https://ledger.test;"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    // it sends itself by a script of ours, and has a button without one
    assert_eq!(reply.page().count("script[src$='/form_post.js']"), 1);
    assert_eq!(reply.page().count("form#form-post button"), 1);
    assert_eq!(reply.header("cache-control"), "no-store");
    let code = crate::harness::Code {
        code: fields["code"].clone(),
        verifier: Some(request.verifier.clone()),
        redirect_uri: rp.redirect_uri.clone(),
    };
    rp.redeem(&code).await.expect_tokens();
}

#[tokio::test]
async fn a_refusal_travels_by_the_same_mode() {
    let (app, rp, ..) = signed_in().await;
    let silent = rp.request("openid").with("prompt", "none");
    let form_post = silent.clone().with("response_mode", "form_post");
    let fields = posted(&app.browser().open(&form_post).await);
    form_post.check_refusal(&fields, "login_required");
    let fragment = silent.with("response_mode", "fragment");
    let reply = app.browser().open(&fragment).await;
    assert!(
        reply.location().starts_with("https://ledger.test/cb#error="),
        "{reply}"
    );
    fragment.expect_refusal(&reply, "login_required");
}

/// Security: A21
#[tokio::test]
async fn a_redirect_to_the_client_has_a_fragment_of_its_own_and_inherits_none() {
    let (app, rp, _, mut browser) = signed_in().await;
    for mode in ["query", "fragment"] {
        let request = rp.request("openid").with("response_mode", mode);
        let granted = browser.open(&request).await;
        let refused = app.browser().open(&request.with("prompt", "none")).await;
        for reply in [granted, refused] {
            assert_eq!(reply.location().matches('#').count(), 1, "{reply}");
        }
    }
}

#[tokio::test]
async fn an_unknown_response_mode_is_refused_in_the_query() {
    let (_, rp, _, mut browser) = signed_in().await;
    for mode in ["web_message", "Query", "JWT"] {
        let request = rp.request("openid").with("response_mode", mode);
        let reply = browser.open(&request).await;
        assert!(reply.location().starts_with("https://ledger.test/cb?"), "{reply}");
        request.expect_refusal(&reply, "invalid_request");
    }
}

#[tokio::test]
async fn an_answer_is_not_kept_by_caches_nor_told_to_others() {
    let (_, rp, _, mut browser) = signed_in().await;
    let reply = browser.open(&rp.request("openid")).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
}
