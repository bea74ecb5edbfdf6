//! The authorization endpoint: OIDC Core §3.1.2, RFC 6749 §4.1, RFC 9700.

mod claims;
mod interaction;
mod parameters;
mod redirect_uri;
mod responses;
mod tabs;

use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;

/// An application, a client, a person, and their browser, signed in.
async fn signed_in() -> (TestApp, Rp, Person, Browser) {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, rp, alice, browser)
}
