//! What can be registered, what is filled in, and what is refused: RFC 7591 §2, §3.

use serde_json::Value;
use serde_json::json;

use crate::harness::Registered;
use crate::harness::TestApp;
use crate::harness::register;

async fn open() -> TestApp {
    TestApp::with(&[
        ("registration.mode", "open"),
        ("registration.address_limit", "1000"),
    ])
    .await
}

#[tokio::test]
async fn a_registration_brings_everything_that_was_registered_and_the_client_works() {
    let app = open().await;
    let metadata = json!({
        "redirect_uris": ["https://notes.test/cb"], "grant_types": ["authorization_code", "refresh_token"],
        "jwks": { "keys": [] }, "request_uris": ["https://notes.test/request#abc"],
        "backchannel_logout_uri": "https://notes.test/out", "default_max_age": 600,
        "client_name#de": "Notizen", "unheard_of": { "a": [1] }, "logo_uri": null,
    });
    let client = Registered::with(&app, &metadata).await;
    for (member, expected) in [
        ("redirect_uris", json!(["https://notes.test/cb"])),
        ("response_types", json!(["code"])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("application_type", json!("web")),
        ("subject_type", json!("public")),
        ("client_name", json!("notes.test")),
        ("client_secret_expires_at", json!(0)),
        ("request_uris", json!(["https://notes.test/request#abc"])),
        ("default_max_age", json!(600)),
    ] {
        assert_eq!(client.body[member], expected, "{member}");
    }
    assert!(client.body["client_id_issued_at"].is_u64());
    for absent in [
        "skip_consent",
        "profile",
        "unheard_of",
        "client_name#de",
        "logo_uri",
    ] {
        assert!(client.body.get(absent).is_none(), "{absent}");
    }
    let uri = format!("https://id.test/register/{}", client.id());
    assert_eq!(client.text("registration_client_uri"), uri);
    assert!(client.text("client_secret").len() >= 43 && client.token().len() >= 43);

    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let rp = client.rp();
    // a confidential client need not use PKCE, and the person is always asked
    let request = rp.request("openid offline_access").without_pkce();
    let asked = browser.open(&request).await;
    assert!(asked.page().has("approve"), "{asked}");
    let answer = browser.allow(asked).await;
    let tokens = rp.redeem(&request.code_of(&answer)).await.expect_tokens();
    rp.refresh(tokens.refresh()).await.expect_tokens();
}

#[tokio::test]
async fn secrets_and_tokens_are_stored_as_hashes_alone() {
    let app = open().await;
    let client = Registered::web(&app).await;
    let all = format!("{:?}", client.stored().await.unwrap());
    assert!(!all.contains(client.token()) && !all.contains(client.text("client_secret")));
}

#[tokio::test]
async fn grants_and_response_types_are_filled_in_from_each_other() {
    let app = open().await;
    for (given, grants, types) in [
        (json!({}), json!(["authorization_code"]), json!(["code"])),
        (
            json!({ "response_types": ["id_token token"] }),
            json!(["implicit"]),
            json!(["id_token token"]),
        ),
        (
            json!({ "response_types": ["token id_token code"] }),
            json!(["authorization_code", "implicit"]),
            json!(["code id_token token"]),
        ),
        (
            json!({ "grant_types": ["implicit"] }),
            json!(["implicit"]),
            json!(["id_token"]),
        ),
    ] {
        let mut metadata = given.clone();
        metadata["redirect_uris"] = json!(["https://notes.test/cb"]);
        let client = Registered::with(&app, &metadata).await;
        assert_eq!(client.body["grant_types"], grants, "{given}");
        assert_eq!(client.body["response_types"], types, "{given}");
    }
}

#[tokio::test]
async fn a_public_client_has_no_secret_and_needs_pkce() {
    let app = open().await;
    let metadata = json!({ "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none" });
    let client = Registered::with(&app, &metadata).await;
    assert!(client.body.get("client_secret").is_none());
    assert!(client.body.get("client_secret_expires_at").is_none());
    let request = client.rp().request("openid").without_pkce();
    let reply = app.get(&request.path()).await;
    request.expect_refusal(&reply, "invalid_request");
}

/// Security: A5, A6, A7, A10, A11
#[tokio::test]
async fn redirect_uris_that_nobody_can_trust_are_refused() {
    let app = open().await;
    for uri in [
        "https://*.rp1.test/cb",
        "https://rp1.test/.*",
        "http://localhost.evil.test/cb",
        "http://127.0.0.1.evil.test/cb",
        "http://localhost@evil.test/",
        "http://rp1.test/cb",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\tjavascript:alert(1)",
        "\0javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://rp1.test/x",
        "file:///etc/passwd",
        "https://rp1.test/cb#x",
        "https://rp1.test\\@evil.test/",
        "https:rp1.test/cb",
        "/cb",
        "",
    ] {
        let reply = register(&app, &json!({ "redirect_uris": ["https://rp1.test/ok", uri] })).await;
        let body = reply.expect_error("invalid_redirect_uri");
        assert!(!body.to_string().contains("alert"), "{body}");
    }
    let none = register(&app, &json!({})).await;
    none.expect_error("invalid_redirect_uri");
}

/// Security: D16
#[tokio::test]
async fn what_a_stranger_may_not_set_is_refused_and_named() {
    let app = open().await;
    let private = json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB" }] });
    let symmetric = json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] });
    let cases: [(&str, Value); 24] = [
        ("skip_consent", json!(true)),
        ("operator_name", json!("Your bank")),
        ("lifetimes", json!({ "access_token": 86_400 })),
        ("profile", json!("oidc")),
        ("resources", json!(["https://api.test"])),
        ("federated_credentials", json!([])),
        ("token_exchange", json!({})),
        ("rotate_refresh_tokens", json!(false)),
        ("access_token_format", json!("opaque")),
        ("grant_types", json!(["client_credentials"])),
        (
            "grant_types",
            json!(["urn:ietf:params:oauth:grant-type:token-exchange"]),
        ),
        ("grant_types", json!(["password"])),
        ("grant_types", json!("authorization_code")),
        ("scope", json!("openid admin")),
        ("response_types", json!(["token"])),
        ("token_endpoint_auth_method", json!("magic")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("logo_uri", json!("javascript:alert(1)")),
        ("policy_uri", json!("data:text/html,x")),
        ("client_uri", json!("http://rp1.test/")),
        ("jwks", private),
        ("jwks", symmetric),
        ("default_max_age", json!("soon")),
    ];
    for (member, value) in cases {
        let mut metadata = json!({ "redirect_uris": ["https://rp1.test/cb"] });
        metadata[member] = value;
        let body = register(&app, &metadata)
            .await
            .expect_error("invalid_client_metadata");
        let said = body["error_description"].as_str().unwrap();
        assert!(said.contains(member), "{member}: {said}");
    }
    let metadata = json!({ "redirect_uris": ["https://rp1.test/cb"], "software_statement": "a.b.c" });
    let reply = register(&app, &metadata).await;
    reply.expect_error("unapproved_software_statement");
}

#[tokio::test]
async fn a_body_that_is_not_one_json_object_is_refused() {
    let app = open().await;
    for (kind, body) in [
        ("application/json", "[]"),
        ("application/json", "{"),
        ("application/json", ""),
        ("application/json", "\"x\""),
        (
            "application/x-www-form-urlencoded",
            "redirect_uris=https%3A%2F%2Fa.test",
        ),
        ("text/plain", "{}"),
    ] {
        let reply = app.post_text("/register", kind, body).await;
        reply.expect_error("invalid_client_metadata");
    }
    let long = format!("{{\"client_name\":\"{}\"}}", "x".repeat(1 << 20));
    let reply = app.post_text("/register", "application/json", long).await;
    reply.expect_error_with(413, "invalid_client_metadata");
    let deep = "[".repeat(50_000);
    let reply = app.post_text("/register", "application/json", deep).await;
    reply.expect_error("invalid_client_metadata");
    assert_eq!(app.get("/register").await.status, 405);
}
