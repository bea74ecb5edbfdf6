//! What an admin or the person takes away is gone from tokens that exist and from the next ones.

use gatepost::ops;
use gatepost::ops::clients::SaveClient;
use gatepost::ops::roles::Assigned;
use gatepost::ops::tokens::FamiliesOf;

use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;

async fn scene() -> (TestApp, Rp, Person, Browser) {
    let app = TestApp::start().await;
    let rp = app.client().asks_consent().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, rp, alice, browser)
}

/// Security: C10
#[tokio::test]
async fn an_application_that_a_person_removes_from_the_account_page_loses_its_tokens() {
    let (_, rp, _, mut browser) = scene().await;
    let request = rp.request("openid offline_access");
    let page = browser.open(&request).await;
    let reply = browser
        .submit(page.page().form_with("approve").with("remember", "on"))
        .await;
    let tokens = rp.redeem(&request.code_of(&reply)).await.expect_tokens();
    let page = browser.get("/account/applications").await.page();
    let form = page
        .forms
        .into_iter()
        .find(|f| f.value("client_id") == Some(rp.client_id.as_str()));
    browser.submit(form.expect("the application is listed")).await;
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    assert!(!rp.is_active(&tokens.access).await);
    let page = browser.open(&rp.request("openid offline_access")).await;
    assert!(page.page().has("approve"), "{page}");
}

/// Security: C13
#[tokio::test]
async fn a_scope_taken_from_a_client_is_not_in_its_next_tokens() {
    for taken in ["email", "offline_access"] {
        let (app, rp, _, mut browser) = scene().await;
        let tokens = browser.tokens(&rp, "openid email offline_access").await;
        let mut metadata = rp.metadata.clone();
        let kept: Vec<&str> = metadata.scope.iter().filter(|scope| *scope != taken).collect();
        metadata.scope = kept.join(" ").parse().expect("a scope");
        let saved = ops::clients::update(app.ops(), &app.operator(), &rp.client_id, metadata).await;
        assert!(matches!(saved, Ok(SaveClient::Saved(..))));
        let reply = rp.refresh(tokens.refresh()).await;
        if taken == "offline_access" {
            reply.expect_error("invalid_grant");
            continue;
        }
        let next = reply.expect_tokens();
        assert!(
            !next.scope.split(' ').any(|scope| scope == taken),
            "{}",
            next.scope
        );
        let info = rp.userinfo(&next.access).await.json();
        assert!(info.get("email").is_none(), "{info}");
    }
}

/// Security: C14
#[tokio::test]
async fn a_group_that_a_person_has_left_is_not_in_the_next_tokens() {
    let (app, rp, alice, mut browser) = scene().await;
    // an installation without any admin lets nobody be taken from a group
    app.admin().create().await;
    let group = alice.join("finance").await;
    let tokens = browser.tokens(&rp, "openid groups offline_access").await;
    assert_eq!(tokens.access_claims()["groups"], serde_json::json!(["finance"]));
    let left = ops::groups::remove_member(app.ops(), &app.operator(), &group, &alice.id).await;
    assert_eq!(left.expect("the database answers"), Assigned::Done);
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(next.access_claims()["groups"], serde_json::json!([]));
    let info = rp.userinfo(&next.access).await.json();
    assert!(info["groups"].as_array().is_none_or(Vec::is_empty), "{info}");
}

/// Security: E7
#[tokio::test]
async fn whichever_ways_of_revoking_meet_nothing_stays_active() {
    for turn in 0..4 {
        let (app, rp, alice, mut browser) = scene().await;
        let tokens = browser.tokens(&rp, "openid offline_access").await;
        let next = rp.refresh(tokens.refresh()).await.expect_tokens();
        let operator = app.operator();
        let everywhere = ops::sessions::end_all(app.ops(), &operator, &alice.id, None);
        let at_client = FamiliesOf::UserAtClient(alice.id.clone(), rp.client_id.clone());
        let there = ops::tokens::revoke_all(app.ops(), &operator, &at_client);
        match turn {
            0 => drop((everywhere.await, there.await)),
            1 => drop((there.await, everywhere.await)),
            2 => drop(tokio::join!(everywhere, there)),
            _ => drop((rp.revoke(&next.access).await, rp.revoke(next.refresh()).await)),
        }
        for token in [&tokens.access, &next.access] {
            assert!(!rp.is_active(token).await, "turn {turn}");
            rp.userinfo(token).await.expect_error("invalid_token");
        }
        for token in [tokens.refresh(), next.refresh()] {
            assert!(!rp.is_active(token).await, "turn {turn}");
            rp.refresh(token).await.expect_error("invalid_grant");
        }
    }
}
