//! A client looks after its registration: RFC 7592.

use axum::http::Method;
use gatepost::domain::client::ClientMetadata;
use gatepost::ops;
use serde_json::Value;
use serde_json::json;

use crate::harness::Registered;
use crate::harness::TestApp;
use crate::harness::send_json;

async fn open() -> TestApp {
    TestApp::with(&[
        ("registration.mode", "open"),
        ("registration.address_limit", "1000"),
    ])
    .await
}

#[tokio::test]
async fn what_was_registered_can_be_read_and_sent_back_without_any_change() {
    let app = open().await;
    let client = Registered::web(&app).await;
    let read = client.manage(Method::GET, None).await;
    assert_eq!(
        (read.status.as_u16(), read.header("cache-control")),
        (200, "no-store")
    );
    let mut expected = client.body.clone();
    // we know the secret's hash alone
    for hidden in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(hidden);
    }
    assert_eq!(read.json(), expected);

    let before = client.stored().await.unwrap().metadata;
    let written = client.manage(Method::PUT, Some(&read.json())).await;
    assert_eq!((written.status.as_u16(), written.json()), (200, expected));
    assert_eq!(client.stored().await.unwrap().metadata, before);
    // the token is the same, and so is the secret
    client.rp().refresh("x").await.expect_error("invalid_grant");
}

#[tokio::test]
async fn a_change_replaces_everything_that_the_client_may_set() {
    let app = open().await;
    let client = Registered::web(&app).await;
    let change = json!({
        "client_id": client.id(), "client_secret": client.text("client_secret"),
        "redirect_uris": ["https://notes.test/new"], "logo_uri": "https://notes.test/logo.png", "client_name": null,
    });
    let body = client.manage(Method::PUT, Some(&change)).await.json();
    assert_eq!(body["redirect_uris"], json!(["https://notes.test/new"]));
    assert_eq!(body["logo_uri"], "https://notes.test/logo.png");
    // what was left out is the default again
    assert_eq!(body["grant_types"], json!(["authorization_code"]));
    assert_eq!(body["client_name"], "notes.test");
    assert_eq!(body["registration_access_token"], client.token());
    let to_keys = json!({
        "client_id": client.id(), "redirect_uris": ["https://notes.test/new"],
        "token_endpoint_auth_method": "client_secret_post",
    });
    let body = client.manage(Method::PUT, Some(&to_keys)).await.json();
    assert_eq!(body["token_endpoint_auth_method"], "client_secret_post");
}

/// Security: D16
#[tokio::test]
async fn a_change_has_the_limits_of_a_registration() {
    let app = open().await;
    let client = Registered::web(&app).await;
    let stored = client.stored().await.unwrap().metadata;
    let cases: [(&str, Value, &str); 10] = [
        ("client_id", json!("somebody-else"), "invalid_client_metadata"),
        ("client_id", Value::Null, "invalid_client_metadata"),
        ("client_secret", json!("my own choice"), "invalid_client_metadata"),
        (
            "grant_types",
            json!(["client_credentials"]),
            "invalid_client_metadata",
        ),
        (
            "token_endpoint_auth_method",
            json!("none"),
            "invalid_client_metadata",
        ),
        ("scope", json!("openid admin"), "invalid_client_metadata"),
        ("skip_consent", json!(true), "invalid_client_metadata"),
        (
            "redirect_uris",
            json!(["https://*.notes.test/"]),
            "invalid_redirect_uri",
        ),
        (
            "jwks_uri",
            json!("https://169.254.169.254/keys"),
            "invalid_client_metadata",
        ),
        (
            "software_statement",
            json!("a.b.c"),
            "unapproved_software_statement",
        ),
    ];
    for (member, value, code) in cases {
        let mut change = json!({ "client_id": client.id(), "redirect_uris": ["https://notes.test/cb"] });
        change[member] = value;
        client.manage(Method::PUT, Some(&change)).await.expect_error(code);
    }
    assert_eq!(client.stored().await.unwrap().metadata, stored);
}

/// Security: D16
#[tokio::test]
async fn what_the_operator_has_set_outlives_a_change() {
    let app = open().await;
    let client = Registered::web(&app).await;
    let stored = client.stored().await.unwrap();
    let raised = ClientMetadata {
        skip_consent: true,
        operator_name: Some("Ours".to_owned()),
        require_pkce: true,
        ..stored.metadata
    };
    ops::clients::update(app.ops(), &app.operator(), &stored.id, raised.clone())
        .await
        .unwrap();
    let shown = client.manage(Method::GET, None).await.json();
    assert!(shown.get("skip_consent").is_none() && shown.get("operator_name").is_none());
    let written = client.manage(Method::PUT, Some(&shown)).await;
    assert_eq!(written.status, 200, "{written}");
    assert_eq!(client.stored().await.unwrap().metadata, raised);
}

#[tokio::test]
async fn only_the_clients_own_token_manages_it() {
    let app = open().await;
    let (mine, other) = (Registered::web(&app).await, Registered::web(&app).await);
    let by_operator = app.client().create().await;
    let own = format!("/register/{}", mine.id());
    let of_operator = format!("/register/{}", by_operator.client_id);
    let change = json!({ "client_id": mine.id(), "redirect_uris": ["https://evil.test/"] });
    for (path, token) in [
        (own.as_str(), None),
        (&own, Some("x")),
        (&own, Some(other.token())),
        (&own, Some(mine.text("client_secret"))),
        (&of_operator, Some(mine.token())),
        ("/register/nobody", Some(mine.token())),
        ("/register/%00", Some(mine.token())),
    ] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let body = Some(&change).filter(|_| method == Method::PUT);
            let reply = send_json(&app, method, path, token, body).await;
            reply.expect_error("invalid_token");
            assert!(reply.header("www-authenticate").starts_with("Bearer "), "{reply}");
        }
    }
    assert!(mine.stored().await.is_some());
    let reply = mine.manage(Method::POST, Some(&change)).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("allow")),
        (405, "GET, PUT, DELETE")
    );
}

/// Security: D15
#[tokio::test]
async fn a_disabled_client_cannot_touch_its_registration_and_stays_disabled() {
    let app = open().await;
    let client = Registered::web(&app).await;
    let stored = client.stored().await.unwrap();
    ops::clients::set_enabled(app.ops(), &app.operator(), &stored.id, false)
        .await
        .unwrap();
    let change = json!({ "client_id": client.id(), "redirect_uris": ["https://notes.test/cb"] });
    for (method, body) in [
        (Method::GET, None),
        (Method::PUT, Some(&change)),
        (Method::DELETE, None),
    ] {
        client.manage(method, body).await.expect_error("invalid_token");
    }
    let rp = client.rp();
    app.get(&rp.request("openid").path())
        .await
        .expect_error_page("client_disabled");
    rp.refresh("x").await.expect_error("invalid_client");
    rp.introspect("x").await.expect_error("invalid_client");
    assert!(!client.stored().await.unwrap().enabled);
}

#[tokio::test]
async fn a_deleted_client_is_gone_with_its_tokens() {
    let app = open().await;
    let client = Registered::web(&app).await;
    let rp = client.rp();
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let reply = client.manage(Method::DELETE, None).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (204, 0));
    client
        .manage(Method::GET, None)
        .await
        .expect_error("invalid_token");
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    rp.refresh(tokens.refresh()).await.expect_error("invalid_client");
    assert!(client.stored().await.is_none());
}
