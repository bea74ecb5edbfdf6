//! The code flow, and what an application does with its tokens.

use gatepost::domain::client::AuthMethod;
use serde_json::Value;
use serde_json::json;

use crate::harness::TestApp;
use crate::node::Description;
use crate::node::LIBRARIES;
use crate::node::code;
use crate::node::code_with;
use crate::node::play;
use crate::node::visit;

/// The step at this place, which must have this name and have succeeded.
#[track_caller]
fn ok<'a>(done: &'a Value, index: usize, step: &str) -> &'a Value {
    let found = &done["steps"][index];
    assert_eq!(found["step"], step, "{done:#}");
    assert!(found["ok"].is_object(), "{found:#}");
    &found["ok"]
}

/// The step at this place, which must have this name and have been refused so.
#[track_caller]
fn refused(done: &Value, index: usize, step: &str, error: &str) {
    let found = &done["steps"][index];
    assert_eq!(found["step"], step, "{done:#}");
    assert_eq!(found["refused"]["error"], error, "{found:#}");
}

#[tokio::test]
async fn both_libraries_sign_a_person_in_however_the_client_proves_itself() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let methods = [
        AuthMethod::ClientSecretBasic,
        AuthMethod::ClientSecretPost,
        AuthMethod::None,
    ];
    for (library, method) in LIBRARIES.iter().flat_map(|l| methods.map(|m| (l, m))) {
        let rp = app.client().method(method).create().await;
        let about = Description::of(&app, &rp, library)
            .with("scope", "openid email offline_access")
            .with("max_age", 300)
            .with(
                "logout_params",
                json!({ "post_logout_redirect_uri": "https://ledger.test/bye", "state": "s1" }),
            )
            .then(&[
                "userinfo",
                "refresh",
                "userinfo",
                "introspect",
                "logout",
                "revoke",
                "refresh",
                "userinfo",
            ]);
        let mut browser = app.browser();
        let done = code(&mut browser, &alice, &about).await.expect("tokens");

        assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
        assert!(done["claims"]["auth_time"].is_i64(), "{done:#}");
        assert_eq!(ok(&done, 0, "userinfo")["email"], "alice@people.test");
        let renewed = ok(&done, 1, "refresh");
        assert_ne!(renewed["refresh_token"], done["tokens"]["refresh_token"]);
        assert_eq!(renewed["claims"]["sub"], alice.id.as_str(), "{renewed:#}");
        ok(&done, 2, "userinfo");
        if method == AuthMethod::None {
            refused(&done, 3, "introspect", "invalid_client");
        } else {
            let described = ok(&done, 3, "introspect");
            assert_eq!(
                (&described["active"], &described["sub"]),
                (&true.into(), &alice.id.as_str().into())
            );
        }
        ok(&done, 5, "revoke");
        refused(&done, 6, "refresh", "invalid_grant");
        refused(&done, 7, "userinfo", "invalid_token");

        // the address it signs the person out with
        let url = ok(&done, 4, "logout")["url"].as_str().expect("an address");
        let left = browser.get(url).await;
        assert_eq!(left.location(), "https://ledger.test/bye?state=s1", "{left}");
        assert!(browser.get("/account").await.page().has("password"));
    }
}

#[tokio::test]
async fn both_libraries_lose_every_token_when_a_refresh_token_comes_twice() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let rp = app.client().create().await;
    for library in LIBRARIES {
        let about = Description::of(&app, &rp, library)
            .with("scope", "openid offline_access")
            .then(&[
                "refresh",
                "refresh",
                "wait:for the grace window",
                "refresh_first",
                "refresh",
                "userinfo",
            ]);
        let later = async |_: &str| app.advance(60);
        let done = code_with(&mut app.browser(), &alice, &about, later).await;
        let done = done.expect("tokens");
        ok(&done, 0, "refresh");
        ok(&done, 1, "refresh");
        refused(&done, 2, "refresh_first", "invalid_grant");
        refused(&done, 3, "refresh", "invalid_grant");
        refused(&done, 4, "userinfo", "invalid_token");
    }
}

#[tokio::test]
async fn both_libraries_read_every_response_mode_and_either_discovery_document() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let rp = app.client().create().await;
    for library in LIBRARIES {
        for (member, value) in [
            ("params", json!({ "response_mode": "form_post" })),
            ("params", json!({ "response_mode": "query" })),
            ("discovery", json!("oauth2")),
        ] {
            let about = Description::of(&app, &rp, library).with(member, value.clone());
            let done = code(&mut app.browser(), &alice, &about).await;
            let done = done.unwrap_or_else(|e| panic!("{library} {value}: {e:#}"));
            assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
        }
    }
}

#[tokio::test]
async fn both_libraries_understand_every_refusal() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let rp = app.client().create().await;
    for library in LIBRARIES {
        let about = Description::of(&app, &rp, library);
        let cases = [
            (
                "login_required",
                about.clone().with("params", json!({ "prompt": "none" })),
            ),
            ("invalid_request", about.clone().with("pkce", false)),
            (
                "invalid_request",
                about.clone().with("params", json!({ "prompt": "none login" })),
            ),
            ("invalid_client", about.clone().with("client_secret", "wrong")),
            (
                "invalid_client",
                about
                    .clone()
                    .with("auth", "client_secret_post")
                    .with("client_secret", "wrong"),
            ),
        ];
        for (error, about) in cases {
            let refused = code(&mut app.browser(), &alice, &about).await;
            let refused = refused.expect_err(error);
            assert_eq!(refused["error"], error, "{library}: {refused:#}");
            assert!(refused["error_description"].is_string(), "{library}: {refused:#}");
        }
    }
}

#[tokio::test]
async fn both_libraries_are_told_that_a_code_came_too_late() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let rp = app.client().create().await;
    for library in LIBRARIES {
        let about = Description::of(&app, &rp, library);
        let mut browser = app.browser();
        let late = play("code", about.json(), async |_, url| {
            let answer = visit(&mut browser, &alice, url.as_str().expect("an address")).await;
            app.advance(61);
            answer
        });
        let refused = late.await.expect_err("too late");
        assert_eq!(refused["error"], "invalid_grant", "{refused:#}");
    }
}

#[tokio::test]
async fn both_libraries_ask_for_tokens_in_their_own_name() {
    let app = TestApp::serve().await;
    let rp = app.client().grants(&["client_credentials"]).create().await;
    for library in LIBRARIES {
        let about = Description::of(&app, &rp, library).then(&["introspect", "revoke_access", "introspect"]);
        let done = play("client_credentials", about.json(), async |_, _| json!({})).await;
        let done = done.expect("tokens");
        assert_eq!(done["tokens"]["token_type"], "bearer", "{done:#}");
        assert_eq!(ok(&done, 0, "introspect")["client_id"], rp.client_id.as_str());
    }
}
