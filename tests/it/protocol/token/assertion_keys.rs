//! Whose key an assertion is signed with: a secret, published keys, an issuer that vouches for the client.

use axum::Router;
use axum::routing::get;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::FederatedCredential;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::domain::trusted_issuer::IssuerKeys;
use gatepost::ops;
use gatepost::ops::trusted_issuers::AddIssuer;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::harness::ASSERTION_TYPE;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::basic;
use crate::harness::key;
use crate::harness::under_secret;
use crate::harness::with_keys;

const ES256: SigningAlg = SigningAlg::ES256;

/// Security: D3
#[tokio::test]
async fn a_secret_makes_assertions_only_for_the_client_registered_so() {
    let app = TestApp::start().await;
    let by = async |name: &str, method| {
        let client = app.client().named(name).method(method);
        client.grants(&["client_credentials"]).create().await
    };
    let rp = by("Jwt", AuthMethod::ClientSecretJwt).await;
    let sign = |rp: &Rp| under_secret(rp.secret.as_deref().unwrap().as_bytes(), &rp.assertion_claims());
    let assertion = sign(&rp);
    rp.assert(&assertion).await.expect_tokens();
    rp.assert(&assertion).await.expect_error("invalid_client");
    let wrong = under_secret(b"not the secret of anybody, but long", &rp.assertion_claims());
    rp.assert(&wrong).await.expect_error("invalid_client");
    let basic_only = by("Basic", AuthMethod::ClientSecretBasic).await;
    basic_only
        .assert(&sign(&basic_only))
        .await
        .expect_error("invalid_client");
    // the secret itself is not taken, and is kept only while the method needs it
    let header = basic(rp.client_id.as_str(), rp.secret.as_deref().unwrap());
    let form = [("grant_type", "client_credentials")];
    rp.post_with("/token", &form, &header)
        .await
        .expect_error("invalid_client");
    let (ops, who) = (app.ops(), app.operator());
    let sealed = async || {
        let stored = gatepost::store::clients::find(&ops.db, &rp.client_id)
            .await
            .unwrap()
            .unwrap();
        stored.secrets.iter().filter(|s| s.sealed.is_some()).count()
    };
    assert_eq!(sealed().await, 1);
    let mut metadata = rp.metadata.clone();
    metadata.token_endpoint_auth_method = AuthMethod::ClientSecretPost;
    ops::clients::update(ops, &who, &rp.client_id, metadata.clone())
        .await
        .unwrap();
    assert_eq!(sealed().await, 0);
    // back again: the old secret is known by its hash only, so there is a new one
    metadata.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
    let saved = ops::clients::update(ops, &who, &rp.client_id, metadata)
        .await
        .unwrap();
    assert!(
        matches!(saved, ops::clients::SaveClient::Saved(_, Some(_))),
        "{saved:?}"
    );
}

/// Certification: oidcc-refresh-token-rp-key-rotation
#[tokio::test]
async fn keys_that_a_client_publishes_are_fetched_and_fetched_anew_for_an_unknown_one() {
    let app = TestApp::with(&[("fetch.allowed_private", "127.0.0.0/8")]).await;
    let published = std::sync::Arc::new(std::sync::Mutex::new(key(ES256).jwks().to_string()));
    let serve = std::sync::Arc::clone(&published);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let router = Router::new().route("/jwks", get(async move || serve.lock().unwrap().clone()));
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, router).await.unwrap() });
    let client = app.client().but(with_keys).grants(&["client_credentials"]);
    let rp = client.create().await;
    let mut metadata = rp.metadata.clone();
    (metadata.jwks, metadata.jwks_uri) = (None, Some(url));
    let metadata = serde_json::to_string(&metadata).unwrap();
    // http is for tests: registration wants https
    let tx = app.ops().db.begin().await.unwrap();
    let metadata = serde_json::from_str(&metadata).unwrap();
    gatepost::store::clients::update(&tx, &rp.client_id, &metadata, app.ops().now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.ops().clients.forget(&rp.client_id);
    rp.assert(&key(ES256).sign(&rp.assertion_claims()))
        .await
        .expect_tokens();
    let next = Signer::new();
    let by_next = || next.sign(&rp.assertion_claims());
    rp.assert(&by_next()).await.expect_error("invalid_client");
    *published.lock().unwrap() = next.jwks().to_string();
    app.advance(6);
    rp.assert(&by_next()).await.expect_tokens();
}

#[tokio::test]
async fn an_issuer_that_the_client_names_vouches_for_it() {
    let app = TestApp::start().await;
    let (issuer, cluster) = ("https://cluster.test", Signer::new());
    let stranger = Signer::new();
    for (name, keys) in [(issuer, &cluster), ("https://stranger.test", &stranger)] {
        let keys = IssuerKeys::Set(keys.jwks());
        let added = ops::trusted_issuers::add(app.ops(), &app.operator(), name, keys, None).await;
        assert_eq!(added.unwrap(), AddIssuer::Added);
    }
    let subject = "system:serviceaccount:ledger:worker";
    let credential = |audience: Option<&str>| FederatedCredential {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        audience: audience.map(str::to_owned),
    };
    let make = async |name: &str, audience| {
        let client = app.client().named(name).method(AuthMethod::PrivateKeyJwt);
        let client = client.but(|m| m.federated_credentials = vec![credential(audience)]);
        client.grants(&["client_credentials"]).create().await
    };
    let (rp, custom) = (make("Worker", None).await, make("Custom", Some("gatepost")).await);
    let now = app.ops().now().as_secs();
    let claims =
        |aud: Value| json!({"iss": issuer, "sub": subject, "aud": aud, "exp": now + 600, "iat": now});
    let ask = async |rp: &Rp, assertion: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", rp.client_id.as_str()),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        ];
        rp.post_form("/token", &form, None).await
    };
    let ours = cluster.sign(&claims(json!([app.issuer(), "https://kubernetes.test"])));
    // it may be used again: its issuer made it for a while, not for a request
    for _ in 0..2 {
        ask(&rp, &ours).await.expect_tokens();
    }
    ask(&custom, &cluster.sign(&claims(json!("gatepost"))))
        .await
        .expect_tokens();
    ask(&custom, &ours).await.expect_error("invalid_client");
    rp.assert(&ours).await.expect_error("invalid_client");
    let changed = |name: &str, value: Value| {
        let mut claims = claims(json!(app.issuer()));
        claims[name] = value;
        claims
    };
    for claims in [
        changed("sub", json!("system:serviceaccount:ledger:other")),
        changed("sub", json!(rp.client_id.as_str())),
        changed("aud", json!("gatepost")),
        changed("exp", json!(now)),
        changed("exp", json!("soon")),
        changed("nbf", json!(now + 90)),
        changed("iss", json!("https://nobody.test")),
        changed("iss", json!("https://stranger.test")),
    ] {
        ask(&rp, &cluster.sign(&claims))
            .await
            .expect_error("invalid_client");
    }
    let forged = stranger.sign(&claims(json!(app.issuer())));
    ask(&rp, &forged).await.expect_error("invalid_client");
    let foreign = stranger.sign(&changed("iss", json!("https://stranger.test")));
    ask(&rp, &foreign).await.expect_error("invalid_client");
}
