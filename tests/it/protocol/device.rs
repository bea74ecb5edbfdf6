//! Device authorization: RFC 8628, from the device's code to its tokens, and what others can do with either.

use gatepost::domain::pending_grant::DEVICE_GRANT;
use serde_json::Value;

use crate::harness::Browser;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;

async fn television(app: &TestApp) -> Rp {
    let client = app.client().named("Television").public();
    client
        .grants(&[DEVICE_GRANT, "refresh_token"])
        .scope("openid profile email offline_access")
        .create()
        .await
}

/// The answer to a device.
pub(crate) struct Code {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
    body: Value,
}

pub(crate) async fn begin(rp: &Rp, scope: &str) -> Code {
    let reply = rp.post("/device_authorization", &[("scope", scope)]).await;
    assert_eq!(reply.status, 200, "{reply}");
    assert_eq!(reply.header("cache-control"), "no-store");
    let body = reply.json();
    let text = |name: &str| body[name].as_str().expect("a text").to_owned();
    Code {
        device_code: text("device_code"),
        user_code: text("user_code"),
        body,
    }
}

pub(crate) async fn poll(rp: &Rp, code: &Code) -> Reply {
    let form = [("grant_type", DEVICE_GRANT), ("device_code", &code.device_code)];
    rp.token(&form).await
}

async fn enter(browser: &mut Browser, user_code: &str) -> Reply {
    let shown = browser.get("/device").await;
    let form = shown.page().form_with("submit").set("user_code", user_code);
    browser.submit(form).await
}

pub(crate) async fn decide(browser: &mut Browser, user_code: &str, button: &str) -> Reply {
    let asked = enter(browser, user_code).await;
    browser.submit(asked.page().form_with(button)).await
}

