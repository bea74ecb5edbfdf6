//! Failures are counted exactly, and a window that ends starts anew.

use gatepost::domain::lifetime::Lifetime;
use gatepost::store;

use crate::harness::TestApp;
use crate::store::at_once;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn failures_at_the_same_time_are_all_counted() {
    let app = TestApp::start().await;
    let now = app.clock.now();
    let until = now + Lifetime::from_minutes(5);
    at_once(40, || {
        let app = app.clone();
        async move {
            store::throttle::fail(&app.ops().db, "account x", now, until)
                .await
                .expect("counted");
        }
    })
    .await;
    let counted = store::throttle::failures(&app.ops().db, "account x", now).await;
    assert_eq!(counted.unwrap(), Some((40, until)));
}

#[tokio::test]
async fn a_window_that_has_ended_starts_anew() {
    let app = TestApp::start().await;
    let db = &app.ops().db;
    let start = app.clock.now();
    let window = Lifetime::from_minutes(5);
    for _ in 0..3 {
        store::throttle::fail(db, "x", start, start + window)
            .await
            .unwrap();
    }
    let later = start + Lifetime::from_minutes(6);
    assert_eq!(store::throttle::failures(db, "x", later).await.unwrap(), None);
    store::throttle::fail(db, "x", later, later + window)
        .await
        .unwrap();
    let counted = store::throttle::failures(db, "x", later).await.unwrap();
    assert_eq!(counted, Some((1, later + window)));
    store::throttle::clear(db, "x").await.unwrap();
    assert_eq!(store::throttle::failures(db, "x", later).await.unwrap(), None);
}
