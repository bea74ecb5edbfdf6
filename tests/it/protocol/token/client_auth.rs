//! Client authentication: RFC 6749 §2.3.

use base64::Engine as _;
use gatepost::domain::client::AuthMethod;
use gatepost::oidc::client_auth::METHODS;
use gatepost::oidc::token::grants::GRANTS;

use crate::harness::Credential;
use crate::harness::Shown;
use crate::harness::TestApp;
use crate::harness::basic;
use crate::harness::with_keys;

const ALL_GRANTS: &[&str] = &["authorization_code", "refresh_token", "client_credentials"];

fn base64_of(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Security: D14, D12
#[tokio::test]
async fn a_secret_in_the_query_or_in_two_headers_is_not_taken() {
    let app = TestApp::start().await;
    let rp = app.client().method(AuthMethod::ClientSecretPost).create().await;
    let (id, secret) = (rp.client_id.as_str(), rp.secret.as_deref().unwrap());
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let path = format!("/token?client_id={id}&client_secret={secret}");
    app.post(&path, &form).await.expect_error("invalid_client");
    let by_basic = app.client().named("Basic").create().await;
    let header = basic(by_basic.client_id.as_str(), by_basic.secret.as_deref().unwrap());
    let body = axum::body::Body::from("grant_type=refresh_token&refresh_token=x");
    let mut request = app.request(axum::http::Method::POST, "/token", body);
    let headers = request.headers_mut();
    let kind = "application/x-www-form-urlencoded".parse().unwrap();
    headers.insert("content-type", kind);
    headers.append("authorization", header.parse().unwrap());
    headers.append("authorization", header.parse().unwrap());
    app.send(request).await.expect_error("invalid_client");
}

#[tokio::test]
async fn a_client_of_each_method_gets_tokens() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let certificate = Credential::self_signed("app", false);
    for (number, method) in METHODS.iter().enumerate() {
        if method.method == AuthMethod::TlsClientAuth {
            // needs an authority: see mtls.rs
            continue;
        }
        let client = app.client().named(&format!("Rp{number}"));
        let client = match method.method {
            AuthMethod::PrivateKeyJwt => client.but(with_keys),
            AuthMethod::SelfSignedTlsClientAuth => client
                .but(|m| m.jwks = Some(certificate.jwks()))
                .method(method.method),
            other => client.method(other),
        };
        let mut rp = client.create().await;
        rp.shown = Shown::certificate(&certificate);
        let mut browser = app.browser();
        browser.sign_in(&alice).await;
        let tokens = browser.tokens(&rp, "openid offline_access").await;
        rp.refresh(tokens.refresh()).await.expect_tokens();
        if method.method != AuthMethod::None {
            assert!(rp.is_active(&tokens.access).await);
        }
        assert_eq!(rp.revoke(&tokens.access).await.status, 200);
    }
}

/// Security: B2, D12
#[tokio::test]
async fn every_grant_refuses_whoever_has_not_proved_who_it_is() {
    let app = TestApp::start().await;
    let rp = app.client().grants(ALL_GRANTS).create().await;
    let id = rp.client_id.as_str();
    for grant in GRANTS {
        let kind = ("grant_type", grant.grant_type);
        app.post("/token", &[kind]).await.expect_error("invalid_client");
        app.post("/token", &[kind, ("client_id", id)])
            .await
            .expect_error("invalid_client");
        for secret in ["wrong", "", " "] {
            app.post("/token", &[kind, ("client_id", id), ("client_secret", secret)])
                .await
                .expect_error("invalid_client");
        }
        for authorization in [
            basic(id, "wrong"),
            basic(id, ""),
            basic("nobody", "x"),
            "Basic !".to_owned(),
            format!("Basic {}", base64_of(id)),
            format!("Basic {}", base64_of(&format!("{id}:%zz"))),
            format!(
                "Basic {}",
                base64_of(&format!("{id}:{}%", rp.secret.as_deref().unwrap()))
            ),
            format!("{}=", basic(id, rp.secret.as_deref().unwrap())),
        ] {
            let reply = rp.post_with("/token", &[kind], &authorization).await;
            reply.expect_error("invalid_client");
            assert!(reply.header("www-authenticate").starts_with("Basic "), "{reply}");
        }
        let reply = rp.post_with("/token", &[kind], "Bearer abc").await;
        reply.expect_error("invalid_client");
    }
}

