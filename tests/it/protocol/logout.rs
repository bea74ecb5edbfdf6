//! Signing out: OpenID Connect RP-Initiated Logout 1.0.

use crate::harness::Browser;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::under_secret;

async fn scene() -> (TestApp, Rp, Browser, Tokens) {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid").await;
    (app, rp, browser, tokens)
}

fn path(params: &[(&str, &str)]) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    format!("/logout?{query}")
}

async fn signed_in(browser: &mut Browser, rp: &Rp) -> bool {
    let silent = rp.request("openid").with("prompt", "none");
    let reply = browser.open(&silent).await;
    reply.location().contains("code=")
}

const BYE: &str = "https://ledger.test/bye";

/// Certification: oidcc-rp-initiated-logout
#[tokio::test]
async fn a_hint_and_a_registered_address_end_the_session_and_lead_back_with_state_alone() {
    let (_, rp, mut browser, tokens) = scene().await;
    let state: String = "aZ09-._~".chars().cycle().take(128).collect();
    let asked = path(&[
        ("id_token_hint", tokens.id()),
        ("post_logout_redirect_uri", BYE),
        ("state", &state),
    ]);
    let reply = browser.get(&asked).await;
    assert_eq!(
        reply.sent_to(BYE).into_iter().collect::<Vec<_>>(),
        [("state".to_owned(), state)]
    );
    assert!(!signed_in(&mut browser, &rp).await);
}

/// Certification: oidcc-rp-initiated-logout-no-state
#[tokio::test]
async fn without_state_nothing_is_added() {
    let (_, _, mut browser, tokens) = scene().await;
    let reply = browser
        .get(&path(&[
            ("id_token_hint", tokens.id()),
            ("post_logout_redirect_uri", BYE),
        ]))
        .await;
    assert_eq!(reply.location(), BYE);
}

#[tokio::test]
async fn an_expired_hint_is_as_good() {
    let (app, _, mut browser, tokens) = scene().await;
    app.advance(7200);
    let reply = browser
        .get(&path(&[
            ("id_token_hint", tokens.id()),
            ("post_logout_redirect_uri", BYE),
        ]))
        .await;
    assert_eq!(reply.location(), BYE);
}

