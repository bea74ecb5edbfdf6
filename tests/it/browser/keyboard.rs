//! Without a mouse.

use fantoccini::key::Key;

use crate::browser::application::Application;
use crate::browser::chromium::Chromium;
use crate::harness::TestApp;

#[tokio::test]
async fn the_keyboard_is_enough() {
    let app = TestApp::serve().await;
    let admin = app.admin().create().await;
    let ledger = Application::register(&app, "Ledger").await;
    let chromium = Chromium::start().await;

    // sign in: the focus starts in the first field, Enter sends
    let begun = ledger.begin();
    chromium.goto(&begun.url).await;
    assert_eq!(chromium.focus().await, "username");
    chromium.write(&admin.username).await;
    tab_to(&chromium, "password").await;
    chromium.write(&admin.password).await;
    chromium.press(Key::Enter).await;
    chromium.find("#approve").await;
    tab_to(&chromium, "approve").await;
    chromium.press(Key::Enter).await;
    chromium.at(&ledger.callback.redirect_uri()).await;
    let answer = ledger.callback.answer().await;
    ledger.finish(begun, &answer).await;

    // a dialog: Enter opens, the focus is inside, Esc closes, the focus returns
    chromium.goto(&format!("{}/admin/families", app.issuer())).await;
    chromium.click("#results tbody tr td:first-child a").await;
    chromium.find("a[data-dialog=revoke]").await;
    tab_to(&chromium, "Revoke family…").await;
    chromium.press(Key::Enter).await;
    chromium.find("dialog[open]").await;
    let inside = "return document.activeElement.closest('dialog') !== null;";
    assert_eq!(chromium.execute(inside).await, true);
    chromium.press(Key::Escape).await;
    chromium.gone("dialog[open]").await;
    assert_eq!(chromium.focus().await, "Revoke family…");

    // "/" leads to the search; the first Tab on a page to the skip link
    chromium.write("/").await;
    assert_eq!(chromium.focus().await, "search-all");
    chromium.goto(&format!("{}/admin/users", app.issuer())).await;
    chromium.press(Key::Tab).await;
    assert_eq!(chromium.focus().await, "Skip to content");
    chromium.press(Key::Enter).await;
    assert_eq!(chromium.focus().await, "main");
    chromium.close().await;
}

/// Presses Tab until the focus is there; every stop on the way must be visible.
async fn tab_to(chromium: &Chromium, target: &str) {
    let mut stops = Vec::new();
    while chromium.focus().await != target {
        chromium.press(Key::Tab).await;
        let outline = "return getComputedStyle(document.activeElement).outlineStyle;";
        assert_ne!(chromium.execute(outline).await, "none", "{stops:?}");
        stops.push(chromium.focus().await);
        assert!(stops.len() < 80, "Tab never comes to {target}: {stops:#?}");
    }
}
