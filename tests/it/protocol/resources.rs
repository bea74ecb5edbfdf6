//! Tokens for registered APIs: RFC 8707.

use gatepost::domain::response_type::ResponseType;
use serde_json::Value;
use serde_json::json;

use crate::harness::Browser;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::api_settings;

const ONE: &str = "https://one.api.test/v1";
const TWO: &str = "https://two.api.test";
const CLOSED: &str = "https://closed.api.test";
const SCOPE: &str = "openid email offline_access read only-one only-two loose";

async fn scene() -> (TestApp, Rp, Browser) {
    let app = TestApp::start().await;
    app.api(api_settings(ONE, &["read See things", "only-one Use one"], &[]))
        .await;
    app.api(api_settings(TWO, &["read", "only-two"], &[])).await;
    app.api(api_settings(CLOSED, &["read"], &[])).await;
    let rp = app.client().scope(SCOPE).but(|m| {
        m.resources = vec![ONE.to_owned(), TWO.to_owned(), "https://gone.test".to_owned()];
        m.grant_types.push("client_credentials".to_owned());
    });
    let rp = rp.create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, rp, browser)
}

fn aud(tokens: &Tokens) -> Value {
    tokens.access_claims()["aud"].clone()
}

/// Security: B19
#[tokio::test]
async fn a_token_is_for_the_apis_that_were_granted_and_for_no_other() {
    let (app, rp, mut browser) = scene().await;
    let request = rp.request("read offline_access only-two").with("resource", ONE);
    let code = browser.code(&request).await;
    for wrong in [TWO, CLOSED, "https://unknown.test", "not a uri", app.issuer()] {
        let mut form = code.form();
        form.push(("resource", wrong));
        let body = rp.token(&form).await.expect_error("invalid_target");
        assert!(!body.to_string().contains("api.test"));
    }
    // a refused target does not use up the code
    let tokens = rp.redeem(&code).await.expect_tokens();
    assert_eq!(
        (aud(&tokens), tokens.scope.as_str()),
        (json!(ONE), "read offline_access")
    );
    let refresh = |resource: &'static str| {
        let (rp, token) = (rp.clone(), tokens.refresh().to_owned());
        async move {
            rp.token(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", &token),
                ("resource", resource),
            ])
            .await
        }
    };
    refresh(TWO).await.expect_error("invalid_target");
    let next = refresh(ONE).await.expect_tokens();
    assert_eq!(
        (aud(&next), next.scope.as_str()),
        (json!(ONE), "read offline_access")
    );
}

#[tokio::test]
async fn several_apis_are_granted_together_and_used_one_by_one() {
    let (app, rp, mut browser) = scene().await;
    let request = rp
        .request(SCOPE)
        .also("resource", ONE)
        .also("resource", TWO)
        .also("resource", ONE);
    let mut code = browser.code(&request).await;
    let all = rp.redeem(&code).await.expect_tokens();
    // with openid the token opens UserInfo too; what no named API offers is left out
    assert_eq!(aud(&all), json!([ONE, TWO, app.issuer()]));
    assert_eq!(all.scope, "openid email offline_access read only-one only-two");
    assert_eq!(rp.userinfo(&all.access).await.status, 200);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", all.refresh()),
        ("resource", TWO),
    ];
    let two = rp.token(&form).await.expect_tokens();
    assert_eq!(
        (aud(&two), two.scope.as_str()),
        (
            json!([TWO, app.issuer()]),
            "openid email offline_access read only-two"
        )
    );
    // narrowing once takes nothing from the grant
    let again = rp.refresh(two.refresh()).await.expect_tokens();
    assert_eq!((aud(&again), again.scope), (aud(&all), all.scope));
    code = browser.code(&rp.request(SCOPE)).await;
    let ours = rp.redeem(&code).await.expect_tokens();
    assert_eq!((aud(&ours), ours.scope.as_str()), (json!(app.issuer()), SCOPE));
}

#[tokio::test]
async fn asking_for_what_is_not_registered_or_not_open_is_refused_at_both_endpoints() {
    let (_, rp, mut browser) = scene().await;
    for wrong in [
        CLOSED,
        "https://gone.test",
        "https://one.api.test/v1/",
        "https://one.api.test/v1#x",
        "/v1",
    ] {
        let request = rp.request("openid").also("resource", ONE).also("resource", wrong);
        let reply = browser.open(&request).await;
        request.expect_refusal(&reply, "invalid_target");
        let form = [("grant_type", "client_credentials"), ("resource", wrong)];
        rp.token(&form).await.expect_error("invalid_target");
    }
}

#[tokio::test]
async fn a_client_acting_for_itself_names_its_apis_too() {
    let (app, rp, _) = scene().await;
    let form = [("grant_type", "client_credentials")];
    assert_eq!(aud(&rp.token(&form).await.expect_tokens()), json!(app.issuer()));
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", TWO),
        ("scope", "read only-one only-two"),
    ];
    let tokens = rp.token(&form).await.expect_tokens();
    assert_eq!(
        (aud(&tokens), tokens.scope.as_str()),
        (json!(TWO), "read only-two")
    );
}

