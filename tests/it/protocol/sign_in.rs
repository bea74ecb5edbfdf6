//! Signing in: throttled, silent about who exists, and with a new session id.

use axum::http::StatusCode;

use crate::harness::Browser;
use crate::harness::Reply;
use crate::harness::TestApp;

async fn attempt(browser: &mut Browser, username: &str, password: &str) -> Reply {
    let page = browser.get("/login?other=1").await;
    let form = page.page().form_with("password");
    browser
        .submit_once(form.set("username", username).set("password", password))
        .await
}

/// What a person sees, without what differs between any two answers.
fn seen(reply: &Reply) -> (StatusCode, String) {
    (reply.status, reply.page().text())
}

#[tokio::test]
async fn unknown_wrong_and_disabled_look_the_same() {
    let app = TestApp::start().await;
    app.user("alice").create().await;
    let bob = app.user("bobby").create().await;
    bob.disable().await;
    let mut browser = app.browser();
    let wrong = seen(&attempt(&mut browser, "alice", "wrong password").await);
    assert_eq!(wrong.0, 422);
    assert_eq!(
        seen(&attempt(&mut browser, "nobod", "wrong password").await),
        wrong
    );
    assert_eq!(seen(&attempt(&mut browser, "bobby", &bob.password).await), wrong);
    assert_eq!(
        seen(&attempt(&mut browser, "bobby", "wrong password").await),
        wrong
    );
}

#[tokio::test]
async fn an_account_is_throttled_after_its_failures_known_or_not() {
    let app = TestApp::with(&[("login.account_failures", "3")]).await;
    let alice = app.user("alice").create().await;
    let mut pages = Vec::new();
    for name in ["alice", "nobod"] {
        let mut browser = app.browser();
        for _ in 0..3 {
            assert_eq!(attempt(&mut browser, name, "wrong").await.status, 422);
        }
        let reply = attempt(&mut browser, name, &alice.password).await;
        assert_eq!(reply.status, 429, "{reply}");
        assert!(reply.header("retry-after").parse::<u64>().unwrap() > 0);
        pages.push(seen(&reply));
    }
    assert_eq!(pages[0], pages[1]);
    // another spelling of the name and another address are the same account
    let mut elsewhere = app.browser().at([198, 51, 100, 9]);
    assert_eq!(
        attempt(&mut elsewhere, " ALICE ", &alice.password).await.status,
        429
    );
    app.advance(app.ops().config.login.account_window.as_secs() + 1);
    assert_eq!(
        attempt(&mut app.browser(), "alice", &alice.password).await.status,
        303
    );
}

#[tokio::test]
async fn an_address_is_throttled_whatever_the_accounts_and_others_are_not() {
    let app = TestApp::with(&[("login.address_failures", "4")]).await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser().at([203, 0, 113, 7]);
    for number in 0..4 {
        assert_eq!(
            attempt(&mut browser, &format!("name{number}"), "wrong")
                .await
                .status,
            422
        );
    }
    assert_eq!(attempt(&mut browser, "alice", &alice.password).await.status, 429);
    let mut other = app.browser().at([203, 0, 113, 8]);
    assert_eq!(attempt(&mut other, "alice", &alice.password).await.status, 303);
}

#[tokio::test]
async fn an_untrusted_forwarded_address_changes_nothing() {
    let app = TestApp::with(&[("login.address_failures", "2")]).await;
    for number in 0..2 {
        attempt(&mut app.browser(), &format!("name{number}"), "wrong").await;
    }
    let mut request = app.request(axum::http::Method::GET, "/login", axum::body::Body::empty());
    request
        .headers_mut()
        .insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
    assert_eq!(app.send(request).await.status, 200);
    assert_eq!(attempt(&mut app.browser(), "name9", "wrong").await.status, 429);
}

#[tokio::test]
async fn a_success_forgets_the_failures() {
    let app = TestApp::with(&[("login.account_failures", "3")]).await;
    let alice = app.user("alice").create().await;
    for _ in 0..3 {
        for _ in 0..2 {
            assert_eq!(attempt(&mut app.browser(), "alice", "wrong").await.status, 422);
        }
        assert_eq!(
            attempt(&mut app.browser(), "alice", &alice.password).await.status,
            303
        );
    }
}

/// Security: J1
#[tokio::test]
async fn the_session_id_is_new_after_sign_in_and_the_old_one_is_worth_nothing() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    let page = browser.get("/login").await;
    let mut planted = browser.clone();
    browser.fill_in(&page, &alice).await;
    assert_ne!(browser.cookies, planted.cookies);
    let reply = planted.get("/account").await;
    assert!(reply.page().has("password"), "{reply}");
    assert_eq!(browser.get("/account").await.status, 200);
}

#[tokio::test]
async fn people_sign_in_by_user_name_or_mail_address_in_any_case() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    for name in [
        "alice",
        "ALICE",
        "alice@people.test",
        "Alice@People.Test",
        " alice ",
    ] {
        let reply = attempt(&mut app.browser(), name, &alice.password).await;
        assert_eq!(reply.status, 303, "{name}: {reply}");
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_at_the_latest_after_its_lifetime() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let login = &app.ops().config.login;
    app.advance(login.session_idle_lifetime.as_secs() + 1);
    assert!(browser.get("/account").await.page().has("password"));

    browser.sign_in(&alice).await;
    let (idle, whole) = (
        login.session_idle_lifetime.as_secs(),
        login.session_absolute_lifetime.as_secs(),
    );
    let mut passed = 0;
    while passed < whole {
        app.advance(idle / 2);
        passed += idle / 2;
        browser.get("/account").await;
    }
    app.advance(1);
    assert!(browser.get("/account").await.page().has("password"));
}

/// Security: J14
#[tokio::test]
async fn a_person_ends_another_session_of_theirs() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let (mut here, mut there) = (app.browser(), app.browser());
    here.sign_in(&alice).await;
    there.sign_in(&alice).await;
    let page = here.get("/account/sessions").await.page();
    let form = page
        .forms
        .iter()
        .find(|f| f.action == "/account/sessions/end-others");
    here.submit(form.expect("the button").clone()).await;
    assert!(there.get("/account").await.page().has("password"));
    assert_eq!(here.get("/account").await.status, 200);
    assert!(!here.get("/account").await.page().has("password"));
}