#[tokio::test]
async fn a_form_works_like_a_query() {
    let (_, rp, mut browser, tokens) = scene().await;
    let fields = [("id_token_hint", tokens.id()), ("post_logout_redirect_uri", BYE)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let reply = browser.post_once("/logout", &fields).await;
    assert_eq!(reply.location(), BYE);
    assert!(!signed_in(&mut browser, &rp).await);
}

#[tokio::test]
async fn a_form_of_another_site_comes_without_cookies_and_still_signs_out() {
    let (_, rp, mut browser, tokens) = scene().await;
    let fields = [("id_token_hint", tokens.id()), ("post_logout_redirect_uri", BYE)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    // SameSite=Lax: the cookies stay at home with the form, and come with the redirect
    let kept = std::mem::take(&mut browser.cookies);
    let sent_back = browser.post_once("/logout", &fields).await;
    browser.cookies = kept;
    let reply = browser.get(sent_back.location()).await;
    assert_eq!(reply.location(), BYE);
    assert!(!signed_in(&mut browser, &rp).await);
}

async fn expect_refused(browser: &mut Browser, params: &[(&str, &str)]) -> Reply {
    let reply = browser.get(&path(params)).await;
    assert!(!reply.status.is_redirection(), "{params:?}: {reply}");
    reply
}

/// Certification: oidcc-rp-initiated-logout-bad-post-logout-redirect-uri,
/// oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
/// Security: H1
#[tokio::test]
async fn an_address_that_is_not_registered_gets_a_page_and_nobody_is_signed_out() {
    let (_, rp, mut browser, tokens) = scene().await;
    for uri in [
        "https://evil.test/",
        "https://ledger.test/bye?foo=bar",
        "https://ledger.test/bye/",
        "https://ledger.test/cb",
        "javascript:alert(1)",
    ] {
        let params = [("id_token_hint", tokens.id()), ("post_logout_redirect_uri", uri)];
        let reply = expect_refused(&mut browser, &params).await;
        reply.expect_error_page("post_logout_redirect_uri_mismatch");
    }
    assert!(signed_in(&mut browser, &rp).await);
}

/// Certification: oidcc-rp-initiated-logout-modified-id-token-hint, oidcc-rp-initiated-logout-bad-id-token-hint
/// Security: D11
#[tokio::test]
async fn a_forged_hint_gets_a_page_and_nobody_is_signed_out() {
    let (app, rp, mut browser, tokens) = scene().await;
    let parts: Vec<&str> = tokens.id().split('.').collect();
    let none = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    let changed = format!("{}.{}x.{}", parts[0], parts[1], parts[2]);
    let stranger = TestApp::with(&[("issuer.url", "https://other.test")]).await;
    let theirs = stranger.client().create().await;
    let bob = stranger.user("bob").create().await;
    let mut bobs = stranger.browser();
    bobs.sign_in(&bob).await;
    let foreign = bobs.tokens(&theirs, "openid").await.id().to_owned();
    let secret = rp.secret.clone().unwrap_or_default();
    let by_secret = under_secret(secret.as_bytes(), &tokens.id_claims());
    let by_client = Signer::new().sign(&tokens.id_claims());
    let hints = [
        none.as_str(),
        &changed,
        &foreign,
        &by_secret,
        &by_client,
        &tokens.access,
    ];
    for hint in hints.into_iter().chain(["x", "a.b.c"]) {
        let reply = expect_refused(
            &mut browser,
            &[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)],
        )
        .await;
        reply.expect_error_page("invalid_id_token_hint");
    }
    assert!(signed_in(&mut browser, &rp).await);
    let other = app.client().named("Other").create().await;
    let params = [
        ("id_token_hint", tokens.id()),
        ("client_id", other.client_id.as_str()),
    ];
    expect_refused(&mut browser, &params)
        .await
        .expect_error_page("invalid_id_token_hint");
}

/// Security: D11, H1
#[tokio::test]
async fn another_clients_address_is_not_lent() {
    let (app, _, mut browser, tokens) = scene().await;
    app.client().named("Other").create().await;
    let params = [
        ("id_token_hint", tokens.id()),
        ("post_logout_redirect_uri", "https://other.test/bye"),
    ];
    expect_refused(&mut browser, &params).await;
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked_first() {
    let (_, rp, mut browser, _) = scene().await;
    let params = [
        ("client_id", rp.client_id.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", "s&<\"'"),
    ];
    let page = expect_refused(&mut browser, &params).await;
    assert!(signed_in(&mut browser, &rp).await, "asking changes nothing");
    let reply = browser.submit(page.page().form_with("logout")).await;
    assert_eq!(reply.sent_to(BYE)["state"], "s&<\"'");
    assert!(!signed_in(&mut browser, &rp).await);
}

/// Certification: oidcc-rp-initiated-logout-no-id-token-hint
/// Security: H1
#[tokio::test]
async fn an_address_without_hint_or_client_gets_a_page() {
    let (_, rp, mut browser, _) = scene().await;
    expect_refused(&mut browser, &[("post_logout_redirect_uri", BYE)]).await;
    assert!(signed_in(&mut browser, &rp).await);
}

/// Certification: oidcc-rp-initiated-logout-no-params, oidcc-rp-initiated-logout-only-state
/// Certification: oidcc-rp-initiated-logout-no-post-logout-redirect-uri
#[tokio::test]
async fn without_an_address_the_person_sees_the_end_and_without_a_hint_confirms_it() {
    let (app, rp, mut browser, mut tokens) = scene().await;
    let bob = app.user("bob").create().await;
    for (asked, hinted) in [("", false), ("state=xyz", false), ("", true)] {
        let hint = path(&[("id_token_hint", tokens.id())]);
        let asked = if hinted { hint } else { format!("/logout?{asked}") };
        let mut reply = browser.get(&asked).await;
        if !hinted {
            assert!(signed_in(&mut browser, &rp).await, "asking changes nothing");
            reply = browser.submit(reply.page().form_with("logout")).await;
        }
        assert_eq!(reply.status, 200, "{reply}");
        assert!(reply.url.starts_with("/logged-out"), "{reply}");
        assert!(!reply.text().contains("xyz"), "{reply}");
        assert!(!signed_in(&mut browser, &rp).await);
        browser.sign_in(&bob).await;
        tokens = browser.tokens(&rp, "openid").await;
    }
}

#[tokio::test]
async fn nobody_signed_in_is_told_so() {
    let (app, ..) = scene().await;
    let reply = app.browser().get("/logout").await;
    assert!(
        reply.status == 200 && reply.url.starts_with("/logged-out"),
        "{reply}"
    );
}

#[tokio::test]
async fn somebody_elses_hint_does_not_end_a_session_unasked() {
    let (app, rp, _, tokens) = scene().await;
    let bob = app.user("bob").create().await;
    let mut bobs = app.browser();
    bobs.sign_in(&bob).await;
    let params = [("id_token_hint", tokens.id()), ("post_logout_redirect_uri", BYE)];
    expect_refused(&mut bobs, &params).await;
    assert!(signed_in(&mut bobs, &rp).await);
}

/// Security: J14
#[tokio::test]
async fn a_cookie_kept_from_before_is_worth_nothing() {
    let (_, rp, mut browser, _) = scene().await;
    let mut kept = browser.clone();
    let page = browser.get("/logout").await;
    browser.submit(page.page().form_with("logout")).await;
    assert!(!signed_in(&mut kept, &rp).await);
}
