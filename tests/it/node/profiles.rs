//! What only careful applications use: keys instead of secrets, pushed and signed requests, signed answers, bound tokens.

use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::Profile;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use serde_json::json;

use crate::harness::Rp;
use crate::harness::TestApp;
use crate::node::Description;
use crate::node::LIBRARIES;
use crate::node::code;
use crate::node::keys::KeyPair;

/// A client with the key of the pair.
async fn keyed(app: &TestApp, pair: &KeyPair) -> Rp {
    let keys = json!({ "keys": [pair.public] });
    let client = app.client().method(AuthMethod::PrivateKeyJwt);
    client.but(|m| m.jwks = Some(keys)).create().await
}

#[tokio::test]
async fn both_libraries_push_sign_and_bind_their_requests() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let pair = KeyPair::make("ES256", "k1").await;
    let (plain, keyed) = (app.client().create().await, keyed(&app, &pair).await);
    let cases: [(&Rp, Value); 6] = [
        (&plain, json!({ "par": true })),
        (&plain, json!({ "jarm": true })),
        (&plain, json!({ "dpop": "ES256", "dpop_jkt": true })),
        (&keyed, json!({ "par": true, "dpop": "ES256" })),
        (&keyed, json!({ "jar": true })),
        (&keyed, json!({ "par": true, "jar": true, "jarm": true })),
    ];
    for (library, (rp, members)) in LIBRARIES.iter().flat_map(|l| cases.iter().map(move |c| (l, c))) {
        let mut about = Description::of(&app, rp, library)
            .with("scope", "openid email offline_access")
            .with("key", pair.private.clone())
            .then(&["userinfo", "refresh", "userinfo"]);
        for (name, value) in members.as_object().expect("members") {
            about = about.with(name, value.clone());
        }
        let done = code(&mut app.browser(), &alice, &about).await;
        let done = done.unwrap_or_else(|e| panic!("{library} {members}: {e:#}"));
        assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
        for step in done["steps"].as_array().expect("steps") {
            assert!(step["ok"].is_object(), "{library} {members}: {step:#}");
        }
        let kind = if members["dpop"].is_null() {
            "bearer"
        } else {
            "dpop"
        };
        assert_eq!(done["tokens"]["token_type"], kind, "{done:#}");
    }
}

#[tokio::test]
async fn both_libraries_prove_themselves_by_keys_of_every_algorithm_and_by_a_secret_as_a_key() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    for alg in SigningAlg::ALL {
        let pair = KeyPair::make(alg.as_str(), "k1").await;
        let rp = keyed(&app, &pair).await;
        for library in LIBRARIES {
            let about = Description::of(&app, &rp, library).with("key", pair.private.clone());
            let done = code(&mut app.browser(), &alice, &about).await;
            let done = done.unwrap_or_else(|e| panic!("{library} {alg}: {e:#}"));
            assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
        }
    }
    let rp = app.client().method(AuthMethod::ClientSecretJwt).create().await;
    for library in LIBRARIES {
        let done = code(&mut app.browser(), &alice, &Description::of(&app, &rp, library)).await;
        let done = done.unwrap_or_else(|e| panic!("{library}: {e:#}"));
        assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
    }
}

#[tokio::test]
async fn both_libraries_keep_to_the_profiles_of_fapi() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let pair = KeyPair::make("ES256", "k1").await;
    for profile in [Profile::Fapi2, Profile::Fapi2MessageSigning] {
        let keys = json!({ "keys": [pair.public] });
        let client = app.client().method(AuthMethod::PrivateKeyJwt).but(|m| {
            m.jwks = Some(keys);
            m.profile = profile;
            m.dpop_bound_access_tokens = true;
        });
        let rp = client.create().await;
        let signing = profile == Profile::Fapi2MessageSigning;
        for library in LIBRARIES {
            let about = Description::of(&app, &rp, library)
                .with("scope", "openid offline_access")
                .with("key", pair.private.clone())
                .with(
                    "metadata",
                    json!({ "id_token_signed_response_alg": "PS256",
                    "authorization_signed_response_alg": "PS256" }),
                )
                .with("par", true)
                .with("jar", signing)
                .with("jarm", signing)
                .with("dpop", "ES256")
                .then(&["userinfo", "refresh"]);
            let done = code(&mut app.browser(), &alice, &about).await;
            let done = done.unwrap_or_else(|e| panic!("{library} {profile:?}: {e:#}"));
            assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
            let renewed = &done["steps"][1]["ok"];
            assert_eq!(renewed["token_type"], "dpop", "{done:#}");
            let next = &renewed["refresh_token"];
            assert!(
                next.is_null() || *next == done["tokens"]["refresh_token"],
                "it is not rotated: {done:#}"
            );
        }
    }
}

#[tokio::test]
async fn tokens_from_the_authorization_endpoint_are_what_the_libraries_expect() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let rp = app.client().every_response_type().create().await;
    let kinds = [
        ("openid-client", "code id_token"),
        ("oauth4webapi", "code id_token"),
        ("openid-client", "id_token"),
    ];
    for (library, kind) in kinds {
        let about = Description::of(&app, &rp, library)
            .with("scope", "openid email")
            .with("response_type", kind)
            .with("pkce", kind != "id_token");
        let done = code(&mut app.browser(), &alice, &about).await;
        let done = done.unwrap_or_else(|e| panic!("{library} {kind}: {e:#}"));
        assert_eq!(done["claims"]["sub"], alice.id.as_str(), "{done:#}");
    }
}
