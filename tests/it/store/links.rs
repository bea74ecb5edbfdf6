//! A link works once, however many follow it at the same time.

use gatepost::domain::secret::Secret;
use gatepost::domain::user::UserInput;
use gatepost::ops;
use gatepost::ops::links::Reset;
use gatepost::ops::users::SaveUser;

use crate::harness::TestApp;
use crate::store::at_once;

fn token_of(url: &Secret<String>) -> Secret<String> {
    let (_, token) = url.expose().split_once("token=").expect("the link has a token");
    Secret::new(token.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_uses_of_one_reset_link_one_sets_the_password() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let link = ops::links::make_reset_link(app.ops(), &app.operator(), &alice.id).await;
    let token = token_of(&link.unwrap().expect("alice exists").url);
    let results = at_once(10, || {
        let (app, token) = (app.clone(), token.clone());
        async move {
            let password = Secret::new("another long enough phrase".to_owned());
            ops::links::complete_reset(app.ops(), &app.operator(), &token, password)
                .await
                .expect("the database answers")
        }
    })
    .await;
    let done = results.iter().filter(|r| **r == Reset::Done).count();
    let gone = results.iter().filter(|r| **r == Reset::Gone).count();
    assert_eq!((done, gone), (1, 9), "{results:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_uses_of_one_set_up_link_one_makes_an_admin() {
    let app = TestApp::start().await;
    let token = token_of(&ops::bootstrap::make_setup_link(app.ops()).await.unwrap().url);
    let results = at_once(10, || {
        let (app, token) = (app.clone(), token.clone());
        async move {
            let input = UserInput {
                username: format!("admin-{}", &crate::harness::fresh()[..8].replace(['-', '_'], "x")),
                email: None,
                email_verified: false,
                name: None,
                profile: gatepost::domain::user::Profile::default(),
            };
            let password = Secret::new("another long enough phrase".to_owned());
            ops::bootstrap::complete_setup(app.ops(), &app.operator(), &token, input, password)
                .await
                .expect("the database answers")
        }
    })
    .await;
    let saved = results.iter().filter(|r| matches!(r, SaveUser::Saved(_))).count();
    assert_eq!(saved, 1, "{results:?}");
}

#[tokio::test]
async fn a_link_that_has_run_out_or_was_replaced_does_nothing() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let (ops, who) = (app.ops(), app.operator());
    let first = ops::links::make_reset_link(ops, &who, &alice.id)
        .await
        .unwrap()
        .unwrap();
    let second = ops::links::make_reset_link(ops, &who, &alice.id)
        .await
        .unwrap()
        .unwrap();
    let first = token_of(&first.url);
    assert!(ops::links::peek_reset(ops, &first).await.unwrap().is_none());
    let second = token_of(&second.url);
    assert!(ops::links::peek_reset(ops, &second).await.unwrap().is_some());
    app.advance(ops.config.login.reset_link_lifetime.as_secs() + 1);
    assert!(ops::links::peek_reset(ops, &second).await.unwrap().is_none());
    let password = Secret::new("another long enough phrase".to_owned());
    let used = ops::links::complete_reset(ops, &who, &second, password)
        .await
        .unwrap();
    assert_eq!(used, Reset::Gone);
}
