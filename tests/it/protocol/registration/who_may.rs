//! Who may register: nobody, whoever has an initial access token, or everybody, and how many.

use axum::extract::ConnectInfo;
use axum::http::Method;
use gatepost::domain::lifetime::Lifetime;
use gatepost::domain::secret::Secret;
use gatepost::ops::registration_tokens;
use serde_json::Value;
use serde_json::json;

use crate::harness::Registered;
use crate::harness::Reply;
use crate::harness::TestApp;
use crate::harness::register;
use crate::harness::send_json;

fn metadata() -> Value {
    json!({ "redirect_uris": ["https://notes.test/cb"] })
}

async fn with_token(app: &TestApp, token: &str) -> Reply {
    send_json(app, Method::POST, "/register", Some(token), Some(&metadata())).await
}

async fn initial(app: &TestApp, uses: Option<u32>, lifetime: Option<Lifetime>) -> (String, String) {
    let made = registration_tokens::create(app.ops(), &app.operator(), "tests", uses, lifetime).await;
    let (token, secret) = made.expect("the database answers");
    (token.id.to_string(), Secret::into_inner(secret))
}

/// Security: H7, H8
#[tokio::test]
async fn where_registration_is_off_nothing_of_it_is_there() {
    let app = TestApp::start().await;
    let (_, token) = initial(&app, None, None).await;
    let methods = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
    ];
    for path in ["/register", "/register/cli_0", "/register/"] {
        for method in methods.clone() {
            let body = Some(metadata()).filter(|_| method != Method::GET);
            let reply = send_json(&app, method.clone(), path, Some(&token), body.as_ref()).await;
            assert_eq!(reply.status, 404, "{method} {reply}");
        }
    }
    let discovery = app.get("/.well-known/openid-configuration").await.json();
    for member in ["registration_endpoint", "client_id_metadata_document_supported"] {
        assert!(discovery.get(member).is_none(), "{member}");
    }
}

#[tokio::test]
async fn discovery_names_the_endpoint_where_it_is_on() {
    for mode in ["token", "open"] {
        let app = TestApp::with(&[("registration.mode", mode)]).await;
        let discovery = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(discovery["registration_endpoint"], "https://id.test/register");
    }
}

/// Security: D17
#[tokio::test]
async fn without_a_working_initial_access_token_nobody_registers() {
    let app = TestApp::with(&[("registration.mode", "token")]).await;
    let reply = register(&app, &metadata()).await;
    reply.expect_error("invalid_token");
    assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"gatepost\"");

    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let of_a_person = browser.tokens(&rp, "openid offline_access").await;
    for wrong in ["x", &of_a_person.access, of_a_person.refresh()] {
        let reply = with_token(&app, wrong).await;
        reply.expect_error("invalid_token");
        assert!(reply.header("www-authenticate").starts_with("Bearer "), "{reply}");
    }
    let (_, token) = initial(&app, None, None).await;
    let made = with_token(&app, &token).await;
    assert_eq!(made.status, 201, "{made}");
    // the token that manages a client registers none
    let managing = made.json()["registration_access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    with_token(&app, &managing).await.expect_error("invalid_token");
}

#[tokio::test]
async fn an_initial_access_token_has_its_uses_its_end_and_can_be_revoked() {
    let app = TestApp::with(&[("registration.mode", "token")]).await;
    let (_, twice) = initial(&app, Some(2), None).await;
    // what is refused for its content uses nothing up
    let bad = json!({ "redirect_uris": ["https://notes.test/cb#x"] });
    let reply = send_json(&app, Method::POST, "/register", Some(&twice), Some(&bad)).await;
    reply.expect_error("invalid_redirect_uri");
    let statuses = [
        with_token(&app, &twice).await.status,
        with_token(&app, &twice).await.status,
        with_token(&app, &twice).await.status,
    ];
    assert_eq!(statuses, [201, 201, 401]);

    let (_, short) = initial(&app, None, Some(Lifetime::from_minutes(5))).await;
    assert_eq!(with_token(&app, &short).await.status, 201);
    app.advance(301);
    assert_eq!(with_token(&app, &short).await.status, 401);

    let (id, token) = initial(&app, None, None).await;
    assert_eq!(with_token(&app, &token).await.status, 201);
    let id = id.parse().unwrap();
    assert!(
        registration_tokens::revoke(app.ops(), &app.operator(), &id)
            .await
            .unwrap()
    );
    assert_eq!(with_token(&app, &token).await.status, 401);
    assert!(
        !registration_tokens::revoke(app.ops(), &app.operator(), &id)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_token_for_one_client_registers_one_however_many_ask_at_once() {
    let app = TestApp::with(&[("registration.mode", "token")]).await;
    let (_, once) = initial(&app, Some(1), None).await;
    let all = (0..8).map(|_| {
        let (app, token) = (app.clone(), once.clone());
        tokio::spawn(async move { with_token(&app, &token).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for task in all.collect::<Vec<_>>() {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401, 401, 401, 401, 401, 401, 401]);
}

#[tokio::test]
async fn an_address_registers_so_many_clients_and_then_waits() {
    let app = TestApp::with(&[("registration.mode", "open"), ("registration.address_limit", "2")]).await;
    Registered::web(&app).await;
    Registered::web(&app).await;
    let reply = register(&app, &metadata()).await;
    reply.expect_error_with(429, "temporarily_unavailable");
    assert!(
        reply.header("retry-after").parse::<u32>().unwrap() > 1000,
        "{reply}"
    );
    // another address has a count of its own
    let mut other = app.request(Method::POST, "/register", metadata().to_string().into());
    let kind = "application/json".parse().unwrap();
    other.headers_mut().insert("content-type", kind);
    let address: std::net::SocketAddr = ([192, 0, 2, 77], 40_000).into();
    other.extensions_mut().insert(ConnectInfo(address));
    assert_eq!(app.send(other).await.status, 201);
    app.advance(3601);
    Registered::web(&app).await;
}

#[tokio::test]
async fn there_are_at_most_so_many_clients_from_outside() {
    let app = TestApp::with(&[("registration.mode", "open"), ("registration.max_clients", "1")]).await;
    app.client().create().await;
    let first = Registered::web(&app).await;
    let reply = register(&app, &metadata()).await;
    reply.expect_error_with(503, "temporarily_unavailable");
    assert_eq!(first.manage(Method::DELETE, None).await.status, 204);
    Registered::web(&app).await;
}
