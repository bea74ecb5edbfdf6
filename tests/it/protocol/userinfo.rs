//! Claims about the person: OIDC Core §5.3, RFC 6750.

use axum::body::Body;
use axum::http::Method;
use gatepost::domain::user::Address;
use gatepost::domain::user::Profile;
use serde_json::Value;
use serde_json::json;

use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;

fn everything() -> Profile {
    let text = |t: &str| Some(t.to_owned());
    Profile {
        given_name: text("Alice"),
        family_name: text("Example"),
        middle_name: text("M"),
        nickname: text("Al"),
        profile: text("https://people.test/alice"),
        picture: text("https://people.test/alice.png"),
        website: text("https://alice.test"),
        gender: text("female"),
        birthdate: text("1990-02-03"),
        zoneinfo: text("Europe/Berlin"),
        locale: text("en-GB"),
        phone_number: text("+49 30 1234"),
        phone_number_verified: Some(false),
        address: Some(Address {
            street_address: text("1 High Street"),
            country: text("DE"),
            ..Address::default()
        }),
    }
}

async fn scene(scope: &str) -> (TestApp, Rp, Tokens) {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").profile(everything()).create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, scope).await;
    (app, rp, tokens)
}

async fn claims(scope: &str) -> Value {
    let (_, rp, tokens) = scene(scope).await;
    rp.userinfo(&tokens.access).await.json()
}

fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

/// Certification: oidcc-scope-profile, oidcc-scope-email, oidcc-scope-address, oidcc-scope-phone,
/// oidcc-scope-all
#[tokio::test]
async fn each_scope_releases_its_claims_and_no_other() {
    let profile = [
        "birthdate",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "picture",
        "preferred_username",
        "profile",
        "sub",
        "updated_at",
        "website",
        "zoneinfo",
    ];
    for (scope, expected) in [
        ("openid", ["sub"].as_slice()),
        ("openid profile", &profile),
        ("openid email", &["email", "email_verified", "sub"]),
        ("openid phone", &["phone_number", "phone_number_verified", "sub"]),
        ("openid address", &["address", "sub"]),
    ] {
        assert_eq!(members(&claims(scope).await), expected, "{scope}");
    }
}

/// Certification: oidcc-scope-all
#[tokio::test]
async fn claims_have_the_json_types_of_the_specification() {
    let all = claims("openid profile email phone address").await;
    assert_eq!(
        (&all["email_verified"], &all["phone_number_verified"]),
        (&json!(true), &json!(false))
    );
    let updated = all["updated_at"].as_i64().expect("a number");
    assert!(updated > 631_152_000, "{updated}");
    assert_eq!(
        all["address"],
        json!({ "street_address": "1 High Street", "country": "DE" })
    );
    for (name, value) in all.as_object().unwrap() {
        assert!(
            !value.is_null() && *value != json!("") && *value != json!("null"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_is_not_known_is_left_out() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let bare = app.user("bare").but(|u| {
        u.email = None;
        u.name = None;
    });
    let bare = bare.create().await;
    let mut browser = app.browser();
    browser.sign_in(&bare).await;
    let tokens = browser.tokens(&rp, "openid profile email phone address").await;
    let all = rp.userinfo(&tokens.access).await.json();
    assert_eq!(members(&all), ["preferred_username", "sub", "updated_at"]);
}

async fn post(app: &TestApp, bearer: Option<&str>, form: &[(&str, &str)]) -> Reply {
    let body: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let empty = body.is_empty();
    let mut request = app.request(Method::POST, "/userinfo", Body::from(body));
    let headers = request.headers_mut();
    if !empty {
        headers.insert(
            "content-type",
            "application/x-www-form-urlencoded".parse().expect("ASCII"),
        );
    }
    if let Some(token) = bearer {
        headers.insert("authorization", format!("Bearer {token}").parse().expect("ASCII"));
    }
    app.send(request).await
}

/// Certification: oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body
#[tokio::test]
async fn the_token_comes_in_the_header_or_in_a_posted_form() {
    let (app, rp, tokens) = scene("openid").await;
    let by_get = rp.userinfo(&tokens.access).await.json();
    assert_eq!(by_get["sub"], tokens.id_claims()["sub"]);
    assert_eq!(post(&app, Some(&tokens.access), &[]).await.json(), by_get);
    assert_eq!(
        post(&app, None, &[("access_token", &tokens.access)]).await.json(),
        by_get
    );
}

/// Security: E9
#[tokio::test]
async fn a_token_in_the_query_or_twice_is_not_taken() {
    let (app, _, tokens) = scene("openid").await;
    let reply = app
        .get(&format!("/userinfo?access_token={}", tokens.access))
        .await;
    reply.expect_error("invalid_token");
    let twice = post(&app, Some(&tokens.access), &[("access_token", &tokens.access)]).await;
    twice.expect_error("invalid_request");
}

/// Security: E2, C16
#[tokio::test]
async fn a_bad_token_is_challenged_and_told_why() {
    let (_, rp, tokens) = scene("openid offline_access").await;
    let cut = &tokens.access[..tokens.access.len() - 2];
    for bad in ["", "x", "a.b.c", cut, tokens.id(), tokens.refresh()] {
        let reply = rp.userinfo(bad).await;
        reply.expect_error("invalid_token");
        let challenge = reply.header("www-authenticate");
        assert!(
            challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""),
            "{challenge}"
        );
    }
}

#[tokio::test]
async fn without_a_token_the_challenge_names_no_error() {
    let (app, ..) = scene("openid").await;
    let reply = app.get("/userinfo").await;
    assert_eq!(reply.status, 401);
    let challenge = reply.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer ") && !challenge.contains("error="),
        "{challenge}"
    );
}

#[tokio::test]
async fn a_token_without_openid_does_not_reach_here() {
    let (_, rp, tokens) = scene("email").await;
    rp.userinfo(&tokens.access)
        .await
        .expect_error("insufficient_scope");
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let (app, rp, tokens) = scene("openid").await;
    app.advance(tokens.expires_in + 1);
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
}

#[tokio::test]
async fn the_answer_is_not_kept_by_caches() {
    let (_, rp, tokens) = scene("openid").await;
    assert_eq!(
        rp.userinfo(&tokens.access).await.header("cache-control"),
        "no-store"
    );
}
