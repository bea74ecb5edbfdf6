//! What `fapi-ciba-id1-test-plan` demands.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Method;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::CIBA_GRANT;
use gatepost::domain::client::DeliveryMode;
use gatepost::domain::client::Profile;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::jobs::JOBS;
use gatepost::jobs::Work;
use gatepost::mail::Mailer;
use serde_json::Value;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::harness::Credential;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::forged;
use crate::harness::fresh;

const PATH: &str = "/backchannel_authentication";

struct Bank {
    app: TestApp,
    rp: Rp,
    key: Signer,
    certificate: Credential,
}

async fn application(more: &[(&str, &str)]) -> TestApp {
    let mut settings = vec![
        ("ciba.automated_approval", "true"),
        ("http.trusted_proxies", "10.0.0.0/8"),
        ("http.client_certificate_header", "Client-Cert"),
        ("fetch.allowed_private", "127.0.0.0/8"),
    ];
    settings.extend_from_slice(more);
    let app = TestApp::with(&settings).await;
    app.user("alice").create().await;
    app
}

impl Bank {
    async fn new(app: &TestApp, name: &str, ping: Option<String>) -> Self {
        let key = Signer::new();
        let client = app.client().named(name).method(AuthMethod::PrivateKeyJwt);
        let client = client.grants(&[CIBA_GRANT, "refresh_token"]).but(|m| {
            m.profile = Profile::FapiCiba;
            m.jwks = Some(key.jwks());
            m.tls_client_certificate_bound_access_tokens = true;
            let mode = if ping.is_some() {
                DeliveryMode::Ping
            } else {
                DeliveryMode::Poll
            };
            m.backchannel_token_delivery_mode = Some(mode);
            m.backchannel_client_notification_endpoint = ping;
        });
        Self {
            app: app.clone(),
            rp: client.create().await,
            key,
            certificate: Credential::self_signed(name, false),
        }
    }

    fn now(&self) -> i64 {
        self.app.clock.now().as_secs()
    }

    fn assertion(&self, aud: &str) -> Value {
        let (id, now) = (&self.rp.client_id, self.now());
        json!({ "iss": id, "sub": id, "aud": aud, "iat": now, "exp": now + 60, "jti": fresh() })
    }

    fn claims(&self) -> Value {
        let now = self.now();
        json!({
            "iss": self.rp.client_id, "aud": self.app.issuer(), "iat": now, "nbf": now, "exp": now + 300,
            "jti": fresh(), "scope": "openid", "login_hint": "alice",
        })
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let assertion = self.key.sign(&self.assertion(self.app.issuer()));
        self.post_as(path, form, &assertion, true).await
    }

    async fn post_as(&self, path: &str, form: &[(&str, &str)], assertion: &str, shows: bool) -> Reply {
        let mut form = form.to_vec();
        if !assertion.is_empty() {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form.extend([("client_assertion_type", kind), ("client_assertion", assertion)]);
        }
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form)
            .finish();
        let mut request = self.app.request(Method::POST, path, Body::from(body));
        let headers = request.headers_mut();
        headers.insert(
            "content-type",
            "application/x-www-form-urlencoded".parse().expect("ASCII"),
        );
        if shows {
            headers.insert("client-cert", self.certificate.header().parse().expect("ASCII"));
        }
        let proxy: SocketAddr = ([10, 0, 0, 1], 4711).into();
        request.extensions_mut().insert(ConnectInfo(proxy));
        self.app.send(request).await
    }

    async fn ask(&self, claims: &Value) -> Reply {
        self.post(PATH, &[("request", &self.key.sign(claims))]).await
    }

    async fn asked(&self, claims: &Value) -> String {
        let reply = self.ask(claims).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("cache-control")),
            (200, "no-store"),
            "{reply}"
        );
        let body = reply.json();
        assert!(body["interval"].is_u64() && body["expires_in"].is_u64(), "{body}");
        body["auth_req_id"].as_str().expect("an id").to_owned()
    }

    async fn poll(&self, id: &str) -> Reply {
        self.post("/token", &[("grant_type", CIBA_GRANT), ("auth_req_id", id)])
            .await
    }

    async fn decide(&self, id: &str, action: &str) {
        let path = format!("/test/ciba?auth_req_id={id}&action={action}");
        assert_eq!(self.app.post(&path, &[]).await.status, 204);
    }
}

