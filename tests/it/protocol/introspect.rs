//! Whether a token still counts: RFC 7662.

use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;

async fn scene() -> (TestApp, Rp, Person, Browser, Tokens) {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    (app, rp, alice, browser, tokens)
}

#[tokio::test]
async fn a_live_access_token_is_described() {
    let (_, rp, alice, _, tokens) = scene().await;
    let reply = rp.introspect(&tokens.access).await;
    let body = reply.json();
    assert_eq!(body["active"], true);
    assert_eq!(body["sub"], alice.id.as_str());
    assert_eq!(body["client_id"], rp.client_id.as_str());
    assert_eq!(body["scope"], tokens.scope);
    assert_eq!(body["token_type"], "Bearer");
    assert!(body["exp"].is_i64() && body["iat"].is_i64());
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_live_refresh_token_is_active_for_its_own_client_until_used() {
    let (app, rp, _, _, tokens) = scene().await;
    let other = app.client().named("Other").create().await;
    assert!(rp.is_active(tokens.refresh()).await);
    assert!(!other.is_active(tokens.refresh()).await);
    rp.refresh(tokens.refresh()).await.expect_tokens();
    assert!(!rp.is_active(tokens.refresh()).await);
}

/// Security: E3, C16
#[tokio::test]
async fn nothing_is_said_about_what_does_not_count() {
    let (app, rp, _, _, tokens) = scene().await;
    let cut = &tokens.access[..tokens.access.len() - 1];
    for token in ["x", "a.b.c", cut, tokens.id(), &format!("{}=", tokens.refresh())] {
        assert!(!rp.is_active(token).await, "{token}");
    }
    app.advance(tokens.expires_in + 1);
    assert!(!rp.is_active(&tokens.access).await);
}

/// Security: C12
#[tokio::test]
async fn a_token_ends_with_its_session_unless_it_may_work_offline() {
    let (_, rp, _, mut browser, offline) = scene().await;
    let online = browser.tokens(&rp, "openid").await;
    assert!(rp.is_active(&online.access).await);
    let page = browser.get("/logout").await;
    browser.submit(page.page().form_with("logout")).await;
    assert!(!rp.is_active(&online.access).await);
    rp.userinfo(&online.access).await.expect_error("invalid_token");
    assert!(rp.is_active(&offline.access).await);
    rp.refresh(offline.refresh()).await.expect_tokens();
}

/// Security: E4
#[tokio::test]
async fn only_clients_that_have_proved_who_they_are_may_ask() {
    let (app, rp, _, _, tokens) = scene().await;
    let public = app.client().named("Public").public().create().await;
    public
        .introspect(&tokens.access)
        .await
        .expect_error("invalid_client");
    app.post("/introspect", &[("token", &tokens.access)])
        .await
        .expect_error("invalid_client");
    let form = [
        ("token", tokens.access.as_str()),
        ("client_id", rp.client_id.as_str()),
    ];
    app.post("/introspect", &form)
        .await
        .expect_error("invalid_client");
    // a person's own token opens nothing here
    let bearer = format!("Bearer {}", tokens.access);
    let reply = rp.post_with("/introspect", &form[..1], &bearer).await;
    assert_eq!(reply.status, 401, "{reply}");
    rp.post("/introspect", &[("x", "y")])
        .await
        .expect_error("invalid_request");
}
