//! What is asked for in particular: RFC 9396.

use serde_json::Value;
use serde_json::json;

use crate::harness::Browser;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::api_settings;

const API: &str = "https://bank.test";

fn pay(amount: &str) -> Value {
    json!({"type": "payment", "actions": ["initiate"], "locations": [API], "amount": {"value": amount, "currency": "EUR"}})
}

async fn scene(consent: bool) -> (TestApp, Rp, Browser) {
    let app = TestApp::start().await;
    app.api(api_settings(
        API,
        &["accounts"],
        &["payment Make a payment", "account"],
    ))
    .await;
    let rp = app.client().scope("openid offline_access accounts").but(|m| {
        m.skip_consent = !consent;
        m.resources = vec![API.to_owned()];
        m.authorization_details_types = vec!["payment".to_owned(), "unknown".to_owned()];
        m.grant_types.push("client_credentials".to_owned());
    });
    let rp = rp.create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, rp, browser)
}

#[tokio::test]
async fn what_was_granted_is_in_the_answer_the_token_and_introspection() {
    let (_, rp, mut browser) = scene(false).await;
    let both = json!([pay("12.00"), pay("7.50")]);
    let request = rp
        .request("openid offline_access")
        .with("authorization_details", &both.to_string());
    let code = browser.code(&request).await;
    let reply = rp.redeem(&code).await;
    let tokens = reply.expect_tokens();
    assert_eq!(reply.json()["authorization_details"], both);
    assert_eq!(tokens.access_claims()["authorization_details"], both);
    assert_eq!(
        rp.introspect(&tokens.access).await.json()["authorization_details"],
        both
    );
    // a part of it, and never more
    let refresh = |details: Value| {
        let (rp, token) = (rp.clone(), tokens.refresh().to_owned());
        async move {
            let details = details.to_string();
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
                ("authorization_details", &details),
            ];
            rp.token(&form).await
        }
    };
    refresh(json!([pay("12.01")]))
        .await
        .expect_error("invalid_authorization_details");
    refresh(json!([{"type": "account"}]))
        .await
        .expect_error("invalid_authorization_details");
    let part = refresh(json!([pay("7.50")])).await;
    assert_eq!(
        part.expect_tokens().access_claims()["authorization_details"],
        json!([pay("7.50")])
    );
    assert_eq!(part.json()["authorization_details"], json!([pay("7.50")]));
    let next = rp.refresh(part.expect_tokens().refresh()).await;
    assert_eq!(next.json()["authorization_details"], both);
    let plain = browser.authorize(&rp, "openid").await;
    let reply = rp.redeem(&plain).await;
    assert!(reply.json().get("authorization_details").is_none(), "{reply}");
}

#[tokio::test]
async fn a_code_is_exchanged_for_a_part_of_what_was_granted_and_never_for_more() {
    let (_, rp, mut browser) = scene(false).await;
    let both = json!([pay("12.00"), pay("7.50")]).to_string();
    let code = browser
        .code(&rp.request("openid").with("authorization_details", &both))
        .await;
    let (part, more) = (json!([pay("7.50")]).to_string(), json!([pay("8.00")]).to_string());
    let with = |details: &str| {
        let (rp, code, details) = (rp.clone(), code.clone(), details.to_owned());
        async move {
            let mut form = code.form();
            form.push(("authorization_details", &details));
            rp.token(&form).await
        }
    };
    with(&more).await.expect_error("invalid_authorization_details");
    let tokens = with(&part).await.expect_tokens();
    assert_eq!(
        tokens.access_claims()["authorization_details"],
        json!([pay("7.50")])
    );
}

#[tokio::test]
async fn malformed_and_unregistered_details_are_refused_everywhere() {
    let (_, rp, mut browser) = scene(false).await;
    let long = json!([{"type": "payment", "x": "y".repeat(17_000)}]).to_string();
    let wrong = [
        "{}",
        "[",
        "[1]",
        r#"[{"type":"account"}]"#,
        r#"[{"type":"unknown"}]"#,
        r#"[{"type":"payment","actions":"a"}]"#,
        &long,
    ];
    for details in wrong {
        let request = rp.request("openid").with("authorization_details", details);
        let reply = browser.open(&request).await;
        request.expect_refusal(&reply, "invalid_authorization_details");
        let form = [
            ("grant_type", "client_credentials"),
            ("authorization_details", details),
        ];
        rp.token(&form)
            .await
            .expect_error("invalid_authorization_details");
    }
    // longer than other parameters may be
    let details = json!([{"type": "payment", "x": "y".repeat(12_000)}]).to_string();
    let code = browser
        .code(&rp.request("openid").with("authorization_details", &details))
        .await;
    rp.redeem(&code).await.expect_tokens();
}

#[tokio::test]
async fn a_client_acting_for_itself_may_name_details() {
    let (_, rp, _) = scene(false).await;
    let details = json!([pay("1.00")]);
    let text = details.to_string();
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", API),
        ("authorization_details", &text),
    ];
    let reply = rp.token(&form).await;
    assert_eq!(
        reply.expect_tokens().access_claims()["authorization_details"],
        details
    );
    assert_eq!(reply.json()["authorization_details"], details);
}

#[tokio::test]
async fn the_person_sees_every_detail_and_is_asked_each_time() {
    let (_, rp, mut browser) = scene(true).await;
    let plain = rp.request("openid accounts");
    let shown = browser.open(&plain).await;
    assert!(
        shown.page().form_with("approve").value("remember").is_some(),
        "scopes are remembered"
    );
    browser.allow(shown).await;
    browser.code(&rp.request("openid accounts")).await;
    for amount in ["12.00", "12.00", "13.00"] {
        let details = json!([pay(amount)]).to_string();
        let request = rp
            .request("openid accounts")
            .with("authorization_details", &details);
        let silent = request.clone().with("prompt", "none");
        let reply = browser.open(&silent).await;
        silent.expect_refusal(&reply, "consent_required");
        let page = browser.open(&request).await;
        let text = page.page().text();
        for words in [
            "Make a payment",
            "Actions: initiate",
            "Where: https://bank.test",
            amount,
            "EUR",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(page.page().form_with("approve").value("remember").is_none());
        let reply = browser.allow(page).await;
        let tokens = rp.redeem(&request.code_of(&reply)).await.expect_tokens();
        assert_eq!(
            tokens.access_claims()["authorization_details"],
            json!([pay(amount)])
        );
    }
    let request = rp
        .request("openid")
        .with("authorization_details", &json!([pay("1")]).to_string());
    let page = browser.open(&request).await.page();
    let denied = browser.submit(page.form_with("deny")).await;
    request.expect_refusal(&denied, "access_denied");
}

#[tokio::test]
async fn a_type_taken_from_the_client_is_not_given_again() {
    let (app, rp, mut browser) = scene(false).await;
    let details = json!([pay("1")]).to_string();
    let request = rp
        .request("openid offline_access")
        .with("authorization_details", &details);
    let code = browser.code(&request).await;
    let tokens = rp.redeem(&code).await.expect_tokens();
    rp.change(&app, |m| m.authorization_details_types = Vec::new())
        .await;
    let reply = rp.refresh(tokens.refresh()).await;
    assert!(
        reply
            .expect_tokens()
            .access_claims()
            .get("authorization_details")
            .is_none()
    );
    assert!(reply.json().get("authorization_details").is_none());
}
