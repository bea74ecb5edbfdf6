//! The keys of others, from a real listener: how often it is asked, and what happens when it fails.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header;
use axum::routing::get;
use gatepost::crypto::jose::ForeignError;
use gatepost::crypto::jwt;
use gatepost::crypto::jwt::TokenType;
use gatepost::crypto::keys;
use gatepost::crypto::keys::SigningKey;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::domain::time::Timestamp;
use gatepost::ops::jwks_cache::KeySource;
use gatepost::ops::jwks_cache::Refused;
use gatepost::ops::jwks_cache::verify;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::harness::TestApp;

const ALLOWED: &[SigningAlg] = &[SigningAlg::ES256];

/// What the listener answers: status, `Cache-Control`, body.
type Answer = Arc<Mutex<(u16, String, String)>>;

/// Somebody who publishes keys.
struct Publisher {
    url: String,
    asked: Arc<AtomicUsize>,
    answer: Answer,
    _server: JoinSet<()>,
}

impl Publisher {
    async fn start(keys: &[&SigningKey]) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let answer: Answer = Arc::default();
        let (count, said) = (Arc::clone(&asked), Arc::clone(&answer));
        let serve = async move || {
            count.fetch_add(1, Ordering::Relaxed);
            let (status, cache, body) = said.lock().expect("not poisoned").clone();
            let status = StatusCode::from_u16(status).expect("a status");
            (status, [(header::CACHE_CONTROL, cache)], body)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let router = Router::new().route("/jwks", get(serve));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        let publisher = Self {
            url: format!("http://127.0.0.1:{port}/jwks"),
            asked,
            answer,
            _server: server,
        };
        publisher.publish(keys, "");
        publisher
    }

    fn answer(&self, status: u16, cache: &str, body: &str) {
        *self.answer.lock().expect("not poisoned") = (status, cache.to_owned(), body.to_owned());
    }

    fn publish(&self, keys: &[&SigningKey], cache: &str) {
        self.answer(200, cache, &set(keys).to_string());
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn set(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| &key.jwk).collect::<Vec<_>>() })
}

fn key() -> SigningKey {
    let made = keys::generate(SigningAlg::ES256, 2048).expect("a key");
    SigningKey::parse(made.jwk, &made.private_der, Timestamp::from_secs(0), None).expect("usable")
}

fn token(key: &SigningKey) -> String {
    jwt::sign(key, TokenType::LogoutToken, &json!({"iss": "c"})).expect("signed")
}

async fn app() -> TestApp {
    TestApp::with(&[("fetch.allowed_private", "127.0.0.0/8"), ("fetch.timeout", "2s")]).await
}

async fn seen(app: &TestApp, url: &str, key: &SigningKey) -> Result<(), Refused> {
    verify(app.ops(), KeySource::Url(url), &token(key), ALLOWED)
        .await
        .map(|_| ())
}

#[tokio::test]
async fn keys_are_kept_for_a_minute_or_as_long_as_their_answer_says() {
    let app = app().await;
    let key = key();
    for (cache, kept) in [
        ("", 60),
        ("max-age=3600", 60),
        ("max-age=30", 30),
        ("max-age=1", 10),
        ("no-store", 10),
    ] {
        let publisher = Publisher::start(&[]).await;
        publisher.publish(&[&key], cache);
        seen(&app, &publisher.url, &key).await.unwrap();
        app.advance(kept - 2);
        seen(&app, &publisher.url, &key).await.unwrap();
        assert_eq!(publisher.asked(), 1, "{cache}");
        app.advance(3);
        seen(&app, &publisher.url, &key).await.unwrap();
        assert_eq!(publisher.asked(), 2, "{cache}");
    }
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_in_five_seconds() {
    let app = app().await;
    let (old, new) = (key(), key());
    let publisher = Publisher::start(&[&old]).await;
    seen(&app, &publisher.url, &old).await.unwrap();
    // whoever makes keys up has us ask no more often
    for _ in 0..5 {
        let refused = seen(&app, &publisher.url, &key()).await.unwrap_err();
        assert!(
            matches!(refused, Refused::Token(ForeignError::UnknownKey)),
            "{refused}"
        );
    }
    assert_eq!(publisher.asked(), 1);
    publisher.publish(&[&old, &new], "");
    app.advance(6);
    seen(&app, &publisher.url, &new).await.unwrap();
    for _ in 0..5 {
        seen(&app, &publisher.url, &key()).await.unwrap_err();
    }
    assert_eq!(publisher.asked(), 2);
    // the known key under a foreign signature is no reason to ask
    app.advance(6);
    let forged = format!("{}A", token(&old).trim_end_matches(|c: char| c != '.'));
    verify(app.ops(), KeySource::Url(&publisher.url), &forged, ALLOWED)
        .await
        .unwrap_err();
    assert_eq!(publisher.asked(), 2);
}

#[tokio::test]
async fn a_failure_is_remembered_for_five_seconds() {
    let app = app().await;
    let key = key();
    let private = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}]}"#;
    for (status, body) in [
        (500, ""),
        (302, ""),
        (404, "{}"),
        (200, "no json"),
        (200, "{}"),
        (200, private),
    ] {
        let publisher = Publisher::start(&[]).await;
        publisher.answer(status, "max-age=60", body);
        for _ in 0..3 {
            let refused = seen(&app, &publisher.url, &key).await.unwrap_err();
            assert!(matches!(refused, Refused::Unavailable), "{refused}");
        }
        assert_eq!(publisher.asked(), 1, "{status} {body}");
        publisher.publish(&[&key], "");
        app.advance(6);
        seen(&app, &publisher.url, &key).await.unwrap();
        assert_eq!(publisher.asked(), 2, "{status} {body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_ask_once() {
    let app = app().await;
    let key = Arc::new(key());
    let publisher = Publisher::start(&[&key]).await;
    let mut all = JoinSet::new();
    for _ in 0..20 {
        let (app, key, url) = (app.clone(), Arc::clone(&key), publisher.url.clone());
        all.spawn(async move { seen(&app, &url, &key).await.is_ok() });
    }
    assert!(all.join_all().await.into_iter().all(|ok| ok));
    assert_eq!(publisher.asked(), 1);
}

#[tokio::test]
async fn keys_by_value_need_nobody_else() {
    let app = TestApp::start().await;
    let (known, other) = (key(), key());
    let jwks = set(&[&known]);
    let source = KeySource::Value(&jwks);
    assert!(verify(app.ops(), source, &token(&known), ALLOWED).await.is_ok());
    let refused = verify(app.ops(), source, &token(&other), ALLOWED)
        .await
        .unwrap_err();
    assert!(matches!(refused, Refused::Token(ForeignError::UnknownKey)));
    let broken = json!({"keys": [{"kty": "oct", "k": "AA"}]});
    let refused = verify(app.ops(), KeySource::Value(&broken), &token(&known), ALLOWED).await;
    assert!(matches!(refused.unwrap_err(), Refused::Keys(_)));
    // without a setting, this machine is never asked
    let publisher = Publisher::start(&[&known]).await;
    let refused = seen(&app, &publisher.url, &known).await.unwrap_err();
    assert!(matches!(refused, Refused::Unavailable));
    assert_eq!(publisher.asked(), 0);
}
