//! When the person is asked, and for what.

use crate::harness::TestApp;
use crate::protocol::authorize::signed_in;

#[tokio::test]
async fn without_a_session_the_request_leads_to_the_sign_in_page() {
    let (app, rp, ..) = signed_in().await;
    let page = app.browser().open(&rp.request("openid")).await.page();
    assert!(page.has("username") && page.has("password") && page.has("submit"));
    assert!(page.text().contains("Ledger"));
}

/// Security: J10, J11
/// Certification: oidcc-prompt-none-not-logged-in
#[tokio::test]
async fn prompt_none_never_shows_a_page() {
    let (app, rp, alice, mut browser) = signed_in().await;
    let silent = rp.request("openid").with("prompt", "none");
    let reply = app.browser().open(&silent).await;
    silent.expect_refusal(&reply, "login_required");

    let first = browser.tokens(&rp, "openid").await.id_claims();
    app.advance(120);
    let code = browser.code(&silent).await;
    let second = rp.redeem(&code).await.expect_tokens().id_claims();
    assert_eq!(second["sub"], alice.id.as_str());
    assert_eq!(first["auth_time"], second["auth_time"]);

    let asking = app.client().named("Asking").asks_consent().create().await;
    let silent = asking.request("openid").with("prompt", "none");
    let reply = browser.open(&silent).await;
    silent.expect_refusal(&reply, "consent_required");
}

/// Security: J11
/// Certification: oidcc-prompt-login
#[tokio::test]
async fn prompt_login_asks_for_the_password_again_once_and_moves_auth_time() {
    let (app, rp, alice, mut browser) = signed_in().await;
    let first = browser.tokens(&rp, "openid").await.id_claims();
    app.advance(60);
    let request = rp.request("openid").with("prompt", "login");
    let page = browser.open(&request).await;
    assert!(page.page().has("password"), "{page}");
    let reply = browser.fill_in(&page, &alice).await;
    let second = rp
        .redeem(&request.code_of(&reply))
        .await
        .expect_tokens()
        .id_claims();
    assert!(second["auth_time"].as_i64() >= first["auth_time"].as_i64().map(|t| t + 60));
}

/// Security: J9, J11
#[tokio::test]
async fn coming_back_without_the_password_does_not_satisfy_prompt_login() {
    let (app, rp, _, mut browser) = signed_in().await;
    app.advance(60);
    let page = browser.open(&rp.request("openid").with("prompt", "login")).await;
    let tx = page.page().form_with("password").value("tx").unwrap().to_owned();
    let again = browser.get(&format!("/authorize/{tx}")).await;
    assert!(again.page().has("password"), "{again}");
}

/// Security: J11
/// Certification: oidcc-max-age-1, oidcc-max-age-10000
#[tokio::test]
async fn max_age_asks_again_only_when_the_sign_in_is_older() {
    let (app, rp, alice, mut browser) = signed_in().await;
    app.advance(2);
    let request = rp.request("openid").with("max_age", "1");
    let page = browser.open(&request).await;
    assert!(page.page().has("password"), "{page}");
    let reply = browser.fill_in(&page, &alice).await;
    let fresh = rp
        .redeem(&request.code_of(&reply))
        .await
        .expect_tokens()
        .id_claims();
    let request = rp.request("openid").with("max_age", "10000");
    let code = browser.code(&request).await;
    let same = rp.redeem(&code).await.expect_tokens().id_claims();
    assert_eq!(fresh["auth_time"], same["auth_time"]);
    assert!(same["auth_time"].is_i64());
}

/// Security: J11
#[tokio::test]
async fn max_age_is_refused_silently_with_prompt_none() {
    let (app, rp, _, mut browser) = signed_in().await;
    app.advance(100);
    let request = rp.request("openid").with("max_age", "10").with("prompt", "none");
    let reply = browser.open(&request).await;
    request.expect_refusal(&reply, "login_required");
}

/// Security: J11
#[tokio::test]
async fn a_max_age_of_zero_asks_also_within_the_same_second() {
    let (_, rp, alice, mut browser) = signed_in().await;
    let request = rp.request("openid").with("max_age", "0");
    let page = browser.open(&request).await;
    assert!(page.page().has("password"), "{page}");
    let reply = browser.fill_in(&page, &alice).await;
    request.code_of(&reply);
    let silent = request.with("prompt", "none");
    let reply = browser.open(&silent).await;
    silent.expect_refusal(&reply, "login_required");
}

/// Security: J10
#[tokio::test]
async fn a_public_client_on_the_same_machine_is_asked_for_every_time() {
    let (app, _, _, mut browser) = signed_in().await;
    for uri in [
        "http://127.0.0.1/cb",
        "com.example.app:/cb",
        "https://app.test/cb",
    ] {
        let rp = app
            .client()
            .public()
            .asks_consent()
            .redirect_uri(uri)
            .create()
            .await;
        let silent = rp.request("openid").with("prompt", "none");
        let reply = browser.open(&silent).await;
        silent.expect_refusal(&reply, "consent_required");
        let request = rp.request("openid");
        let page = browser.open(&request).await;
        let form = page.page().form_with("approve").with("remember", "on");
        let reply = browser.submit(form).await;
        request.code_of(&reply);
        // anybody can listen there, so what was allowed once says nothing about the next one who asks
        let again = browser.open(&rp.request("openid")).await;
        let asked = again.status == 200 && again.page().has("approve");
        assert_eq!(asked, !uri.starts_with("https:"), "{uri}: {again}");
        let more = browser.open(&rp.request("openid email")).await;
        assert!(more.page().has("approve"), "{uri}: {more}");
    }
}

