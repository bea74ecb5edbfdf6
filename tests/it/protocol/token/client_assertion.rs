//! Clients that prove who they are by a JWT: RFC 7523 §3, OIDC Core §9.

use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use serde_json::json;

use crate::harness::ASSERTION_TYPE;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::basic;
use crate::harness::forged;
use crate::harness::fresh;
use crate::harness::key;
use crate::harness::other_key;
use crate::harness::under_secret;
use crate::harness::with_keys;

const ES256: SigningAlg = SigningAlg::ES256;

async fn client(app: &TestApp, name: &str) -> Rp {
    let client = app.client().named(name).but(with_keys);
    client.grants(&["client_credentials"]).create().await
}

/// The claims of a good assertion, but for one.
fn but(rp: &Rp, name: &str, value: Value) -> Value {
    let mut claims = rp.assertion_claims();
    claims[name] = value;
    claims
}

fn without(rp: &Rp, name: &str) -> Value {
    let mut claims = rp.assertion_claims();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

#[tokio::test]
async fn every_algorithm_and_a_key_without_kid_authenticate() {
    let app = TestApp::start().await;
    let rp = client(&app, "Keys").await;
    for alg in SigningAlg::ALL {
        rp.assert(&key(*alg).sign(&rp.assertion_claims()))
            .await
            .expect_tokens();
        let nameless = key(*alg).sign_with(&json!({ "alg": alg.as_str() }), &rp.assertion_claims());
        rp.assert(&nameless).await.expect_tokens();
        let stranger = other_key(*alg).sign(&rp.assertion_claims());
        rp.assert(&stranger).await.expect_error("invalid_client");
    }
    let only = app.client().named("Only").but(with_keys);
    let only = only
        .but(|m| m.token_endpoint_auth_signing_alg = Some("PS256".to_owned()))
        .grants(&["client_credentials"])
        .create()
        .await;
    let refused = key(ES256).sign(&only.assertion_claims());
    only.assert(&refused).await.expect_error("invalid_client");
    let right = key(SigningAlg::PS256).sign(&only.assertion_claims());
    only.assert(&right).await.expect_tokens();
}

/// Security: D1
#[tokio::test]
async fn an_assertion_counts_once_whatever_became_of_the_request() {
    let app = TestApp::start().await;
    let rp = client(&app, "Once").await;
    let assertion = key(ES256).sign(&rp.assertion_claims());
    rp.assert(&assertion).await.expect_tokens();
    rp.assert(&assertion).await.expect_error("invalid_client");
    let restarted = rp.at(&app.another_process().await);
    restarted.assert(&assertion).await.expect_error("invalid_client");
    // the same jti in another assertion
    let jti = fresh();
    for (exp, expected) in [(60, 200), (61, 401)] {
        let mut claims = but(&rp, "jti", json!(jti));
        claims["exp"] = json!(app.ops().now().as_secs() + exp);
        assert_eq!(rp.assert(&key(ES256).sign(&claims)).await.status, expected);
    }
    // another client may choose the same
    let other = client(&app, "Other").await;
    let claims = but(&other, "jti", json!(jti));
    other.assert(&key(ES256).sign(&claims)).await.expect_tokens();
    for jti in [json!(null), json!(1), json!(""), json!("x".repeat(257))] {
        let claims = but(&rp, "jti", jti);
        rp.assert(&key(ES256).sign(&claims))
            .await
            .expect_error("invalid_client");
    }
}

/// Security: D2
#[tokio::test]
async fn of_two_nodes_that_see_an_assertion_at_once_one_takes_it() {
    let app = TestApp::start().await;
    let rp = client(&app, "Twice").await;
    let there = rp.at(&app.another_process().await);
    for _ in 0..25 {
        let assertion = key(ES256).sign(&rp.assertion_claims());
        let (one, two) = tokio::join!(rp.assert(&assertion), there.assert(&assertion));
        let mut seen = [one.status.as_u16(), two.status.as_u16()];
        seen.sort_unstable();
        assert_eq!(seen, [200, 401]);
    }
}

/// Security: D3, D4, D5
#[tokio::test]
async fn only_the_registered_keys_make_a_signature() {
    let app = TestApp::start().await;
    let rp = client(&app, "Ledger").await;
    let claims = || rp.assertion_claims();
    let public = &key(SigningAlg::RS256).jwk;
    let mut forgeries = vec![
        under_secret(public.to_string().as_bytes(), &claims()),
        under_secret(public["n"].as_str().unwrap().as_bytes(), &claims()),
        under_secret(b"", &claims()),
        "junk".to_owned(),
        String::new(),
    ];
    for alg in ["none", "None", "nOnE", "", "HS256", "RS512"] {
        for signature in [&b""[..], b"x"] {
            forgeries.push(forged(&json!({ "alg": alg }), &claims(), signature));
        }
    }
    forgeries.push(forged(&json!({}), &claims(), b"x"));
    let good = key(ES256).sign(&claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    forgeries.extend([message.to_owned(), format!("{message}."), format!("{good}.x")]);
    forgeries.push(format!("{message}.{}", signature.to_lowercase()));
    let attacker = other_key(ES256);
    for (name, value) in [
        ("jwk", attacker.jwk.clone()),
        ("jku", json!("https://evil.test/jwks")),
        ("x5u", json!("https://evil.test/cert")),
        ("x5c", json!(["AAAA"])),
        ("kid", json!("../../etc/passwd")),
        ("kid", json!("' OR 1=1--")),
        ("kid", json!(attacker.jkt())),
        ("kid", json!(key(ES256).jkt())),
        ("kid", json!(1)),
        ("kid", json!(null)),
    ] {
        let mut header = json!({ "alg": "ES256" });
        header[name] = value;
        forgeries.push(attacker.sign_with(&header, &claims()));
    }
    let long = json!({ "alg": "ES256", "kid": "x".repeat(20_000) });
    forgeries.push(key(ES256).sign_with(&long, &claims()));
    for typ in ["dpop+jwt", "oauth-authz-req+jwt", "at+jwt"] {
        forgeries.push(key(ES256).sign_as(typ, &claims()));
    }
    for forgery in forgeries {
        rp.assert(&forgery).await.expect_error("invalid_client");
    }
    rp.assert(&good).await.expect_tokens();
}

/// Security: D6, D7
#[tokio::test]
async fn times_are_numbers_and_near() {
    let app = TestApp::start().await;
    let rp = client(&app, "Clock").await;
    let now = app.ops().now().as_secs();
    let wrong = |at: i64| {
        [
            json!(at.to_string()),
            json!([at]),
            json!({}),
            json!(null),
            json!(-1),
        ]
    };
    let mut refused = vec![without(&rp, "exp")];
    for name in ["exp", "nbf", "iat"] {
        refused.extend(wrong(now + 30).map(|value| but(&rp, name, value)));
    }
    for (name, offset) in [
        ("exp", 0),
        ("exp", -300),
        ("exp", 3_700),
        ("exp", 10 * 365 * 86_400),
        ("nbf", 70),
        ("iat", 70),
        ("iat", 86_400),
    ] {
        refused.push(but(&rp, name, json!(now + offset)));
    }
    for claims in refused {
        let reply = rp.assert(&key(ES256).sign(&claims)).await;
        assert_eq!(reply.status, 401, "{claims}: {reply}");
    }
    for (name, offset) in [("nbf", 10), ("iat", 10), ("exp", 3_590), ("iat", -300)] {
        let claims = but(&rp, name, json!(now + offset));
        let reply = rp.assert(&key(ES256).sign(&claims)).await;
        assert_eq!(reply.status, 200, "{claims}: {reply}");
    }
}

/// Certification: oidcc-ensure-client-assertion-with-iss-aud-succeeds
/// Security: D8
#[tokio::test]
async fn an_assertion_is_of_the_client_and_for_us() {
    let app = TestApp::start().await;
    let (rp, other) = (client(&app, "Mine").await, client(&app, "Other").await);
    let token = format!("{}/token", app.issuer());
    let revoke = format!("{}/revoke", app.issuer());
    let good = [
        json!(app.issuer()),
        json!([app.issuer()]),
        json!(token),
        json!([token, app.issuer()]),
    ];
    for aud in good {
        let claims = but(&rp, "aud", aud);
        rp.assert(&key(ES256).sign(&claims)).await.expect_tokens();
    }
    let mut refused: Vec<Value> = [
        json!("https://other.test"),
        json!([app.issuer(), "https://evil.test"]),
        json!([]),
        json!(""),
        json!(1),
        json!(revoke),
        json!(format!("{}/", app.issuer())),
    ]
    .into_iter()
    .map(|aud| but(&rp, "aud", aud))
    .collect();
    let them = json!(other.client_id.as_str());
    for name in ["iss", "sub"] {
        refused.extend([
            but(&rp, name, them.clone()),
            without(&rp, name),
            but(&rp, name, json!(1)),
        ]);
    }
    refused.push(without(&rp, "aud"));
    for claims in refused {
        let reply = rp.assert(&key(ES256).sign(&claims)).await;
        assert_eq!(reply.status, 401, "{claims}: {reply}");
    }
    // at another endpoint its own address counts, and the token endpoint's
    for aud in [&revoke, &token] {
        let assertion = key(ES256).sign(&but(&rp, "aud", json!(aud)));
        let form = [
            ("token", "x"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ];
        assert_eq!(rp.post_form("/revoke", &form, None).await.status, 200);
    }
}

/// Security: D4, D14
#[tokio::test]
async fn an_assertion_stands_alone() {
    let app = TestApp::start().await;
    let rp = client(&app, "Alone").await;
    let secret = app
        .client()
        .named("Secret")
        .grants(&["client_credentials"])
        .create()
        .await;
    let grant = ("grant_type", "client_credentials");
    let kind = ("client_assertion_type", ASSERTION_TYPE);
    let fresh = || key(ES256).sign(&rp.assertion_claims());
    let send = async |extra: &[(&str, &str)], header: Option<&str>| -> Reply {
        let form = [&[grant][..], extra].concat();
        rp.post_form("/token", &form, header).await
    };
    let assertion = fresh();
    let id = rp.client_id.as_str();
    let whole = [kind, ("client_assertion", assertion.as_str())];
    let beside = |more| [&whole[..], &[more]].concat();
    let other = secret.client_id.as_str();
    let password = secret.secret.as_deref().unwrap();
    for (form, header) in [
        (beside(("client_secret", "x")), None),
        (beside(("client_id", other)), None),
        (whole.to_vec(), Some(basic(id, "x"))),
        (whole.to_vec(), Some(basic(other, password))),
        (vec![whole[1]], None),
        (vec![kind], None),
        (vec![("client_assertion_type", "saml"), whole[1]], None),
        (vec![("client_id", id)], None),
        (vec![("client_id", id), ("client_secret", "x")], None),
        (
            vec![
                kind,
                ("client_assertion", "junk"),
                ("client_secret", "x"),
                ("client_id", id),
            ],
            None,
        ),
    ] {
        let reply = send(&form, header.as_deref()).await;
        reply.expect_error("invalid_client");
    }
    send(&beside(("client_id", id)), None).await.expect_tokens();
    // a client with a secret cannot come with a key
    let mut claims = rp.assertion_claims();
    claims["iss"] = json!(other);
    claims["sub"] = json!(other);
    secret
        .assert(&key(ES256).sign(&claims))
        .await
        .expect_error("invalid_client");
    let doubled = [grant, ("client_id", other), ("client_secret", password)];
    let reply = secret
        .post_form("/token", &doubled, Some(&basic(other, password)))
        .await;
    reply.expect_error("invalid_request");
}
