//! A token whose sign-in is too old or too weak for our own resource: RFC 9470.

use crate::harness::TestApp;

#[tokio::test]
async fn a_sign_in_that_is_too_old_is_mended_by_what_the_challenge_says() {
    let app = TestApp::with(&[("resources.userinfo_max_age", "60s")]).await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid").await;
    assert_eq!(rp.userinfo(&tokens.access).await.status, 200);
    app.advance(61);
    let refused = rp.userinfo(&tokens.access).await;
    refused.expect_error_with(401, "insufficient_user_authentication");
    let challenge = refused.header("www-authenticate").to_owned();
    assert!(challenge.starts_with("Bearer "), "{challenge}");
    assert!(
        challenge.contains("error=\"insufficient_user_authentication\""),
        "{challenge}"
    );
    assert!(!challenge.contains("acr_values"), "{challenge}");
    let max_age = challenge
        .split("max_age=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    // the same session without the parameter brings the same old sign-in
    let same = browser.tokens(&rp, "openid").await;
    rp.userinfo(&same.access)
        .await
        .expect_error_with(401, "insufficient_user_authentication");
    let request = rp.request("openid").with("max_age", max_age.expect("max_age"));
    let page = browser.open(&request).await;
    let reply = browser.fill_in(&page, &alice).await;
    let fresh = rp.redeem(&request.code_of(&reply)).await.expect_tokens();
    assert_eq!(rp.userinfo(&fresh.access).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_that_is_too_weak_is_told_what_would_do() {
    let app = TestApp::with(&[("resources.userinfo_acr_values", "phr,phrh")]).await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid").await;
    let refused = rp.userinfo(&tokens.access).await;
    refused.expect_error_with(401, "insufficient_user_authentication");
    let challenge = refused.header("www-authenticate");
    assert!(challenge.contains("acr_values=\"phr phrh\""), "{challenge}");
    assert!(!challenge.contains("max_age"), "{challenge}");
    let app = TestApp::with(&[("resources.userinfo_acr_values", "phr,1")]).await;
    let rp = app.client().create().await;
    let bob = app.user("bob").create().await;
    let mut browser = app.browser();
    browser.sign_in(&bob).await;
    let tokens = browser.tokens(&rp, "openid").await;
    assert_eq!(rp.userinfo(&tokens.access).await.status, 200);
}
