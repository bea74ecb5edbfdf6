//! Applications without a browser of their own: devices, back-channel requests, and those that register themselves.

use axum::body::Body;
use axum::http::Method;
use gatepost::domain::client::CIBA_GRANT;
use gatepost::domain::client::DeliveryMode;
use gatepost::domain::pending_grant::DEVICE_GRANT;
use serde_json::json;

use crate::harness::TestApp;
use crate::node::Description;
use crate::node::LIBRARIES;
use crate::node::code;
use crate::node::play;
use crate::protocol::device;

#[tokio::test]
async fn both_libraries_connect_a_device() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let client = app.client().public().grants(&[DEVICE_GRANT, "refresh_token"]);
    let rp = client.create().await;
    for library in LIBRARIES {
        let mut browser = app.browser();
        browser.sign_in(&alice).await;
        let about = Description::of(&app, &rp, library).with("scope", "openid email");
        let done = play("device", about.json(), async |_, response| {
            let user_code = response["user_code"].as_str().expect("a code").to_owned();
            device::decide(&mut browser, &user_code, "approve").await;
            json!({})
        });
        let done = done.await.unwrap_or_else(|e| panic!("{library}: {e:#}"));
        assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
    }
}

#[tokio::test]
async fn both_libraries_ask_a_person_who_is_elsewhere() {
    let app = TestApp::serve_with(&[("ciba.automated_approval", "true")]).await;
    let alice = app.user("alice").create().await;
    let client = app
        .client()
        .grants(&[CIBA_GRANT])
        .but(|m| m.backchannel_token_delivery_mode = Some(DeliveryMode::Poll));
    let rp = client.create().await;
    for library in LIBRARIES {
        let about = Description::of(&app, &rp, library).with("params", json!({ "login_hint": "alice" }));
        let done = play("ciba", about.json(), async |_, response| {
            let id = response["auth_req_id"].as_str().expect("an id");
            let path = format!("/test/ciba?auth_req_id={id}&action=allow");
            let reply = app.send(app.request(Method::POST, &path, Body::empty())).await;
            assert!(reply.status.is_success(), "{reply}");
            json!({})
        });
        let done = done.await.unwrap_or_else(|e| panic!("{library}: {e:#}"));
        assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
    }
}

#[tokio::test]
async fn both_libraries_register_themselves_and_sign_a_person_in() {
    let app = TestApp::serve_with(&[("registration.mode", "open")]).await;
    let alice = app.user("alice").create().await;
    let rp = app.client().create().await;
    for library in LIBRARIES {
        let about = Description::of(&app, &rp, library)
            .with("client_id", json!(null))
            .with("client_secret", json!(null))
            .with(
                "register",
                json!({ "client_name": "Self", "redirect_uris": [rp.redirect_uri] }),
            );
        let done = code(&mut app.browser(), &alice, &about).await;
        let done = done.unwrap_or_else(|e| panic!("{library}: {e:#}"));
        assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
    }
}
