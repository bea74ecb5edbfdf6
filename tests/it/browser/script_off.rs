//! The same with JavaScript switched off: every page is a page.

use openidconnect::core::CoreErrorResponseType;

use crate::browser::application::Application;
use crate::browser::chromium::Chromium;
use crate::harness::TestApp;

#[tokio::test]
async fn everything_works_without_script() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let admin = app.admin().create().await;
    let ledger = Application::register(&app, "Ledger").await;

    let person = Chromium::without_script().await;
    let begun = ledger.begin_form_post();
    person.goto(&begun.url).await;
    // with script this button shows
    person.find("button[data-reveal][hidden]").await;
    person.sign_in(&alice).await;
    person.click("#approve").await;
    person.click("#form-post button").await;
    person.find("#arrived").await;
    let answer = ledger.callback.answer().await;
    let mut who = ledger.finish(begun, &answer).await;

    // her own pages and the way out
    person.goto(&format!("{}/account", app.issuer())).await;
    assert_eq!(person.text("h1").await, "Hello, alice Example");
    person.goto(&format!("{}/logout", app.issuer())).await;
    person.click("#logout").await;
    person.find("#again").await;
    person.goto(&format!("{}/account", app.issuer())).await;
    person.find("#password").await;
    person.close().await;

    // the console
    let console = Chromium::without_script().await;
    console.goto(&format!("{}/admin/clients", app.issuer())).await;
    console.sign_in(&admin).await;
    console.click("a[href='/admin/clients/new']").await;
    console.fill("#client_name", "Pay roll").await;
    console.click("input[name=type][value=web]").await;
    console.fill("#redirect_uris", "https://payroll.test/cb").await;
    console.click("main form button.primary").await;
    console.find("#secret[readonly]").await;
    assert_eq!(console.text("h1").await, "Pay roll");

    console.goto(&format!("{}/admin/families", app.issuer())).await;
    console.click("#results tbody tr td:first-child a").await;
    console.click("a[data-dialog=revoke]").await;
    let asked = console.url().await;
    assert!(asked.path().ends_with("/revoke"), "{asked}");
    console.click("main form button.danger").await;
    assert!(console.text(".flash").await.contains("revoked"));
    let refused = ledger.refresh(&mut who).await;
    assert_eq!(refused, Err(CoreErrorResponseType::InvalidGrant));
    console.close().await;
}
