//! Clients with certificates: RFC 8705.

use axum::body::Body;
use axum::http::Method;
use axum::http::header;
use gatepost::crypto::certificate::thumbprint;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::ClientMetadata;
use rcgen::SanType;

use crate::harness::Authority;
use crate::harness::Credential;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Shown;
use crate::harness::TestApp;
use crate::harness::TlsApp;
use crate::harness::resource;

/// Registers a name of a certificate.
type Register = fn(&mut ClientMetadata, String);

const FORM: &[(&str, &str)] = &[("grant_type", "client_credentials")];

async fn client(app: &TestApp, name: &str, change: impl FnOnce(&mut ClientMetadata)) -> Rp {
    let client = app.client().named(name).grants(&["client_credentials"]);
    client.but(change).create().await
}

async fn with(rp: &Rp, credential: &Credential) -> Reply {
    let mut rp = rp.clone();
    rp.shown = Shown::certificate(credential);
    rp.token(FORM).await
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_authenticates_whom_it_names() {
    let authority = Authority::new("Clients");
    let app = TestApp::with(&[("tls.client_ca", &authority.pem())]).await;
    let names = [
        SanType::DnsName("ledger.test".try_into().unwrap()),
        SanType::URI("spiffe://ledger.test/worker".try_into().unwrap()),
        SanType::IpAddress("192.0.2.7".parse().unwrap()),
        SanType::Rfc822Name("ledger@ledger.test".try_into().unwrap()),
    ];
    let own = authority.issue("ledger", &names, false);
    let others = [
        authority.issue("other", &[], false),
        authority.issue("ledger", &names, true),
        Authority::new("Clients").issue("ledger", &names, false),
        Credential::self_signed("ledger", false),
    ];
    let cases: [(&str, Register, &str, &str); 5] = [
        (
            "Dn",
            |m, v| m.tls_client_auth_subject_dn = Some(v),
            "CN=ledger,O=Example\\, Inc.,C=DE",
            "CN=ledger,O=Example Inc.,C=DE",
        ),
        (
            "Dns",
            |m, v| m.tls_client_auth_san_dns = Some(v),
            "LEDGER.test",
            "evil.test",
        ),
        (
            "Uri",
            |m, v| m.tls_client_auth_san_uri = Some(v),
            "spiffe://ledger.test/worker",
            "spiffe://ledger.test/",
        ),
        (
            "Ip",
            |m, v| m.tls_client_auth_san_ip = Some(v),
            "192.0.2.7",
            "192.0.2.8",
        ),
        (
            "Mail",
            |m, v| m.tls_client_auth_san_email = Some(v),
            "ledger@ledger.test",
            "a@ledger.test",
        ),
    ];
    for (name, set, right, wrong) in cases {
        let make = async |name: &str, value: &str| {
            let tls = |m: &mut ClientMetadata| {
                m.token_endpoint_auth_method = AuthMethod::TlsClientAuth;
                set(m, value.to_owned());
            };
            client(&app, name, tls).await
        };
        let rp = make(name, right).await;
        with(&rp, &own).await.expect_tokens();
        rp.token(FORM).await.expect_error("invalid_client");
        for other in &others {
            with(&rp, other).await.expect_error("invalid_client");
        }
        let rp = make(&format!("{name}2"), wrong).await;
        with(&rp, &own).await.expect_error("invalid_client");
    }
}

#[tokio::test]
async fn a_self_signed_certificate_authenticates_whoever_registered_it() {
    let app = TestApp::start().await;
    let (own, other) = (
        Credential::self_signed("a", false),
        Credential::self_signed("a", false),
    );
    let rp = client(&app, "Own", |m| {
        m.token_endpoint_auth_method = AuthMethod::SelfSignedTlsClientAuth;
        m.jwks = Some(own.jwks());
    })
    .await;
    with(&rp, &own).await.expect_tokens();
    with(&rp, &other).await.expect_error("invalid_client");
    rp.token(FORM).await.expect_error("invalid_client");
    // a certificate is no credential of a client that has a secret
    let secret = client(&app, "Secret", |_| {}).await;
    let mut bare = secret.clone();
    bare.shown = Shown::certificate(&own);
    let form = [FORM[0], ("client_id", secret.client_id.as_str())];
    bare.post_form("/token", &form, None)
        .await
        .expect_error("invalid_client");
}

#[tokio::test]
async fn a_token_is_bound_to_the_certificate_of_its_request() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let (own, other) = (
        Credential::self_signed("a", false),
        Credential::self_signed("a", false),
    );
    let bound = app
        .client()
        .but(|m| m.tls_client_certificate_bound_access_tokens = true);
    let mut rp = bound.create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let code = browser.authorize(&rp, "openid offline_access").await;
    rp.redeem(&code).await.expect_error("invalid_request");
    rp.shown = Shown::certificate(&own);
    let tokens = rp.redeem(&code).await.expect_tokens();
    let x5t = thumbprint(&own.certificate);
    assert_eq!(tokens.access_claims()["cnf"]["x5t#S256"], x5t);
    let told = rp.introspect(&tokens.access).await.json();
    assert_eq!(
        (&told["cnf"]["x5t#S256"], &told["token_type"]),
        (&x5t.into(), &"Bearer".into())
    );
    for (shown, expected) in [
        (Shown::certificate(&own), 200),
        (Shown::certificate(&other), 401),
        (Shown::nothing(), 401),
    ] {
        let reply = resource(&app, "bearer", &tokens.access, &shown).await;
        assert_eq!(reply.status, expected, "{reply}");
    }
    let as_dpop = resource(&app, "DPoP", &tokens.access, &rp.shown).await;
    assert_eq!(as_dpop.status, 401, "{as_dpop}");
    // a refresh binds anew, and never gives a token that is not bound
    rp.shown = Shown::certificate(&other);
    let renewed = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(
        renewed.access_claims()["cnf"]["x5t#S256"],
        thumbprint(&other.certificate)
    );
    rp.shown = Shown::nothing();
    rp.refresh(renewed.refresh())
        .await
        .expect_error("invalid_request");
}

