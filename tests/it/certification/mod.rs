//! What the OpenID Foundation's certification plans demand, plan by plan. A test names the modules that it stands for.

mod basic;
mod ciba;
mod config;
mod dynamic;
mod fapi2_clients;
mod fapi2_par;
mod form_post;
mod hybrid;
mod implicit;
pub(crate) mod logout;
mod message_signing;
mod request_objects;
mod third_party_login;

use std::sync::Arc;

use gatepost::crypto::keys;
use gatepost::crypto::keys::KeySet;
use gatepost::crypto::keys::SigningKey;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::domain::user::Profile;

use crate::harness::Answer;
use crate::harness::AuthRequest;
use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;

/// An application, a client that may use every response type, and a person signed in to a browser.
struct Scene {
    app: TestApp,
    rp: Rp,
    alice: Person,
    browser: Browser,
}

impl Scene {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::with(settings).await;
        let rp = app.client().every_response_type().create().await;
        let profile = Profile {
            phone_number: Some("+1 555 0100".to_owned()),
            ..Profile::default()
        };
        let alice = app.user("alice").profile(profile).create().await;
        let mut browser = app.browser();
        browser.sign_in(&alice).await;
        Self {
            app,
            rp,
            alice,
            browser,
        }
    }

    /// Gives the application an active key of each algorithm, beside what it has.
    fn sign_with_every_algorithm(&self) {
        let (ops, now) = (self.app.ops(), self.app.clock.now());
        let mut all: Vec<_> = ops.keys.current().iter().cloned().collect();
        for alg in SigningAlg::FAPI {
            let made = keys::generate(*alg, 2048).expect("a key");
            let key = SigningKey::parse(made.jwk, &made.private_der, now, None).expect("it parses");
            all.push(Arc::new(key));
        }
        ops.keys.replace(KeySet::new(all));
    }

    /// Opens a request, and gives what the client receives.
    async fn ask(&mut self, request: &AuthRequest) -> Answer {
        let reply = self.browser.open(request).await;
        reply.answer(&request.redirect_uri)
    }

    /// As [`Scene::ask`], in a browser where nobody is signed in.
    async fn ask_signed_out(&self, request: &AuthRequest) -> Answer {
        let reply = self.app.browser().open(request).await;
        reply.answer(&request.redirect_uri)
    }
}

/// Every response type that brings tokens through the browser.
const WITH_TOKENS: [&str; 5] = [
    "id_token",
    "id_token token",
    "code id_token",
    "code token",
    "code id_token token",
];

/// The parameters of a successful answer, sorted.
fn expected_names(response_type: &str) -> Vec<&'static str> {
    let has = |word| response_type.split(' ').any(|one| one == word);
    let mut names = vec!["iss", "session_state", "state"];
    if has("code") {
        names.push("code");
    }
    if has("id_token") {
        names.push("id_token");
    }
    if has("token") {
        names.extend(["access_token", "expires_in", "scope", "token_type"]);
    }
    names.sort_unstable();
    names
}
