//! Giving tokens back: RFC 7009.

use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;

async fn scene() -> (TestApp, Rp, Tokens) {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    (app, rp, tokens)
}

/// Security: E7
#[tokio::test]
async fn a_revoked_refresh_token_takes_its_whole_family_along() {
    let (_, rp, tokens) = scene().await;
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(rp.revoke(tokens.refresh()).await.status, 200);
    rp.refresh(next.refresh()).await.expect_error("invalid_grant");
    for token in [&tokens.access, &next.access] {
        rp.userinfo(token).await.expect_error("invalid_token");
        assert!(!rp.is_active(token).await);
    }
}

/// Security: E7
#[tokio::test]
async fn a_revoked_access_token_stops_and_the_refresh_token_goes_on() {
    let (_, rp, tokens) = scene().await;
    assert_eq!(rp.revoke(&tokens.access).await.status, 200);
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    assert!(!rp.is_active(&tokens.access).await);
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert!(rp.is_active(&next.access).await);
}

#[tokio::test]
async fn unknown_tokens_and_a_second_time_are_no_error() {
    let (_, rp, tokens) = scene().await;
    for token in [
        "nonsense",
        "a.b.c",
        tokens.refresh(),
        tokens.refresh(),
        tokens.id(),
    ] {
        assert_eq!(rp.revoke(token).await.status, 200);
    }
    let hint = [("token", tokens.access.as_str()), ("token_type_hint", "nonsense")];
    assert_eq!(rp.post("/revoke", &hint).await.status, 200);
}

/// Security: E5
#[tokio::test]
async fn another_clients_token_is_left_alone() {
    let (app, rp, tokens) = scene().await;
    let other = app.client().named("Other").create().await;
    assert_eq!(other.revoke(tokens.refresh()).await.status, 200);
    assert_eq!(other.revoke(&tokens.access).await.status, 200);
    assert!(rp.is_active(&tokens.access).await);
    rp.refresh(tokens.refresh()).await.expect_tokens();
}

#[tokio::test]
async fn whoever_has_not_proved_who_it_is_revokes_nothing() {
    let (app, rp, tokens) = scene().await;
    let form = [("token", tokens.refresh()), ("client_id", rp.client_id.as_str())];
    app.post("/revoke", &form).await.expect_error("invalid_client");
    app.post("/revoke", &form[..1])
        .await
        .expect_error("invalid_client");
    rp.refresh(tokens.refresh()).await.expect_tokens();
}

#[tokio::test]
async fn a_request_without_token_is_refused() {
    let (_, rp, _) = scene().await;
    rp.post("/revoke", &[("x", "y")])
        .await
        .expect_error("invalid_request");
}

#[tokio::test]
async fn a_public_client_revokes_its_own() {
    let (app, ..) = scene().await;
    let rp = app.client().named("Public").public().create().await;
    let bob = app.user("bob").create().await;
    let mut browser = app.browser();
    browser.sign_in(&bob).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    assert_eq!(rp.revoke(tokens.refresh()).await.status, 200);
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
}