/// Certification: fapi-ciba-id1, fapi-ciba-id1-multiple-call-to-token-endpoint, fapi-ciba-id1-refresh-token,
/// Certification: fapi-ciba-id1-ensure-wrong-auth-req-id-in-token-endpoint-request
/// Certification: fapi-ciba-id1-ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds
/// Certification: fapi-ciba-id1-ensure-mtls-holder-of-key-required
#[tokio::test]
async fn a_signed_request_is_approved_and_gives_bound_tokens_once() {
    let app = application(&[]).await;
    let (bank, other) = (
        Bank::new(&app, "Bank", None).await,
        Bank::new(&app, "Other", None).await,
    );
    let mut claims = bank.claims();
    claims["scope"] = json!("offline_access openid");
    let id = bank.asked(&claims).await;
    assert!(id.len() >= 22, "128 bits at the least");
    bank.poll(&id).await.expect_error("authorization_pending");
    bank.poll(&id).await.expect_error("slow_down");
    bank.decide(&id, "allow").await;
    other.poll(&id).await.expect_error("invalid_grant");
    let assertion = bank.key.sign(&bank.assertion(app.issuer()));
    let form = [("grant_type", CIBA_GRANT), ("auth_req_id", id.as_str())];
    let bare = bank.post_as("/token", &form, &assertion, false).await;
    assert!(bare.status.is_client_error(), "{bare}");
    let tokens = bank.poll(&id).await.expect_tokens();
    let claims = tokens.access_claims();
    assert!(claims["cnf"]["x5t#S256"].is_string(), "{claims}");
    assert_eq!(tokens.id_claims()["aud"], bank.rp.client_id.as_str());
    bank.poll(&id).await.expect_error("invalid_grant");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.refresh()),
    ];
    bank.post("/token", &form).await.expect_tokens();
    for aud in ["/token", PATH] {
        let assertion = bank.key.sign(&bank.assertion(&format!("{}{aud}", app.issuer())));
        let request = bank.key.sign(&bank.claims());
        let reply = bank
            .post_as(PATH, &[("request", &request)], &assertion, true)
            .await;
        assert_eq!(reply.status, 200, "{aud}: {reply}");
    }
}

/// Certification: fapi-ciba-id1-user-rejects-authentication, fapi-ciba-id1-auth-req-id-expired
/// Certification: fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds
/// Certification: fapi-ciba-id1-ensure-authorization-request-with-binding-message-succeeds
/// Certification: fapi-ciba-id1-ensure-authorization-request-with-potentially-bad-binding-message
#[tokio::test]
async fn refusals_expiry_and_messages_are_as_the_client_asked() {
    let app = application(&[]).await;
    let bank = Bank::new(&app, "Bank", None).await;
    let mut claims = bank.claims();
    claims["binding_message"] = json!("1234");
    let id = bank.asked(&claims).await;
    bank.decide(&id, "deny").await;
    bank.poll(&id).await.expect_error("access_denied");
    for expiry in [json!(30), json!("30")] {
        let mut claims = bank.claims();
        claims["requested_expiry"] = expiry;
        let id = bank.asked(&claims).await;
        app.advance(31);
        bank.poll(&id).await.expect_error("expired_token");
    }
    let mut claims = bank.claims();
    claims["binding_message"] = json!("1234 \u{1F44D}\u{1F3FF} ".repeat(30));
    bank.ask(&claims).await.expect_error("invalid_binding_message");
}