#[tokio::test]
async fn an_implicit_token_is_for_the_named_api_alone() {
    let (app, _, mut browser) = scene().await;
    let rp = app.client().named("Page").scope(SCOPE).but(|m| {
        m.grant_types = vec!["implicit".to_owned()];
        m.response_types = vec![ResponseType::parse("id_token token").unwrap()];
        m.resources = vec![TWO.to_owned()];
    });
    let rp = rp.create().await;
    let request = rp
        .request("openid read only-one only-two")
        .without_pkce()
        .with("response_type", "id_token token");
    let reply = browser.open(&request.with("resource", TWO)).await;
    let params = reply.sent_to(&rp.redirect_uri);
    let claims = crate::harness::decode(&params["access_token"], 1);
    assert_eq!(
        (&claims["aud"], &claims["scope"]),
        (&json!([TWO, app.issuer()]), &json!("openid read only-two"))
    );
    assert_eq!(params["scope"], "openid read only-two");
}

/// Security: E8
#[tokio::test]
async fn a_token_for_another_audience_opens_nothing_here() {
    let (_, rp, mut browser) = scene().await;
    let code = browser
        .code(&rp.request("read email").with("resource", ONE))
        .await;
    let tokens = rp.redeem(&code).await.expect_tokens();
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
}

/// Security: E3
#[tokio::test]
async fn only_the_owner_of_a_token_and_the_api_it_is_for_hear_what_it_says() {
    let (app, rp, mut browser) = scene().await;
    let api = app
        .client()
        .named("Backend")
        .grants(&["client_credentials"])
        .create()
        .await;
    let other = app.client().named("Curious").create().await;
    let mut settings = api_settings("https://three.test", &["read"], &[]);
    settings.client_id = Some(api.client_id.clone());
    app.api(settings).await;
    rp.change(&app, |m| {
        m.resources = vec![ONE.to_owned(), "https://three.test".to_owned()];
    })
    .await;
    let code = browser
        .code(&rp.request("openid read").with("resource", "https://three.test"))
        .await;
    let three = rp.redeem(&code).await.expect_tokens();
    let code = browser
        .code(&rp.request("openid read").with("resource", ONE))
        .await;
    let one = rp.redeem(&code).await.expect_tokens();
    assert_eq!(api.introspect(&three.access).await.json()["scope"], "openid read");
    assert!(rp.is_active(&three.access).await && rp.is_active(&one.access).await);
    assert!(!api.is_active(&one.access).await, "the token is for another API");
    assert!(!other.is_active(&three.access).await && !other.is_active(&one.access).await);
    rp.revoke(&three.access).await;
    assert!(!api.is_active(&three.access).await);
}

#[tokio::test]
async fn what_is_taken_away_is_not_given_again() {
    let (app, rp, mut browser) = scene().await;
    let request = rp
        .request("read offline_access")
        .also("resource", ONE)
        .also("resource", TWO);
    let code = browser.code(&request).await;
    let tokens = rp.redeem(&code).await.expect_tokens();
    rp.change(&app, |m| m.resources = vec![TWO.to_owned()]).await;
    let tokens = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(aud(&tokens), json!(TWO));
    rp.change(&app, |m| m.resources = Vec::new()).await;
    let tokens = rp.refresh(tokens.refresh()).await.expect_tokens();
    // for us alone, and with nothing that opens anything
    assert_eq!(
        (aud(&tokens), tokens.scope.as_str()),
        (json!(app.issuer()), "offline_access")
    );
    rp.userinfo(&tokens.access)
        .await
        .expect_error("insufficient_scope");
}

#[tokio::test]
async fn the_consent_page_says_what_a_scope_of_the_api_means() {
    let (app, _, mut browser) = scene().await;
    let rp = app
        .client()
        .named("Asker")
        .scope(SCOPE)
        .asks_consent()
        .but(|m| m.resources = vec![ONE.to_owned()]);
    let rp = rp.create().await;
    let request = rp.request("openid read only-one loose").with("resource", ONE);
    let text = browser.open(&request).await.page().text();
    for words in ["See things", "Use one", "Use “loose”"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[tokio::test]
async fn an_api_registered_at_another_server_is_known_after_the_next_reload() {
    let (app, rp, mut browser) = scene().await;
    let other = app.another_process().await;
    other
        .api(api_settings("https://late.test", &[], &["visit Pay a visit"]))
        .await;
    rp.change(&app, |m| m.resources = vec!["https://late.test".to_owned()])
        .await;
    let request = rp.request("openid").with("resource", "https://late.test");
    let reply = browser.open(&request).await;
    request.expect_refusal(&reply, "invalid_target");
    let discovery = "/.well-known/openid-configuration";
    assert!(
        app.get(discovery)
            .await
            .json()
            .get("authorization_details_types_supported")
            .is_none()
    );
    gatepost::ops::apis::reload(app.ops()).await.unwrap();
    browser.code(&request).await;
    let types = app.get(discovery).await.json()["authorization_details_types_supported"].clone();
    assert_eq!(types, json!(["visit"]));
}