/// Security: D14
#[tokio::test]
async fn a_secret_sent_by_another_method_than_the_registered_is_refused() {
    let app = TestApp::start().await;
    let by_basic = app.client().named("Basic").create().await;
    let by_post = app
        .client()
        .named("Post")
        .method(AuthMethod::ClientSecretPost)
        .create()
        .await;
    let grant = ("grant_type", "authorization_code");
    let form = [
        grant,
        ("client_id", by_basic.client_id.as_str()),
        ("client_secret", by_basic.secret.as_deref().unwrap()),
    ];
    app.post("/token", &form).await.expect_error("invalid_client");
    let header = basic(by_post.client_id.as_str(), by_post.secret.as_deref().unwrap());
    by_post
        .post_with("/token", &[grant], &header)
        .await
        .expect_error("invalid_client");
    let public = app.client().named("Public").public().create().await;
    let header = basic(public.client_id.as_str(), "");
    public
        .post_with("/token", &[grant], &header)
        .await
        .expect_error("invalid_client");
}

/// Security: D14
#[tokio::test]
async fn two_methods_in_one_request_are_refused() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let secret = rp.secret.as_deref().unwrap();
    let header = basic(rp.client_id.as_str(), secret);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", rp.client_id.as_str()),
        ("client_secret", secret),
    ];
    rp.post_with("/token", &form, &header)
        .await
        .expect_error("invalid_request");
}

/// Security: B16
#[tokio::test]
async fn a_client_id_beside_the_credentials_must_be_the_same() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let other = app.client().named("Other").create().await;
    let header = basic(rp.client_id.as_str(), rp.secret.as_deref().unwrap());
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", other.client_id.as_str()),
    ];
    rp.post_with("/token", &form, &header)
        .await
        .expect_error("invalid_request");
}

/// Security: D12
#[tokio::test]
async fn id_and_secret_are_form_encoded_in_basic_credentials() {
    let app = TestApp::start().await;
    let metadata = app.client().create().await.metadata;
    let (id, secret) = ("my app:1", "s%cret+&ä and more");
    let saved = gatepost::ops::clients::create(
        app.ops(),
        &app.operator(),
        id.parse().ok(),
        Some(secret.to_owned().into()),
        metadata,
    )
    .await;
    let id = match saved.unwrap() {
        gatepost::ops::clients::SaveClient::Saved(id, _) => id.to_string(),
        other => panic!("{other:?}"),
    };
    let rp = app.client().named("Unused").create().await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let reply = rp.post_with("/token", &form, &basic(&id, secret)).await;
    reply.expect_error("invalid_grant");
}

/// Security: D15
#[tokio::test]
async fn a_disabled_or_deleted_client_can_do_nothing() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let (ops, who) = (app.ops(), app.operator());
    gatepost::ops::clients::set_enabled(ops, &who, &rp.client_id, false)
        .await
        .unwrap();
    rp.refresh(tokens.refresh()).await.expect_error("invalid_client");
    rp.introspect(&tokens.access).await.expect_error("invalid_client");
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    gatepost::ops::clients::set_enabled(ops, &who, &rp.client_id, true)
        .await
        .unwrap();
    gatepost::ops::clients::delete(ops, &who, &rp.client_id)
        .await
        .unwrap();
    rp.refresh(tokens.refresh()).await.expect_error("invalid_client");
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
}

#[tokio::test]
async fn a_rotated_secret_overlaps_with_the_old_one_for_as_long_as_asked() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let overlap = gatepost::domain::lifetime::Lifetime::from_minutes(5);
    gatepost::ops::clients::rotate_secret(app.ops(), &app.operator(), &rp.client_id, overlap)
        .await
        .unwrap();
    rp.refresh("x").await.expect_error("invalid_grant");
    app.advance(301);
    // a client may be a second old in the cache, whose clock is not the test's
    rp.at(&app.another_process().await)
        .refresh("x")
        .await
        .expect_error("invalid_client");
}
