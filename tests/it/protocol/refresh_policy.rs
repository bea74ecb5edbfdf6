//! Refresh tokens that are not replaced, by the client's choice: RFC 9700 §2.2.2.

use crate::harness::Browser;
use crate::harness::Rp;
use crate::harness::TestApp;

const DAY: u64 = 86_400;

async fn scene(rotate: bool) -> (TestApp, Rp, Browser) {
    let app = TestApp::start().await;
    let rp = app.client().but(|m| {
        m.rotate_refresh_tokens = Some(rotate);
        m.lifetimes.refresh_idle = Some(10 * 86_400);
        m.lifetimes.refresh_absolute = Some(25 * 86_400);
    });
    let rp = rp.create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, rp, browser)
}

#[tokio::test]
async fn without_rotation_one_token_goes_on_working_until_the_absolute_end() {
    let (app, rp, mut browser) = scene(false).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    for _ in 0..3 {
        // each use within the idle time begins the idle time anew
        app.advance(8 * DAY);
        let next = rp.refresh(tokens.refresh()).await.expect_tokens();
        assert!(next.refresh.is_none_or(|t| t == tokens.refresh()));
        assert_ne!(next.access, tokens.access);
    }
    assert!(rp.is_active(tokens.refresh()).await);
    app.advance(DAY + 1);
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    let idle = browser_tokens(&app, &rp).await;
    app.advance(10 * DAY + 1);
    rp.refresh(&idle).await.expect_error("invalid_grant");
}

async fn browser_tokens(app: &TestApp, rp: &Rp) -> String {
    let bob = app.user("bob").create().await;
    let mut browser = app.browser();
    browser.sign_in(&bob).await;
    browser
        .tokens(rp, "openid offline_access")
        .await
        .refresh()
        .to_owned()
}

#[tokio::test]
async fn a_used_token_stays_used_when_the_policy_changes() {
    let (app, rp, mut browser) = scene(true).await;
    let first = browser.tokens(&rp, "openid offline_access").await;
    let second = rp.refresh(first.refresh()).await.expect_tokens();
    let kept = rp.metadata.clone();
    rp.change(&app, |m| m.rotate_refresh_tokens = Some(false)).await;
    rp.refresh(second.refresh()).await.expect_tokens();
    rp.refresh(second.refresh()).await.expect_tokens();
    // the predecessor is a copy in somebody's hands
    app.advance(600);
    rp.refresh(first.refresh()).await.expect_error("invalid_grant");
    rp.refresh(second.refresh()).await.expect_error("invalid_grant");
    // and back: what was kept is replaced from here on
    let third = browser.tokens(&rp, "openid offline_access").await;
    rp.refresh(third.refresh()).await.expect_tokens();
    rp.change(&app, |m| *m = kept).await;
    let fourth = rp.refresh(third.refresh()).await.expect_tokens();
    assert_ne!(fourth.refresh(), third.refresh());
    app.advance(600);
    rp.refresh(third.refresh()).await.expect_error("invalid_grant");
}
