//! A code becomes tokens once, however many ask at the same time.

use crate::harness::TestApp;
use crate::store::at_once;

/// Security: B7
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_redemptions_of_one_code_one_wins_and_the_reuse_ends_what_it_won() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    for _ in 0..3 {
        let code = browser.authorize(&rp, "openid offline_access").await;
        let replies = at_once(50, || {
            let (rp, code) = (rp.clone(), code.clone());
            async move { rp.redeem(&code).await }
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|r| r.status == 200);
        assert_eq!(
            won.len(),
            1,
            "{:?}",
            won.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
        for reply in &lost {
            reply.expect_error("invalid_grant");
        }
        // RFC 6749 §10.5
        let tokens = won[0].expect_tokens();
        rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
        rp.userinfo(&tokens.access).await.expect_error("invalid_token");
        assert!(!rp.is_active(&tokens.access).await);
    }
}

/// Security: B7
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_give_one_code_away_once() {
    let app = TestApp::start().await;
    let other = app.another_process().await;
    let here = app.client().create().await;
    let there = here.at(&other);
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    for _ in 0..10 {
        let code = browser.authorize(&here, "openid").await;
        let (one, two) = tokio::join!(here.redeem(&code), there.redeem(&code));
        let wins = [&one, &two].iter().filter(|r| r.status == 200).count();
        assert_eq!(wins, 1, "{one}\n{two}");
    }
}