/// Security: B17, B18
#[tokio::test]
async fn a_person_enters_the_code_sees_who_asks_and_the_device_gets_tokens_once() {
    let app = TestApp::start().await;
    let (rp, alice) = (television(&app).await, app.user("alice").create().await);
    let code = begin(&rp, "openid profile offline_access").await;
    let uri = code.body["verification_uri_complete"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(code.body["verification_uri"], "https://id.test/device");
    assert_eq!(
        (&code.body["expires_in"], &code.body["interval"]),
        (&600.into(), &5.into())
    );
    poll(&rp, &code).await.expect_error("authorization_pending");
    // signing in leads back to the same code, which only fills the field
    let mut browser = app.browser();
    let shown = browser.get(&uri).await;
    let shown = browser.fill_in(&shown, &alice).await;
    let form = shown.page().form_with("submit");
    assert_eq!(form.value("user_code"), Some(code.user_code.as_str()));
    app.advance(5);
    poll(&rp, &code).await.expect_error("authorization_pending");
    let asked = browser.submit(form).await;
    let text = asked.page().text();
    assert!(
        text.contains("Connect Television?") && text.contains("alice Example"),
        "{text}"
    );
    let csp = asked.header("content-security-policy");
    assert!(csp.contains("frame-ancestors 'none'"), "{csp}");
    // neither looking nor a form of somewhere else decides
    let action = asked.page().form_with("approve").action;
    let foreign = [("decision".to_owned(), "allow".to_owned())];
    assert!(
        browser
            .post_once(&action, &foreign)
            .await
            .status
            .is_client_error()
    );
    app.advance(5);
    poll(&rp, &code).await.expect_error("authorization_pending");
    let done = browser.submit(asked.page().form_with("approve")).await;
    assert!(done.page().text().contains("Device connected"), "{done}");
    let tokens = poll(&rp, &code).await.expect_tokens();
    assert_eq!(tokens.id_claims()["sub"], alice.id.as_str());
    assert_eq!(tokens.scope, "openid profile offline_access");
    assert_eq!(rp.userinfo(&tokens.access).await.json()["name"], "alice Example");
    rp.refresh(tokens.refresh()).await.expect_tokens();
    poll(&rp, &code).await.expect_error("invalid_grant");
    // asking twice was no theft, and what was allowed can be taken back
    assert_eq!(rp.userinfo(&tokens.access).await.status, 200);
    assert!(
        browser
            .get("/account/applications")
            .await
            .text()
            .contains("Television")
    );
}

#[tokio::test]
async fn a_device_that_asks_too_often_has_to_wait_longer_from_then_on() {
    let app = TestApp::start().await;
    let rp = television(&app).await;
    let code = begin(&rp, "openid").await;
    poll(&rp, &code).await.expect_error("authorization_pending");
    app.advance(3);
    poll(&rp, &code).await.expect_error("slow_down");
    app.advance(6);
    poll(&rp, &code).await.expect_error("slow_down");
    app.advance(15);
    poll(&rp, &code).await.expect_error("authorization_pending");
    app.advance(600);
    poll(&rp, &code).await.expect_error("expired_token");
}

#[tokio::test]
async fn what_is_not_allowed_is_denied_whatever_comes_later() {
    let app = TestApp::start().await;
    let (rp, alice) = (television(&app).await, app.user("alice").create().await);
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let code = begin(&rp, "openid").await;
    let asked = enter(&mut browser, &code.user_code).await;
    let done = browser.submit(asked.page().form_with("deny")).await;
    assert!(done.page().text().contains("Not allowed"), "{done}");
    let late = browser.submit(asked.page().form_with("approve")).await;
    assert!(late.page().text().contains("Not allowed"), "{late}");
    poll(&rp, &code).await.expect_error("access_denied");
}

/// Security: B17
#[tokio::test]
async fn a_request_belongs_to_the_first_who_enters_its_code() {
    let app = TestApp::start().await;
    let rp = television(&app).await;
    let (alice, bob) = (app.user("alice").create().await, app.user("bob").create().await);
    let (mut hers, mut his) = (app.browser(), app.browser());
    hers.sign_in(&alice).await;
    his.sign_in(&bob).await;
    let code = begin(&rp, "openid").await;
    let asked = enter(&mut hers, &code.user_code).await;
    let refused = enter(&mut his, &code.user_code).await;
    let unknown = enter(&mut his, "BBBB-BBBB").await;
    assert_eq!((refused.status.as_u16(), unknown.status.as_u16()), (422, 422));
    let alert = |reply: &Reply| reply.text().contains("This code is wrong or no longer valid");
    assert!(alert(&refused) && alert(&unknown), "nobody is told which");
    let his_look = his.get(&asked.url).await;
    assert!(alert(&his_look) && !his_look.page().has("approve"), "{his_look}");
    hers.submit(asked.page().form_with("approve")).await;
    let tokens = poll(&rp, &code).await.expect_tokens();
    assert_eq!(tokens.id_claims()["sub"], alice.id.as_str());
}

/// Security: B18
#[tokio::test]
async fn wrong_codes_are_counted_and_a_right_one_is_read_however_it_is_typed() {
    let app = TestApp::start().await;
    let (rp, alice) = (television(&app).await, app.user("alice").create().await);
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let code = begin(&rp, "openid").await;
    let typed = code.user_code.to_lowercase().replace('-', " ");
    assert!(enter(&mut browser, &typed).await.page().has("approve"));
    for _ in 0..10 {
        assert_eq!(enter(&mut browser, "BBBB-BBBB").await.status, 422);
    }
    let slow = enter(&mut browser, &code.user_code).await;
    assert_eq!(slow.status, 429, "{slow}");
    assert_ne!(slow.header("retry-after"), "");
    app.advance(15 * 60);
    let again = begin(&rp, "openid").await;
    assert!(enter(&mut browser, &again.user_code).await.page().has("approve"));
}

/// Security: B10, B15, B18, H7, I12
#[tokio::test]
async fn codes_of_others_and_people_who_are_gone_are_refused() {
    let app = TestApp::start().await;
    let (rp, alice) = (television(&app).await, app.user("alice").create().await);
    let other = app
        .client()
        .named("Radio")
        .public()
        .grants(&[DEVICE_GRANT])
        .create()
        .await;
    let plain = app.client().named("Plain").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let code = begin(&rp, "openid").await;
    decide(&mut browser, &code.user_code, "approve").await;
    poll(&other, &code).await.expect_error("invalid_grant");
    let as_code = [
        ("grant_type", "authorization_code"),
        ("code", code.device_code.as_str()),
    ];
    plain.token(&as_code).await.expect_error("invalid_grant");
    let typed = [
        ("grant_type", DEVICE_GRANT),
        ("device_code", code.user_code.as_str()),
    ];
    rp.token(&typed).await.expect_error("invalid_grant");
    poll(&plain, &code).await.expect_error("unauthorized_client");
    let refused = plain.post("/device_authorization", &[]).await;
    refused.expect_error("unauthorized_client");
    for scope in ["openid admin", "ä"] {
        let reply = rp.post("/device_authorization", &[("scope", scope)]).await;
        reply.expect_error("invalid_scope");
    }
    alice.disable().await;
    poll(&rp, &code).await.expect_error("invalid_grant");
}
