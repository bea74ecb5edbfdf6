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

#[tokio::test]
async fn without_its_database_discovery_and_keys_are_still_served() {
    let app = TestApp::start().await;
    app.ops().db.close().await;
    for path in ["/.well-known/openid-configuration", "/jwks", "/healthz"] {
        assert_eq!(app.get(path).await.status, 200, "{path}");
    }
}
