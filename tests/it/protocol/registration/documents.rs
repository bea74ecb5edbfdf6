//! Clients whose `client_id` is the address of their metadata.

use serde_json::Value;
use serde_json::json;

use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::ClientMetadata;
use gatepost::domain::redirect_uri::RedirectUri;
use gatepost::ops;

use crate::harness::Documents;
use crate::harness::Rp;
use crate::harness::TestApp;

async fn app_for(documents: &Documents, mode: &str, hosts: &str) -> TestApp {
    TestApp::with(&[
        ("registration.client_id_metadata_documents", mode),
        ("registration.allowed_hosts", hosts),
        ("fetch.allowed_private", "127.0.0.0/8"),
        ("fetch.ca", &documents.authority),
    ])
    .await
}

fn document(url: &str) -> Value {
    json!({
        "client_id": url, "client_name": "Notes", "redirect_uris": ["https://notes.test/cb"],
        "grant_types": ["authorization_code", "refresh_token"], "scope": "openid profile offline_access",
    })
}

/// The client of a document, for flows.
fn rp(app: &TestApp, url: &str) -> Rp {
    let metadata = ClientMetadata {
        redirect_uris: vec![RedirectUri::parse("https://notes.test/cb").expect("a valid URI")],
        token_endpoint_auth_method: AuthMethod::None,
        ..ClientMetadata::default()
    };
    Rp::known(app, url, None, metadata)
}

#[tokio::test]
async fn a_client_is_met_by_its_document_and_the_person_sees_its_host() {
    let documents = Documents::secure().await;
    let app = app_for(&documents, "allowed-hosts", "localhost").await;
    let discovery = app.get("/.well-known/openid-configuration").await.json();
    assert_eq!(discovery["client_id_metadata_document_supported"], true);
    let url = documents.url("/client.json");
    documents.put("/client.json", &document(&url).to_string());
    let rp = rp(&app, &url);
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let request = rp.request("openid offline_access");
    let consent = browser.open(&request).await;
    let text = consent.text();
    assert!(text.contains("Notes is run by localhost, not by"), "{consent}");
    let answer = browser.allow(consent).await;
    let tokens = rp.redeem(&request.code_of(&answer)).await.expect_tokens();
    assert_eq!(tokens.id_claims()["aud"], url);
    rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(documents.asked("/client.json"), 1, "one fetch for the whole flow");
    // public: always with PKCE
    let bare = rp.request("openid").without_pkce();
    bare.expect_refusal(&browser.open(&bare).await, "invalid_request");
}

/// Security: A20
#[tokio::test]
async fn only_documents_on_hosts_of_the_list_are_read() {
    let documents = Documents::secure().await;
    let app = app_for(&documents, "allowed-hosts", "trusted.test").await;
    let url = documents.url("/client.json");
    documents.put("/client.json", &document(&url).to_string());
    for id in [
        url.as_str(),
        "https://trusted.test.evil.test/client.json",
        "https://eviltrusted.test/client.json",
        "https://trusted.test@evil.test/client.json",
        "https://evil.test/trusted.test",
    ] {
        app.get(&rp(&app, id).request("openid").path())
            .await
            .expect_error_page("unknown_client");
    }
    assert_eq!(documents.asked("/client.json"), 0);
    let off = TestApp::with(&[
        ("fetch.allowed_private", "127.0.0.0/8"),
        ("fetch.ca", &documents.authority),
    ])
    .await;
    off.get(&rp(&off, &url).request("openid").path())
        .await
        .expect_error_page("unknown_client");
    assert_eq!(documents.asked("/client.json"), 0);
}

/// Security: F2, F7
#[tokio::test]
async fn what_is_no_address_of_a_document_is_not_fetched() {
    let documents = Documents::secure().await;
    let app = TestApp::with(&[
        ("registration.client_id_metadata_documents", "any"),
        ("fetch.ca", &documents.authority),
    ])
    .await;
    let inside = documents.url("/client.json");
    documents.put("/client.json", &document(&inside).to_string());
    for id in [
        inside.as_str(),
        "https://localhost/",
        "https://a.test",
        "https://a.test/",
        "https://a.test/x#y",
        "https://a.test/x/../y",
        "https://u@a.test/x",
        "HTTPS://a.test/x",
        "http://a.test/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
    ] {
        app.get(&rp(&app, id).request("openid").path())
            .await
            .expect_error_page("unknown_client");
    }
    assert_eq!(documents.asked("/client.json"), 0);
}