#[tokio::test]
async fn the_clients_default_max_age_counts_when_the_request_names_none() {
    let (app, _, _, mut browser) = signed_in().await;
    let strict = app
        .client()
        .named("Strict")
        .but(|m| m.default_max_age = Some(30))
        .create()
        .await;
    browser.authorize(&strict, "openid").await;
    app.advance(60);
    let page = browser.open(&strict.request("openid")).await;
    assert!(page.page().has("password"), "{page}");
}

/// Certification: oidcc-id-token-hint, oidcc-prompt-none-logged-in
#[tokio::test]
async fn an_id_token_hint_names_who_must_answer() {
    let (app, rp, alice, mut browser) = signed_in().await;
    let hint = browser.tokens(&rp, "openid").await.id().to_owned();
    let silent = rp
        .request("openid")
        .with("prompt", "none")
        .with("id_token_hint", &hint);
    let code = browser.code(&silent).await;
    assert_eq!(
        rp.redeem(&code).await.expect_tokens().id_claims()["sub"],
        alice.id.as_str()
    );

    let bob = app.user("bob").create().await;
    let mut bobs = app.browser();
    bobs.sign_in(&bob).await;
    let reply = bobs.open(&silent).await;
    silent.expect_refusal(&reply, "login_required");
    // an expired hint is as good
    app.advance(7200);
    let reply = bobs.open(&silent).await;
    silent.expect_refusal(&reply, "login_required");
}

#[tokio::test]
async fn prompt_consent_asks_also_a_client_that_skips_it() {
    let (_, rp, _, mut browser) = signed_in().await;
    let page = browser
        .open(&rp.request("openid").with("prompt", "consent"))
        .await;
    assert!(page.page().has("approve") && page.page().has("deny"), "{page}");
}

/// Security: J10
#[tokio::test]
async fn consent_is_asked_once_and_again_for_more() {
    let (app, _, _, mut browser) = signed_in().await;
    let rp = app.client().named("Asking").asks_consent().create().await;
    let request = rp.request("openid email");
    let page = browser.open(&request).await;
    assert!(page.page().has("approve"), "{page}");
    let reply = browser.allow(page).await;
    request.code_of(&reply);
    let again = rp.request("openid");
    let reply = browser.open(&again).await;
    again.code_of(&reply);
    let more = browser.open(&rp.request("openid email phone")).await;
    assert!(more.page().has("approve"), "{more}");
}

#[tokio::test]
async fn whoever_does_not_allow_it_goes_back_with_access_denied() {
    let (app, _, _, mut browser) = signed_in().await;
    let rp = app.client().named("Asking").asks_consent().create().await;
    let request = rp.request("openid");
    let page = browser.open(&request).await.page();
    let reply = browser.submit(page.form_with("deny")).await;
    request.expect_refusal(&reply, "access_denied");
}

#[tokio::test]
async fn select_account_shows_who_is_signed_in() {
    let (app, rp, alice, mut browser) = signed_in().await;
    let request = rp.request("openid").with("prompt", "select_account");
    let page = browser.open(&request).await;
    assert!(page.text().contains("alice@people.test"), "{page}");
    let form = page
        .page()
        .forms
        .into_iter()
        .find(|f| f.action == "/login/accounts")
        .unwrap();
    let account = page
        .text()
        .split("name=\"account\" value=\"")
        .nth(1)
        .unwrap()
        .to_owned();
    let account = account.split('"').next().unwrap();
    let reply = browser.submit(form.clone().with("account", account)).await;
    let code = request.code_of(&reply);
    assert_eq!(
        rp.redeem(&code).await.expect_tokens().id_claims()["sub"],
        alice.id.as_str()
    );
    // an account of another browser is not to be had
    let bob = app.user("bob").create().await;
    let mut bobs = app.browser();
    bobs.sign_in(&bob).await;
    let page = bobs
        .open(&rp.request("openid").with("prompt", "select_account"))
        .await;
    let form = page
        .page()
        .forms
        .into_iter()
        .find(|f| f.action == "/login/accounts")
        .unwrap();
    let reply = bobs.submit(form.with("account", account)).await;
    assert!(!reply.location().contains("code="), "{reply}");
}

#[tokio::test]
async fn with_two_accounts_the_person_chooses() {
    let (app, rp, _, mut browser) = signed_in().await;
    let bob = app.user("bob").create().await;
    browser.sign_in(&bob).await;
    let page = browser.open(&rp.request("openid")).await;
    assert!(
        page.text().contains("alice@people.test") && page.text().contains("bob@people.test"),
        "{page}"
    );
}

/// Certification: oidcc-login-hint
#[tokio::test]
async fn a_login_hint_is_filled_in() {
    let (app, rp, ..) = signed_in().await;
    let request = rp.request("openid").with("login_hint", "buffy@id.test");
    let page = app.browser().open(&request).await.page();
    assert_eq!(
        page.form_with("username").value("username"),
        Some("buffy@id.test")
    );
}

/// Certification: oidcc-ui-locales
#[tokio::test]
async fn ui_locales_choose_the_language() {
    let (app, rp, ..) = signed_in().await;
    let request = rp.request("openid").with("ui_locales", "se de en");
    let page = app.browser().open(&request).await;
    assert!(page.text().contains("<html lang=\"de\""), "{page}");
}

#[tokio::test]
async fn a_request_left_lying_too_long_says_so() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    let page = browser.open(&rp.request("openid")).await;
    app.advance(app.ops().config.login.transaction_lifetime.as_secs() + 1);
    browser.fill_in(&page, &alice).await.expect_error_page("expired");
}

#[tokio::test]
async fn an_account_disabled_meanwhile_gets_no_code() {
    let (_, rp, alice, mut browser) = signed_in().await;
    alice.disable().await;
    let reply = browser.open(&rp.request("openid")).await;
    assert!(reply.page().has("password"), "{reply}");
}
