//! The word of a trusted issuer for an access token: RFC 7523 §2.1.

use gatepost::domain::trusted_issuer::IssuerKeys;
use gatepost::domain::trusted_issuer::SubjectRule;
use gatepost::ops;
use gatepost::ops::trusted_issuers::AddIssuer;
use serde_json::Value;
use serde_json::json;

use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::fresh;

pub(crate) const ISSUER: &str = "https://ci.test";

/// Trusts an issuer, whose subjects are user names.
pub(crate) async fn trust(app: &TestApp, signer: &Signer, rule: Option<SubjectRule>) {
    let keys = IssuerKeys::Set(signer.jwks());
    let added = ops::trusted_issuers::add(app.ops(), &app.operator(), ISSUER, keys, rule).await;
    assert_eq!(added.expect("the database answers"), AddIssuer::Added);
}

pub(crate) fn claims(app: &TestApp, subject: &str) -> Value {
    let now = app.clock.now().as_secs();
    json!({ "iss": ISSUER, "sub": subject, "aud": app.issuer(), "iat": now, "exp": now + 300, "jti": fresh() })
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

async fn client(app: &TestApp) -> Rp {
    let client = app.client().named("Robot").grants(&[GRANT]);
    client
        .scope("openid profile reports:read offline_access")
        .create()
        .await
}

async fn present(rp: &Rp, assertion: &str) -> Reply {
    rp.token(&[("grant_type", GRANT), ("assertion", assertion)]).await
}

#[tokio::test]
async fn an_assertion_gives_an_access_token_of_its_person_once() {
    let app = TestApp::start().await;
    let (rp, signer) = (client(&app).await, Signer::new());
    let alice = app.user("alice").create().await;
    trust(&app, &signer, Some(SubjectRule::Username)).await;
    for audience in [json!(app.issuer()), json!([format!("{}/token", app.issuer())])] {
        let mut claims = claims(&app, "Alice");
        claims["aud"] = audience;
        let assertion = signer.sign(&claims);
        let tokens = present(&rp, &assertion).await.expect_tokens();
        assert!(tokens.refresh.is_none() && tokens.id.is_none());
        assert_eq!(tokens.access_claims()["sub"], alice.id.as_str());
        assert_eq!(
            (tokens.access_claims()["acr"].clone(), tokens.scope),
            (json!("0"), "profile reports:read".to_owned())
        );
        assert!(rp.is_active(&tokens.access).await);
        present(&rp, &assertion).await.expect_error("invalid_grant");
    }
    let assertion = signer.sign(&claims(&app, "alice"));
    let wide = [
        ("grant_type", GRANT),
        ("assertion", &assertion),
        ("scope", "admin"),
    ];
    rp.token(&wide).await.expect_error("invalid_scope");
    let far = [
        ("grant_type", GRANT),
        ("assertion", &assertion),
        ("resource", "https://api.test"),
    ];
    rp.token(&far).await.expect_error("invalid_target");
    rp.token(&[("grant_type", GRANT)])
        .await
        .expect_error("invalid_request");
    alice.disable().await;
    present(&rp, &assertion).await.expect_error("invalid_grant");
}

/// Security: B20
#[tokio::test]
async fn an_assertion_that_is_not_right_in_every_claim_is_refused() {
    let app = TestApp::start().await;
    let (rp, signer) = (client(&app).await, Signer::new());
    app.user("alice").create().await;
    trust(&app, &signer, Some(SubjectRule::Username)).await;
    let now = app.clock.now().as_secs();
    for (name, value) in [
        ("iss", json!("https://evil.test")),
        ("iss", json!(app.issuer())),
        ("aud", json!("https://other.test")),
        ("aud", json!(7)),
        ("aud", Value::Null),
        ("exp", Value::Null),
        ("exp", json!(now)),
        ("exp", json!("9999999999")),
        ("exp", json!(now + 90_000)),
        ("iat", json!(now + 600)),
        ("nbf", json!(now + 600)),
        ("sub", json!("")),
        ("sub", json!("nobody")),
        ("sub", json!("alice@people.test")),
        (
            "events",
            json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
        ),
    ] {
        let mut claims = claims(&app, "alice");
        claims[name] = value;
        present(&rp, &signer.sign(&claims))
            .await
            .expect_error("invalid_grant");
    }
    let good = claims(&app, "alice");
    for assertion in [
        Signer::new().sign(&good),
        signer.sign_as("logout+jwt", &good),
        "a.b.c".to_owned(),
        String::from("x"),
    ] {
        present(&rp, &assertion).await.expect_error("invalid_grant");
    }
    present(&rp, &signer.sign(&good)).await.expect_tokens();
    let removed = ops::trusted_issuers::remove(app.ops(), &app.operator(), ISSUER).await;
    assert!(removed.unwrap());
    let late = signer.sign(&claims(&app, "alice"));
    present(&rp, &late).await.expect_error("invalid_grant");
}

#[tokio::test]
async fn the_rule_of_the_issuer_says_who_a_subject_is() {
    let app = TestApp::start().await;
    let (rp, signer) = (client(&app).await, Signer::new());
    let alice = app.user("alice").create().await;
    app.user("bob")
        .but(|input| input.email_verified = false)
        .create()
        .await;
    for (rule, subject, found) in [
        (None, "alice", false),
        (Some(SubjectRule::Email), "ALICE@people.test", true),
        (Some(SubjectRule::Email), "bob@people.test", false),
        (Some(SubjectRule::Email), "alice", false),
        (Some(SubjectRule::Id), alice.id.as_str(), true),
        (Some(SubjectRule::Id), "alice", false),
        (Some(SubjectRule::Username), alice.id.as_str(), false),
    ] {
        trust(&app, &signer, rule).await;
        let reply = present(&rp, &signer.sign(&claims(&app, subject))).await;
        assert_eq!(reply.status == 200, found, "{rule:?} {subject}: {reply}");
        ops::trusted_issuers::remove(app.ops(), &app.operator(), ISSUER)
            .await
            .unwrap();
    }
}
