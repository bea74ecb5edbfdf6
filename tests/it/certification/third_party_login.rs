//! `oidcc-3rdparty-init-login-certification-test-plan`.

use axum::http::Method;
use serde_json::json;

use crate::harness::Registered;
use crate::harness::TestApp;
use crate::harness::register;

/// Certification: oidcc-3rd_party-init-login, oidcc-3rd_party-init-login-nohttps
#[tokio::test]
async fn initiate_login_uri_is_registered_and_echoed_and_must_be_https() {
    let app = TestApp::with(&[("registration.mode", "open")]).await;
    let metadata =
        |uri: &str| json!({ "redirect_uris": ["https://rp.test/callback"], "initiate_login_uri": uri });
    let client = Registered::with(&app, &metadata("https://rp.test/start")).await;
    let read = client.manage(Method::GET, None).await.json();
    for body in [&client.body, &read] {
        assert_eq!(body["initiate_login_uri"], "https://rp.test/start");
    }
    for uri in ["http://rp.test/start", "http://localhost:8443/start"] {
        let reply = register(&app, &metadata(uri)).await;
        reply.expect_error("invalid_client_metadata");
    }
    assert_eq!(client.manage(Method::DELETE, None).await.status, 204);
}
