//! The life of a signing key: published, signing, followed by another, gone; with several processes over one database.

use gatepost::crypto::keys::KeyState;
use gatepost::domain::audit::Context;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::ops;
use gatepost::ops::keys::Rotation;

use crate::harness::TestApp;
use crate::store::at_once;

const DAY: u64 = 86_400;

/// Only keys that are made quickly are rotated here, where nothing else is said.
const QUICK: &[SigningAlg] = &[SigningAlg::ES256, SigningAlg::EdDSA];

/// The `kid` that signs in this process.
fn signing(app: &TestApp, alg: SigningAlg) -> Option<String> {
    let keys = app.ops().keys.current();
    keys.active(alg, app.ops().now()).map(|key| key.jwk.kid.clone())
}

fn is_published(app: &TestApp, kid: &str) -> bool {
    let jwks = app.ops().keys.current().jwks_json.clone();
    String::from_utf8_lossy(&jwks).contains(kid)
}

async fn rotate(app: &TestApp, algs: &[SigningAlg]) -> Vec<Rotation> {
    ops::keys::rotate(app.ops(), &app.operator(), algs)
        .await
        .expect("the database answers")
}

async fn reload(app: &TestApp) {
    ops::keys::reload(app.ops()).await.expect("the database answers");
}

#[tokio::test]
async fn a_key_is_published_then_signs_then_retires_and_then_is_gone() {
    let app = TestApp::start().await;
    let other = app.another_process().await;
    let alg = SigningAlg::ES256;
    let old = signing(&app, alg).expect("every algorithm has a key");
    let done = rotate(&app, &[alg]).await;
    let [new] = &done[..] else { panic!("{done:?}") };
    assert!(new.created && new.alg == alg);
    reload(&other).await;
    for app in [&app, &other] {
        assert_eq!(signing(app, alg).as_ref(), Some(&old));
        assert!(is_published(app, &new.kid) && is_published(app, &old));
    }
    let again = rotate(&other, &[alg]).await;
    assert_eq!(again[0].kid, new.kid, "the waiting key is enough");
    assert!(!again[0].created);

    let wait = app.ops().config.keys.publish_before.as_secs();
    assert!(wait >= app.ops().config.keys.jwks_max_age.as_secs());
    app.advance(wait + 1);
    for app in [&app, &other] {
        assert_eq!(
            signing(app, alg).as_ref(),
            Some(&new.kid),
            "without asking the database"
        );
        assert!(is_published(app, &old), "its last tokens are still valid");
    }
    app.advance(DAY);
    for app in [&app, &other] {
        reload(app).await;
        assert!(!is_published(app, &old) && is_published(app, &new.kid));
    }
    // the other algorithms are as they were
    assert_eq!(ops::keys::list(app.ops()).await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_key_that_has_reached_its_age_is_followed_by_another() {
    let app = TestApp::with(&[
        ("keys.rotation_interval", "30d"),
        ("keys.algorithms", "RS256,EdDSA"),
    ])
    .await;
    let other = app.another_process().await;
    let job = Context::job("rotate_keys");
    let due = async |app: &TestApp| {
        ops::keys::rotate_due(app.ops(), &job)
            .await
            .expect("the database answers")
    };
    // the keys of a run are shared: they may be as old as the run; and a new key waits for 15 minutes
    app.advance(30 * DAY - 600);
    assert_eq!(due(&app).await, []);
    // EdDSA alone, earlier than it has to be
    rotate(&app, &[SigningAlg::EdDSA]).await;
    app.advance(601);
    let done = due(&app).await;
    assert_eq!(done.len(), 1, "{done:?}");
    assert!(done[0].created && done[0].alg == SigningAlg::RS256);
    assert_eq!(due(&other).await, [], "another server finds it done");
    assert_eq!(due(&app).await, []);

    let listed = ops::keys::list(app.ops()).await.unwrap();
    let next: Vec<_> = listed.iter().filter(|k| k.state == KeyState::Next).collect();
    assert_eq!(next.len(), 2);
    for key in &next {
        let interval = app.ops().config.keys.rotation_interval.unwrap();
        assert_eq!(key.rotates_at, Some(key.created_at + interval));
    }
    for key in listed.iter().filter(|k| k.state != KeyState::Next) {
        assert_eq!(key.rotates_at, None, "it has been followed already");
    }
}

#[tokio::test]
async fn keys_without_an_interval_are_never_replaced_by_themselves() {
    let app = TestApp::with(&[("keys.rotation_interval", "0s")]).await;
    app.advance(3_650 * DAY);
    let done = ops::keys::rotate_due(app.ops(), &app.operator()).await.unwrap();
    assert_eq!(done, []);
    let listed = ops::keys::list(app.ops()).await.unwrap();
    assert!(listed.iter().all(|key| key.rotates_at.is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_rotate_at_once_make_one_key() {
    let app = TestApp::start().await;
    let apps = [
        app.clone(),
        app.another_process().await,
        app.another_process().await,
    ];
    let turn = std::sync::atomic::AtomicUsize::new(0);
    let results = at_once(9, || {
        let turn = turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let app = apps[turn % apps.len()].clone();
        async move { rotate(&app, QUICK).await }
    })
    .await;
    for alg in QUICK {
        let of_alg: Vec<_> = results.iter().flatten().filter(|r| r.alg == *alg).collect();
        assert_eq!(of_alg.len(), 9);
        assert_eq!(of_alg.iter().filter(|r| r.created).count(), 1, "{of_alg:?}");
        assert!(of_alg.iter().all(|r| r.kid == of_alg[0].kid));
    }
    assert_eq!(ops::keys::list(app.ops()).await.unwrap().len(), 4 + QUICK.len());
}

#[tokio::test]
async fn an_algorithm_that_is_taken_out_stops_signing_and_stays_published_for_its_last_token() {
    let app = TestApp::with(&[("keys.algorithms", "RS256")]).await;
    for alg in SigningAlg::ALL {
        assert_eq!(signing(&app, *alg).is_some(), *alg == SigningAlg::RS256, "{alg}");
    }
    let listed = ops::keys::list(app.ops()).await.unwrap();
    assert_eq!(listed.len(), 4);
    assert!(listed.iter().all(|k| is_published(&app, &k.kid)));
    assert_eq!(rotate(&app, QUICK).await, [], "nor does it get new keys");
    app.advance(DAY + 1);
    reload(&app).await;
    for key in listed {
        assert_eq!(
            is_published(&app, &key.kid),
            key.alg == SigningAlg::RS256,
            "{}",
            key.alg
        );
    }
}