/// Certification: fapi2-security-profile-final-discovery-end-point-verification
#[tokio::test]
async fn over_a_socket_the_certificate_of_the_connection_counts_and_discovery_says_where() {
    let served = TlsApp::start(&[]).await;
    let app = &served.app;
    let own = served.authority.issue("ledger", &[], false);
    let rp = client(app, "Socket", |m| {
        m.token_endpoint_auth_method = AuthMethod::TlsClientAuth;
        m.tls_client_auth_subject_dn = Some("CN=ledger,O=Example\\, Inc.,C=DE".to_owned());
        m.tls_client_certificate_bound_access_tokens = true;
    })
    .await;
    let request = || {
        let body = format!("grant_type=client_credentials&client_id={}", rp.client_id);
        let mut request = app.request(Method::POST, "/token", Body::from(body));
        let kind = "application/x-www-form-urlencoded".parse().unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        request
    };
    let reply = served.send(Some(&own), request()).await.expect("an answer");
    let claims = reply.expect_tokens().access_claims();
    assert_eq!(claims["cnf"]["x5t#S256"], thumbprint(&own.certificate));
    let reply = served.send(None, request()).await.expect("an answer");
    reply.expect_error("invalid_client");
    // a header is not a connection
    let mut forged = request();
    forged
        .headers_mut()
        .insert("client-cert", own.header().parse().unwrap());
    let reply = served.send(None, forged).await.expect("an answer");
    reply.expect_error("invalid_client");

    let document = app.get("/.well-known/openid-configuration").await.json();
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
    let methods = document["token_endpoint_auth_methods_supported"]
        .as_array()
        .unwrap();
    for method in [
        "tls_client_auth",
        "self_signed_tls_client_auth",
        "private_key_jwt",
    ] {
        assert!(methods.contains(&method.into()), "{document}");
    }
    let aliases = document["mtls_endpoint_aliases"].as_object().unwrap();
    assert!(aliases.contains_key("token_endpoint") && aliases.contains_key("userinfo_endpoint"));
    assert!(!aliases.contains_key("authorization_endpoint") && !aliases.contains_key("jwks_uri"));
    for (name, alias) in aliases {
        let (path, port) = (document[name].as_str().unwrap(), served.address.port());
        let moved = path.replace("https://id.test", &format!("https://id.test:{port}"));
        assert_eq!(alias, &moved);
    }
}