/// Certification: fapi-ciba-id1-ensure-request-object-missing-aud-fails, fapi-ciba-id1-ensure-request-object-bad-aud-fails
/// Certification: fapi-ciba-id1-ensure-request-object-missing-iss-fails, fapi-ciba-id1-ensure-request-object-bad-iss-fails
/// Certification: fapi-ciba-id1-ensure-request-object-missing-exp-fails, fapi-ciba-id1-ensure-request-object-expired-exp-fails
/// Certification: fapi-ciba-id1-ensure-request-object-exp-is-70-minutes-in-future-fails
/// Certification: fapi-ciba-id1-ensure-request-object-missing-iat-fails, fapi-ciba-id1-ensure-request-object-missing-nbf-fails
/// Certification: fapi-ciba-id1-ensure-request-object-nbf-is-10-minutes-in-future-fails
/// Certification: fapi-ciba-id1-ensure-request-object-nbf-is-70-minutes-in-past-fails
/// Certification: fapi-ciba-id1-ensure-request-object-missing-jti-fails
/// Certification: fapi-ciba-id1-ensure-authorization-request-with-multiple-hints-fails
#[tokio::test]
async fn every_claim_of_a_request_must_be_right() {
    let app = application(&[]).await;
    let bank = Bank::new(&app, "Bank", None).await;
    let now = bank.now();
    for (name, value) in [
        ("aud", Value::Null),
        ("aud", json!("https://other.test")),
        ("iss", Value::Null),
        ("iss", json!("x")),
        ("exp", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", json!(now + 70 * 60)),
        ("exp", json!((now + 60).to_string())),
        ("iat", Value::Null),
        ("nbf", Value::Null),
        ("nbf", json!(now + 10 * 60)),
        ("nbf", json!(now - 70 * 60)),
        ("jti", Value::Null),
        ("login_hint", Value::Null),
        ("id_token_hint", json!("x")),
        ("login_hint", json!(7)),
    ] {
        let mut claims = bank.claims();
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        bank.ask(&claims).await.expect_error("invalid_request");
    }
    let claims = bank.claims();
    bank.asked(&claims).await;
    bank.ask(&claims).await.expect_error("invalid_request");
}

/// Certification: fapi-ciba-id1-ensure-request-object-signature-algorithm-is-none-fails
/// Certification: fapi-ciba-id1-ensure-request-object-signature-algorithm-is-bad-fails
/// Certification: fapi-ciba-id1-ensure-request-object-signature-algorithm-is-RS256-fails
/// Certification: fapi-ciba-id1-ensure-request-object-signed-by-other-client-fails
/// Certification: fapi-ciba-id1-ensure-unsigned-backchannel-authorization-request-fails
/// Certification: fapi-ciba-id1-ensure-without-client-assertion-in-backchannel-authorization-request-fails
/// Certification: fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails
/// Certification: fapi-ciba-id1-ensure-different-client-id-and-issuer-in-backchannel-authorization-request
#[tokio::test]
async fn only_the_clients_own_signature_counts() {
    let app = application(&[]).await;
    let (bank, other) = (
        Bank::new(&app, "Bank", None).await,
        Bank::new(&app, "Other", None).await,
    );
    let claims = bank.claims();
    let good = bank.key.sign(&claims);
    let (head, _) = good.rsplit_once('.').expect("three parts");
    let rsa = Signer::of(SigningAlg::RS256);
    for request in [
        forged(&json!({ "alg": "none" }), &claims, b""),
        format!("{head}.{}", "A".repeat(86)),
        rsa.sign(&claims),
        other.key.sign(&claims),
        "x".to_owned(),
    ] {
        bank.post(PATH, &[("request", &request)])
            .await
            .expect_error("invalid_request");
    }
    let plain = [("scope", "openid"), ("login_hint", "alice")];
    bank.post(PATH, &plain).await.expect_error("invalid_request");
    let beside = [("request", good.as_str()), ("login_hint", "alice")];
    bank.post(PATH, &beside).await.expect_error("invalid_request");
    bank.post(PATH, &[("request", &other.key.sign(&other.claims()))])
        .await
        .expect_error("invalid_client");
    let signed = [("request", good.as_str())];
    let without = bank.post_as(PATH, &signed, "", true).await;
    assert!(matches!(without.status.as_u16(), 400 | 401), "{without}");
    let weak = rsa.sign(&bank.assertion(app.issuer()));
    for path in [PATH, "/token"] {
        bank.post_as(path, &signed, &weak, true)
            .await
            .expect_error("invalid_client");
    }
}

async fn notified(listener: &TcpListener, status: &str) -> String {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut read = vec![0; 8192];
    let mut length = 0;
    loop {
        length += stream.read(&mut read[length..]).await.expect("a request");
        let text = String::from_utf8_lossy(&read[..length]).into_owned();
        if text.ends_with('}') {
            let answer =
                format!("HTTP/1.1 {status}\r\nlocation: /elsewhere\r\ncontent-length: 4\r\n\r\nbody");
            stream.write_all(answer.as_bytes()).await.expect("written");
            return text;
        }
    }
}

/// Certification: fapi-ciba-id1-ping-backchannel-notification-endpoint-response-has-body
/// Certification: fapi-ciba-id1-ping-backchannel-notification-endpoint-response-401-and-require-server-does-not-retry
/// Certification: fapi-ciba-id1-ping-backchannel-notification-endpoint-response-403-and-require-server-does-not-retry
/// Certification: fapi-ciba-id1-ping-backchannel-notification-endpoint-response-return-redirect-request
#[tokio::test]
async fn a_ping_is_told_once_whatever_is_answered() {
    let app = application(&[]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/ping", listener.local_addr().expect("bound"));
    let bank = Bank::new(&app, "Bank", Some(url)).await;
    let deliver = || {
        let job = JOBS
            .iter()
            .find(|job| job.name == "deliver_pings")
            .expect("a job");
        let ops = app.ops().clone();
        (job.run)(Work {
            mailer: Mailer::new(&ops.config.mail),
            ops,
        })
    };
    bank.ask(&bank.claims()).await.expect_error("invalid_request");
    let token = "t".repeat(1024);
    for (status, action) in [
        ("204 No Content", "allow"),
        ("401 Unauthorized", "deny"),
        ("403 Forbidden", "allow"),
        ("302 Found", "allow"),
    ] {
        let mut claims = bank.claims();
        claims["client_notification_token"] = json!(token);
        let id = bank.asked(&claims).await;
        bank.decide(&id, action).await;
        let (sent, seen) = tokio::join!(deliver(), notified(&listener, status));
        sent.expect("delivered");
        let seen = seen.replace("authorization:", "Authorization:");
        assert!(
            seen.starts_with("POST /ping ") && seen.contains(&format!("Authorization: Bearer {token}")),
            "{seen}"
        );
        assert!(
            seen.contains("application/json") && seen.ends_with(&json!({ "auth_req_id": id }).to_string()),
            "{seen}"
        );
        app.advance(240);
        assert_eq!(deliver().await.expect("a run"), gatepost::jobs::Outcome::Idle);
    }
}

/// Certification: fapi-ciba-id1-discovery-end-point-verification
#[tokio::test]
async fn discovery_names_the_endpoint_and_its_modes() {
    let app = application(&[]).await;
    let document = app.get("/.well-known/openid-configuration").await.json();
    assert_eq!(
        document["backchannel_authentication_endpoint"],
        format!("{}{PATH}", app.issuer())
    );
    assert_eq!(
        document["backchannel_token_delivery_modes_supported"],
        json!(["poll", "ping"])
    );
    assert_eq!(document["backchannel_user_code_parameter_supported"], false);
    let listed = |name: &str, one: &str| document[name].as_array().expect(name).contains(&json!(one));
    assert!(listed(
        "backchannel_authentication_request_signing_alg_values_supported",
        "PS256"
    ));
    assert!(listed("grant_types_supported", CIBA_GRANT));
    assert_eq!(
        document["device_authorization_endpoint"],
        format!("{}/device_authorization", app.issuer())
    );
}
