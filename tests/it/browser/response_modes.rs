//! Answers on their way to other origins, which our own content security policy must let through.

use std::collections::BTreeMap;

use fantoccini::wd::WindowHandle;

use crate::browser::application::Application;
use crate::browser::chromium::Chromium;
use crate::harness::TestApp;

#[tokio::test]
async fn two_tabs_finished_in_reverse_order_each_go_to_their_own_application() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let ledger = Application::register(&app, "Ledger").await;
    let board = Application::register(&app, "Board").await;
    let chromium = Chromium::start().await;

    // both wait at the sign-in page; the second by form_post
    let first = ledger.begin();
    chromium.goto(&first.url).await;
    let first_tab = chromium.client.window().await.expect("a window");
    let second = board.begin_form_post();
    let tab = chromium.client.new_window(true).await.expect("a tab");
    let second_tab = tab.handle;
    let switch = async |to: &WindowHandle| {
        let switched = chromium.client.switch_to_window(to.clone()).await;
        switched.expect("the tab is open");
    };
    switch(&second_tab).await;
    chromium.goto(&second.url).await;
    assert_eq!(chromium.text("h1").await, "Sign in to Board");

    chromium.sign_in(&alice).await;
    chromium.click("#approve").await;
    chromium.at(&board.callback.redirect_uri()).await;
    let answer = board.callback.answer().await;
    assert!(answer.by_post, "{answer:?}");
    let who = board.finish(second, &answer).await;
    assert_eq!(who.claims.subject().as_str(), alice.id.as_str());
    assert!(ledger.callback.is_silent().await);

    switch(&first_tab).await;
    assert_eq!(chromium.text("h1").await, "Sign in to Ledger");
    chromium.sign_in(&alice).await;
    assert!(chromium.text("h1").await.contains("Ledger"));
    chromium.click("#approve").await;
    chromium.at(&ledger.callback.redirect_uri()).await;
    let answer = ledger.callback.answer().await;
    assert!(!answer.by_post, "{answer:?}");
    ledger.finish(first, &answer).await;

    // "Don't allow" leads to the other origin as well, and so does signing out
    let begun = board.begin_form_post();
    chromium.goto(&format!("{}&prompt=consent", begun.url)).await;
    chromium.click("#deny").await;
    chromium.at(&board.callback.redirect_uri()).await;
    let refused: BTreeMap<String, String> = board.callback.answer().await.params;
    assert_eq!(
        refused.get("error").map(String::as_str),
        Some("access_denied"),
        "{refused:?}"
    );
    let bye = format!("{}/bye", ledger.callback.address);
    let id = ledger.rp.client_id.as_str();
    let logout = format!(
        "{}/logout?client_id={id}&post_logout_redirect_uri={bye}",
        app.issuer()
    );
    chromium.goto(&logout).await;
    chromium.click("#logout").await;
    chromium.at(&bye).await;
    chromium.close().await;
}
