//! What the product is for, once through, with nothing of ours but the server.

use openidconnect::core::CoreErrorResponseType;

use crate::browser::application::Application;
use crate::browser::chromium::Chromium;
use crate::harness::TestApp;

#[tokio::test]
async fn an_application_loses_its_tokens_when_an_admin_revokes_the_family() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let admin = app.admin().create().await;
    let ledger = Application::register(&app, "Ledger").await;

    // a person signs in
    let person = Chromium::start().await;
    let begun = ledger.begin();
    person.goto(&begun.url).await;
    assert_eq!(person.text("h1").await, "Sign in to Ledger");
    person.sign_in(&alice).await;
    person.click("#approve").await;
    person.at(&ledger.callback.redirect_uri()).await;
    let answer = ledger.callback.answer().await;
    let mut who = ledger.finish(begun, &answer).await;
    assert_eq!(who.claims.subject().as_str(), alice.id.as_str());
    let info = ledger.user_info(&who).await;
    let email = info.email().map(|email| email.as_str().to_owned());
    assert_eq!(email.as_deref(), Some("alice@people.test"));
    ledger.refresh(&mut who).await.expect("fresh tokens");

    // an admin sees it and ends it
    let console = Chromium::start().await;
    console.goto(&format!("{}/admin", app.issuer())).await;
    console.sign_in(&admin).await;
    console.click("nav.side a[href='/admin/families']").await;
    let row = console.text("#results tbody tr").await;
    assert!(row.contains("alice Example") && row.contains("Ledger"), "{row}");
    console.click("#results tbody tr td:first-child a").await;
    console.click("a[data-dialog=revoke]").await;
    console.click("dialog[open] button.danger").await;
    let done = console.text(".flash").await;
    assert!(done.contains("revoked"), "{done}");
    let state = console.text(".pagehead .badge").await;
    assert!(state.starts_with("Ended"), "{state}");

    // the application notices
    let refused = ledger.refresh(&mut who).await;
    assert_eq!(refused, Err(CoreErrorResponseType::InvalidGrant));
    person.close().await;
    console.close().await;
}