#[tokio::test]
async fn a_document_that_cannot_stand_makes_no_client() {
    let documents = Documents::secure().await;
    let app = app_for(&documents, "any", "").await;
    let cases: [(&str, Value); 9] = [
        ("client_id", json!("https://other.test/client.json")),
        ("client_secret", json!("shared")),
        ("client_secret_expires_at", json!(0)),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("redirect_uris", json!(["javascript:alert(1)"])),
        ("skip_consent", json!(true)),
        ("scope", json!("openid admin")),
        ("jwks_uri", json!("https://169.254.169.254/keys")),
    ];
    for (number, (member, value)) in cases.into_iter().enumerate() {
        let path = format!("/client{number}.json");
        let url = documents.url(&path);
        let mut content = document(&url);
        content[member] = value;
        documents.put(&path, &content.to_string());
        let request = rp(&app, &url).request("openid").path();
        for _ in 0..2 {
            app.get(&request).await.expect_error_page("unknown_client");
        }
        assert_eq!(documents.asked(&path), 1, "{member}: not asked again at once");
    }
    for (path, status, body) in [
        ("/missing.json", "404 Not Found", "{}"),
        ("/list.json", "200 OK", "[]"),
        ("/long.json", "200 OK", " "),
    ] {
        let url = documents.url(path);
        let long = format!("{}{}", document(&url), " ".repeat(70_000));
        let body = if body == " " { long.as_str() } else { body };
        documents.put_raw(path, status, "", body);
        app.get(&rp(&app, &url).request("openid").path())
            .await
            .expect_error_page("unknown_client");
    }
}

#[tokio::test]
async fn a_document_is_read_again_when_it_is_stale_and_what_there_is_outlives_a_failure() {
    let documents = Documents::secure().await;
    let app = app_for(&documents, "any", "").await;
    let url = documents.url("/client.json");
    documents.put("/client.json", &document(&url).to_string());
    let request = rp(&app, &url).request("openid").path();
    // each look by a process of its own: the cache of clients has a clock of its own
    let look = async || app.another_process().await.get(&request).await.status.as_u16();
    assert_eq!((look().await, look().await), (303, 303));
    assert_eq!(documents.asked("/client.json"), 1);
    app.advance(601);
    documents.put_raw("/client.json", "500 Oh", "", "");
    assert_eq!(look().await, 303, "it goes on working");
    assert_eq!(documents.asked("/client.json"), 2);
    assert_eq!(look().await, 303);
    assert_eq!(
        documents.asked("/client.json"),
        2,
        "and is not asked at every request"
    );
    app.advance(61);
    let mut moved = document(&url);
    moved["redirect_uris"] = json!(["https://notes.test/new"]);
    documents.put_raw(
        "/client.json",
        "200 OK",
        "Cache-Control: max-age=7200\r\n",
        &moved.to_string(),
    );
    assert_eq!(look().await, 400, "the redirect URI is another now");
    app.advance(3600);
    look().await;
    assert_eq!(documents.asked("/client.json"), 3, "fresh for as long as it says");
}

#[tokio::test]
async fn an_operator_can_disable_such_a_client_for_good() {
    let documents = Documents::secure().await;
    let app = app_for(&documents, "any", "").await;
    let url = documents.url("/client.json");
    documents.put("/client.json", &document(&url).to_string());
    let rp = rp(&app, &url);
    assert_eq!(app.get(&rp.request("openid").path()).await.status, 303);
    ops::clients::set_enabled(app.ops(), &app.operator(), &rp.client_id, false)
        .await
        .unwrap();
    app.advance(3600);
    app.get(&rp.request("openid").path())
        .await
        .expect_error_page("client_disabled");
    assert_eq!(documents.asked("/client.json"), 1);
}
