//! Clients that registered themselves and were never used are deleted; others stay.

use gatepost::domain::audit::Context;
use gatepost::domain::client::ClientOrigin;
use gatepost::ops;
use gatepost::ops::registration;

use crate::harness::Registered;
use crate::harness::TestApp;

#[tokio::test]
async fn only_clients_from_outside_that_were_never_used_go_after_their_time() {
    let app = TestApp::with(&[("registration.mode", "open"), ("registration.unused_after", "1d")]).await;
    let (used, unused) = (Registered::web(&app).await, Registered::web(&app).await);
    let by_operator = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    browser.tokens(&used.rp(), "openid").await;
    let context = Context::job("test");
    assert_eq!(registration::remove_unused(app.ops(), &context).await.unwrap(), 0);
    app.advance(86_400 + 60);
    let young = Registered::web(&app).await;
    assert_eq!(registration::remove_unused(app.ops(), &context).await.unwrap(), 1);
    assert!(unused.stored().await.is_none());
    for client in [&used, &young] {
        let stored = client.stored().await.expect("still there");
        assert_eq!(stored.provenance.origin, ClientOrigin::Dynamic);
    }
    by_operator.refresh("x").await.expect_error("invalid_grant");
}

#[tokio::test]
async fn a_use_is_noted_once_and_only_where_it_matters() {
    let app = TestApp::with(&[("registration.mode", "open")]).await;
    let client = Registered::web(&app).await;
    let by_operator = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    browser.tokens(&client.rp(), "openid").await;
    browser.tokens(&by_operator, "openid").await;
    let first = client.stored().await.unwrap().provenance.used_at;
    assert!(first.is_some());
    app.advance(60);
    browser.tokens(&client.rp(), "openid").await;
    assert_eq!(client.stored().await.unwrap().provenance.used_at, first);
    let id = &by_operator.client_id;
    let stored = gatepost::store::clients::find(&app.ops().db, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.provenance.used_at, None);
    assert!(
        !ops::clients::set_enabled(app.ops(), &app.operator(), id, true)
            .await
            .unwrap()
    );
}
