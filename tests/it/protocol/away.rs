//! The database is away.

use crate::harness::TestApp;

#[tokio::test]
async fn without_its_database_everything_that_needs_it_says_try_again() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let asked = rp.request("openid").path();
    app.ops().clients.forget(&rp.client_id);
    app.ops().db.close().await;
    for path in [asked.as_str(), "/login", "/logged-out", "/readyz"] {
        let reply = app.get(path).await;
        assert_eq!(reply.status, 503, "{path}: {reply}");
        assert_eq!(reply.header("retry-after"), "2", "{path}");
    }
    let reply = rp.token(&[("grant_type", "client_credentials")]).await;
    reply.expect_error_with(503, "temporarily_unavailable");
    assert_eq!(reply.header("retry-after"), "2");
}

/// Security: E6
#[tokio::test]
async fn a_revocation_that_cannot_be_stored_says_so_and_works_when_repeated() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let there = app.another_process().await;
    assert!(rp.is_active(&tokens.access).await, "and the client is known");
    app.ops().db.close().await;
    for token in [tokens.access.as_str(), tokens.refresh()] {
        let reply = rp.revoke(token).await;
        reply.expect_error_with(503, "temporarily_unavailable");
        assert_eq!(reply.header("retry-after"), "2");
        let reply = rp.introspect(token).await;
        reply.expect_error_with(503, "temporarily_unavailable");
    }
    let rp = rp.at(&there);
    assert!(rp.is_active(&tokens.access).await && rp.is_active(tokens.refresh()).await);
    for token in [tokens.access.as_str(), tokens.refresh()] {
        assert_eq!(rp.revoke(token).await.status, 200);
        assert!(!rp.is_active(token).await);
    }
}

#[tokio::test]
async fn without_its_database_discovery_and_keys_are_still_served() {
    let app = TestApp::start().await;
    app.ops().db.close().await;
    for path in ["/.well-known/openid-configuration", "/jwks", "/healthz"] {
        assert_eq!(app.get(path).await.status, 200, "{path}");
    }
}
