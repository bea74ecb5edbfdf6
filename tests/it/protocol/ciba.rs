//! Requests without a browser (CIBA), as a person answers them on the account page.

use gatepost::domain::client::CIBA_GRANT;
use gatepost::domain::client::DeliveryMode;

use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;

async fn shop(app: &TestApp) -> Rp {
    let client = app
        .client()
        .named("Shop")
        .grants(&[CIBA_GRANT, "authorization_code"]);
    client
        .but(|m| m.backchannel_token_delivery_mode = Some(DeliveryMode::Poll))
        .create()
        .await
}

async fn ask(rp: &Rp, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![("scope", "openid profile")];
    form.extend_from_slice(more);
    rp.post("/backchannel_authentication", &form).await
}

fn id(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{reply}");
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.json()["auth_req_id"].as_str().expect("an id").to_owned()
}

async fn poll(rp: &Rp, id: &str) -> Reply {
    rp.token(&[("grant_type", CIBA_GRANT), ("auth_req_id", id)]).await
}

#[tokio::test]
async fn a_person_answers_on_their_account_page() {
    let app = TestApp::start().await;
    let rp = shop(&app).await;
    let (alice, bob) = (app.user("alice").create().await, app.user("bob").create().await);
    let (mut hers, mut his) = (app.browser(), app.browser());
    hers.sign_in(&alice).await;
    his.sign_in(&bob).await;
    let first = id(&ask(
        &rp,
        &[("login_hint", "alice"), ("binding_message", "Order <4711>")],
    )
    .await);
    poll(&rp, &first).await.expect_error("authorization_pending");
    poll(&rp, &first).await.expect_error("slow_down");
    assert!(
        hers.get("/account")
            .await
            .page()
            .text()
            .contains("1 application waits")
    );
    let page = hers.get("/account/requests").await;
    assert!(
        page.page().text().contains("Shop") && page.text().contains("Order &#60;4711&#62;"),
        "{page}"
    );
    let [deny, allow] = &page
        .page()
        .forms
        .iter()
        .filter(|f| f.action.contains("/requests/"))
        .cloned()
        .collect::<Vec<_>>()[..]
    else {
        unreachable!("two forms")
    };
    // it is hers alone
    assert!(!his.get("/account/requests").await.text().contains("Shop"));
    let own = his.get("/account/password").await.page().form_with("submit");
    let token = own.value("csrf").expect("a form of ours").to_owned();
    his.submit(allow.clone().set("csrf", &token)).await;
    app.advance(20);
    poll(&rp, &first).await.expect_error("authorization_pending");
    let said = hers.submit(allow.clone()).await;
    assert!(said.page().text().contains("Shop may go on now"), "{said}");
    let tokens = poll(&rp, &first).await.expect_tokens();
    assert_eq!(tokens.id_claims()["sub"], alice.id.as_str());
    poll(&rp, &first).await.expect_error("invalid_grant");
    let late = hers.submit(deny.clone()).await;
    assert!(late.page().text().contains("no longer open"), "{late}");
    // an ID token names the person too, and a refusal is one
    let second = id(&ask(&rp, &[("id_token_hint", tokens.id())]).await);
    let page = hers.get("/account/requests").await;
    let deny = page
        .page()
        .forms
        .iter()
        .find(|f| f.value("decision") == Some("deny"))
        .cloned()
        .unwrap();
    hers.submit(deny).await;
    poll(&rp, &second).await.expect_error("access_denied");
    // signing out ends what was allowed in the session
    let out = hers.get("/logout").await;
    hers.submit(out.page().form_with("logout")).await;
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
}

#[tokio::test]
async fn requests_that_are_not_right_are_refused() {
    let app = TestApp::start().await;
    let rp = shop(&app).await;
    let alice = app.user("alice").create().await;
    let bob = app
        .user("bob")
        .but(|input| input.email_verified = false)
        .create()
        .await;
    bob.disable().await;
    app.user("carol")
        .but(|input| input.email_verified = false)
        .create()
        .await;
    let long = "x".repeat(101);
    for (more, error) in [
        (&[][..], "invalid_request"),
        (
            &[("login_hint", "alice"), ("id_token_hint", "x")],
            "invalid_request",
        ),
        (&[("login_hint_token", "x")], "invalid_request"),
        (&[("id_token_hint", "x")], "invalid_request"),
        (&[("login_hint", "nobody")], "unknown_user_id"),
        (&[("login_hint", "bob")], "unknown_user_id"),
        (&[("login_hint", "carol@people.test")], "unknown_user_id"),
        (
            &[("login_hint", "alice"), ("binding_message", &long)],
            "invalid_binding_message",
        ),
        (
            &[("login_hint", "alice"), ("binding_message", "a\u{202e}b")],
            "invalid_binding_message",
        ),
        (
            &[("login_hint", "alice"), ("requested_expiry", "0")],
            "invalid_request",
        ),
        (
            &[("login_hint", "alice"), ("requested_expiry", "soon")],
            "invalid_request",
        ),
        (
            &[("login_hint", "alice"), ("resource", "https://api.test")],
            "invalid_target",
        ),
        (
            &[("login_hint", "alice"), ("request", "x.y.z")],
            "invalid_request",
        ),
    ] {
        ask(&rp, more).await.expect_error(error);
    }
    for (scope, error) in [
        ("profile", "invalid_scope"),
        ("openid admin", "invalid_scope"),
        ("", "invalid_request"),
    ] {
        let form = [("scope", scope), ("login_hint", "alice")];
        rp.post("/backchannel_authentication", &form)
            .await
            .expect_error(error);
    }
    let plain = app.client().named("Plain").create().await;
    ask(&plain, &[("login_hint", "alice")])
        .await
        .expect_error("unauthorized_client");
    let good = id(&ask(
        &rp,
        &[("login_hint", "ALICE@people.test"), ("requested_expiry", "30")],
    )
    .await);
    // who is gone gets nothing any more
    alice.disable().await;
    poll(&rp, &good).await.expect_error("authorization_pending");
    app.advance(31);
    poll(&rp, &good).await.expect_error("expired_token");
}

#[tokio::test]
async fn nobody_answers_for_a_person_unless_the_operator_has_said_so() {
    let app = TestApp::start().await;
    let rp = shop(&app).await;
    app.user("alice").create().await;
    let id = id(&ask(&rp, &[("login_hint", "alice")]).await);
    let hook = app
        .post(&format!("/test/ciba?auth_req_id={id}&action=allow"), &[])
        .await;
    assert_eq!(hook.status, 404);
    poll(&rp, &id).await.expect_error("authorization_pending");
}
