//! The `claims` parameter: OIDC Core §5.5.

use serde_json::Value;

use crate::harness::Tokens;
use crate::protocol::authorize::signed_in;

async fn with_claims(claims: &str) -> (Value, Value) {
    let (_, rp, _, mut browser) = signed_in().await;
    let code = browser.code(&rp.request("openid").with("claims", claims)).await;
    let tokens: Tokens = rp.redeem(&code).await.expect_tokens();
    let info = rp.userinfo(&tokens.access).await.json();
    (tokens.id_claims(), info)
}

/// Certification: oidcc-claims-essential
#[tokio::test]
async fn a_claim_asked_for_at_userinfo_is_there_and_not_in_the_id_token() {
    let (id, info) = with_claims(r#"{"userinfo":{"name":{"essential":true}}}"#).await;
    assert_eq!(info["name"], "alice Example");
    assert!(id.get("name").is_none(), "{id}");
    assert!(info.get("email").is_none(), "{info}");
}

/// Certification: fapi2-security-profile-final-test-claims-parameter-identity-claims
#[tokio::test]
async fn a_claim_asked_for_in_the_id_token_is_there() {
    let (id, info) = with_claims(r#"{"id_token":{"email":null,"email_verified":null}}"#).await;
    assert_eq!(
        (&id["email"], &id["email_verified"]),
        (&"alice@people.test".into(), &true.into())
    );
    assert!(info.get("email").is_none(), "{info}");
}

#[tokio::test]
async fn unknown_and_absent_claims_are_no_error() {
    let claims = r#"{"userinfo":{"unheard_of":null,"phone_number":{"essential":true}},"other":{"x":null}}"#;
    let (_, info) = with_claims(claims).await;
    assert_eq!(info.as_object().unwrap().len(), 1, "{info}");
}

#[tokio::test]
async fn a_requested_subject_must_be_the_one_who_answers() {
    let (app, rp, alice, mut browser) = signed_in().await;
    let bob = app.user("bob").create().await;
    let ask = |sub: &str| {
        let claims = serde_json::json!({ "id_token": { "sub": { "value": sub } } }).to_string();
        rp.request("openid")
            .with("prompt", "none")
            .with("claims", &claims)
    };
    browser.code(&ask(alice.id.as_str())).await;
    for other in [bob.id.as_str(), "nonsense"] {
        let request = ask(other);
        let reply = browser.open(&request).await;
        request.expect_refusal(&reply, "login_required");
    }
}

#[tokio::test]
async fn without_the_parameter_the_id_token_holds_protocol_claims_only() {
    let (_, rp, alice, mut browser) = signed_in().await;
    let request = rp.request("openid profile email phone address");
    let code = browser.code(&request).await;
    let tokens = rp.redeem(&code).await.expect_tokens();
    let id = tokens.id_claims();
    let allowed = [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "at_hash",
        "sid",
    ];
    for member in id.as_object().unwrap().keys() {
        assert!(allowed.contains(&member.as_str()), "{member}");
    }
    assert_eq!(id["iss"], "https://id.test");
    assert_eq!(id["sub"], alice.id.as_str());
    assert_eq!(id["aud"], rp.client_id.as_str());
    assert_ne!(id["acr"], "");
    for number in ["exp", "iat", "auth_time"] {
        assert!(id[number].is_i64(), "{number}");
    }
}
