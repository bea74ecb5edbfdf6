//! A family never has two live leaves, and what was revoked stays so, however many ask at the same time.

use std::collections::BTreeSet;

use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::store::at_once;

/// A client and the tokens of somebody signed in there.
async fn family(app: &TestApp, repeat_window_secs: u32) -> (Rp, Tokens) {
    let rp = app
        .client()
        .but(|m| m.lifetimes.refresh_repeat_window = Some(repeat_window_secs))
        .create()
        .await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    (rp, tokens)
}

/// How many of the returned tokens can be used: each is tried once.
async fn live_leaves(rp: &Rp, replies: &[Reply]) -> usize {
    let returned: BTreeSet<String> = replies
        .iter()
        .filter(|r| r.status == 200)
        .map(|r| r.expect_tokens().refresh().to_owned())
        .collect();
    let mut live = 0;
    for token in returned {
        live += usize::from(rp.refresh(&token).await.status == 200);
    }
    live
}

async fn twenty_refreshes(rp: &Rp, token: &str) -> Vec<Reply> {
    at_once(20, || {
        let (rp, token) = (rp.clone(), token.to_owned());
        async move { rp.refresh(&token).await }
    })
    .await
}

/// Security: C1
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_refreshes_of_one_token_within_the_window_lead_to_one_leaf() {
    let app = TestApp::start().await;
    let (rp, mut tokens) = family(&app, 10).await;
    for _ in 0..5 {
        let replies = twenty_refreshes(&rp, tokens.refresh()).await;
        let successors: BTreeSet<String> = replies
            .iter()
            .map(|r| r.expect_tokens().refresh().to_owned())
            .collect();
        assert_eq!(successors.len(), 1, "every answer holds the same successor");
        tokens = rp.refresh(successors.first().unwrap()).await.expect_tokens();
    }
}

/// Security: C1
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_window_one_of_twenty_refreshes_wins_and_the_family_ends() {
    let app = TestApp::start().await;
    let (rp, tokens) = family(&app, 0).await;
    let replies = twenty_refreshes(&rp, tokens.refresh()).await;
    let won = replies.iter().filter(|r| r.status == 200).count();
    assert_eq!(won, 1);
    for reply in replies.iter().filter(|r| r.status != 200) {
        reply.expect_error("invalid_grant");
    }
    assert_eq!(live_leaves(&rp, &replies).await, 0, "reuse ends the family");
}

/// Security: C1
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refreshes_at_two_processes_never_make_two_leaves() {
    let app = TestApp::start().await;
    let other = app.another_process().await;
    let (rp, mut tokens) = family(&app, 10).await;
    let there = rp.at(&other);
    for _ in 0..10 {
        let (one, two) = tokio::join!(rp.refresh(tokens.refresh()), there.refresh(tokens.refresh()));
        let (one, two) = (one.expect_tokens(), two.expect_tokens());
        assert_eq!(one.refresh(), two.refresh());
        tokens = one;
    }
}

/// Security: C4
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_survives_a_revocation_that_races_with_a_refresh() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    for round in 0..40 {
        let tokens = browser.tokens(&rp, "openid offline_access").await;
        let old = tokens.refresh();
        let (refreshed, revoked) = tokio::join!(rp.refresh(old), rp.revoke(old));
        assert_eq!(revoked.status, 200, "{revoked}");
        assert!(!rp.is_active(&tokens.access).await, "round {round}");
        rp.refresh(old).await.expect_error("invalid_grant");
        if refreshed.status == 200 {
            let survivor = refreshed.expect_tokens();
            assert!(!rp.is_active(&survivor.access).await, "round {round}");
            assert!(!rp.is_active(survivor.refresh()).await, "round {round}");
            rp.refresh(survivor.refresh()).await.expect_error("invalid_grant");
        } else {
            refreshed.expect_error("invalid_grant");
        }
    }
}

/// Security: C9
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_survives_disabling_a_person_who_refreshes_at_that_moment() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    for round in 0..10 {
        let person = app.user(&format!("person{round}")).create().await;
        let mut browser = app.browser();
        browser.sign_in(&person).await;
        let tokens = browser.tokens(&rp, "openid offline_access").await;
        let (refreshed, ()) = tokio::join!(rp.refresh(tokens.refresh()), person.disable());
        assert!(!rp.is_active(&tokens.access).await, "round {round}");
        if refreshed.status == 200 {
            let survivor = refreshed.expect_tokens();
            rp.refresh(survivor.refresh()).await.expect_error("invalid_grant");
            assert!(!rp.is_active(&survivor.access).await, "round {round}");
        }
    }
}
