//! The implicit plan: `id_token` and `id_token token`.

use gatepost::crypto::jwt;
use gatepost::crypto::jwt::TokenType;
use gatepost::domain::response_type::ResponseType;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::ops;
use gatepost::ops::clients::SaveClient;
use serde_json::Value;

use crate::certification::Scene;
use crate::certification::WITH_TOKENS;
use crate::certification::expected_names;
use crate::harness::Arrived;
use crate::harness::Rp;
use crate::harness::decode;

const KINDS: [&str; 2] = ["id_token", "id_token token"];

/// The claims of an ID token from the browser, verified as a client does.
fn id_claims(scene: &Scene, token: &str) -> Value {
    let keys = scene.app.ops().keys.current();
    let claims = jwt::verify::<Value>(&keys, TokenType::IdToken, token).expect("a key of ours");
    assert_eq!(claims["iss"], scene.app.issuer());
    assert_eq!(claims["aud"], scene.rp.client_id.as_str());
    assert_eq!(claims["sub"], scene.alice.id.as_str());
    assert!(decode(token, 0)["kid"].is_string());
    claims
}

/// Certification: oidcc-server, oidcc-idtoken-signature, oidcc-alternate-happy-flow
#[tokio::test]
async fn the_fragment_brings_exactly_what_was_asked_for() {
    let mut scene = Scene::new().await;
    for kind in KINDS {
        let request = scene.rp.request("openid").kind(kind);
        let answer = scene.ask(&request).await;
        assert_eq!(answer.arrived, Arrived::Fragment, "{kind}");
        assert_eq!(answer.names(), expected_names(kind), "{kind}");
        assert_eq!(answer.get("state"), request.get("state"));
        let claims = id_claims(&scene, answer.get("id_token"));
        assert_eq!(claims["nonce"], request.get("nonce"));
        assert!(claims.get("c_hash").is_none(), "{claims}");
        let at_hash = claims.get("at_hash").and_then(Value::as_str);
        let expected = jwt::half_hash(SigningAlg::RS256, answer.get("access_token"));
        assert_eq!(
            at_hash,
            Some(expected.as_str()).filter(|_| kind.ends_with(" token"))
        );
        // the same words in another order
        let turned: Vec<&str> = kind.split(' ').rev().collect();
        let request = scene.rp.request("openid").kind(&turned.join(" "));
        assert_eq!(scene.ask(&request).await.names(), expected_names(kind));
    }
}

/// Certification: oidcc-ensure-request-without-nonce-fails
#[tokio::test]
async fn an_id_token_from_the_browser_needs_a_nonce() {
    let mut scene = Scene::new().await;
    for kind in WITH_TOKENS {
        let request = scene.rp.request("openid").kind(kind).without("nonce");
        let answer = scene.ask(&request).await;
        assert_eq!(answer.arrived, Arrived::Fragment, "{kind}");
        if kind == "code token" {
            assert_eq!(answer.names(), expected_names(kind));
        } else {
            request.check_refusal(&answer.params, "invalid_request");
        }
    }
}

/// Certification: oidcc-scope-profile, oidcc-scope-email, oidcc-scope-phone, oidcc-scope-all, oidcc-claims-essential
#[tokio::test]
async fn without_an_access_token_the_claims_are_in_the_id_token_and_with_one_they_are_not() {
    let mut scene = Scene::new().await;
    let claims = r#"{"userinfo":{"name":{"essential":true}},"id_token":{"nickname":null}}"#;
    for (kind, scope, claims, released) in [
        ("id_token", "openid profile email phone", "", true),
        ("id_token", "openid", claims, true),
        ("id_token token", "openid profile email phone", "", false),
        ("id_token token", "openid", claims, false),
    ] {
        let request = scene.rp.request(scope).kind(kind).with("claims", claims);
        let answer = scene.ask(&request).await;
        let id = id_claims(&scene, answer.get("id_token"));
        assert_eq!(id.get("name").is_some(), released, "{kind} {scope}: {id}");
        let all = scope != "openid";
        assert_eq!(
            id.get("email_verified") == Some(&true.into()),
            released && all,
            "{id}"
        );
        assert_eq!(id.get("phone_number").is_some(), released && all, "{id}");
        if !released {
            let info = scene.rp.userinfo(answer.get("access_token")).await.json();
            assert_eq!(info["name"], "alice Example");
            assert_eq!(info.get("phone_number").is_some(), all, "{info}");
        }
    }
}

/// Certification: oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body
#[tokio::test]
async fn the_access_token_of_the_browser_works_at_userinfo_and_ends_with_the_session() {
    let mut scene = Scene::new().await;
    let request = scene.rp.request("openid email").kind("id_token token");
    let answer = scene.ask(&request).await;
    assert_eq!(answer.get("token_type"), "Bearer");
    assert!(answer.get("expires_in").parse::<u32>().is_ok_and(|secs| secs > 0));
    let token = answer.get("access_token");
    let info = scene.rp.userinfo(token).await;
    assert_eq!(info.status, 200, "{info}");
    assert_eq!(info.json()["sub"], scene.alice.id.as_str());
    let posted = scene.app.post("/userinfo", &[("access_token", token)]).await;
    assert_eq!(posted.json(), info.json());
    let who = scene.app.operator();
    let ended = ops::sessions::end_all(scene.app.ops(), &who, &scene.alice.id, None).await;
    assert_eq!(ended.expect("the database answers"), 1);
    assert_eq!(scene.rp.userinfo(token).await.status, 401);
}

/// Certification: oidcc-response-type-missing
#[tokio::test]
async fn without_a_response_type_the_refusal_is_in_the_query() {
    let mut scene = Scene::new().await;
    let request = scene.rp.request("openid").without("response_type");
    let answer = scene.ask(&request).await;
    assert_eq!(answer.arrived, Arrived::Query);
    request.check_refusal(&answer.params, "invalid_request");
}

/// Certification: oidcc-prompt-none-not-logged-in, oidcc-prompt-none-logged-in, oidcc-id-token-hint
#[tokio::test]
async fn silent_requests_are_answered_in_the_fragment() {
    let mut scene = Scene::new().await;
    for kind in WITH_TOKENS {
        let request = scene.rp.request("openid").kind(kind).with("prompt", "none");
        let answer = scene.ask_signed_out(&request).await;
        assert_eq!(answer.arrived, Arrived::Fragment, "{kind}");
        request.check_refusal(&answer.params, "login_required");
        assert_eq!(answer.names(), ["error", "error_description", "iss", "state"]);
        let answer = scene.ask(&request).await;
        assert_eq!(answer.names(), expected_names(kind));
    }
    let first = scene.ask(&scene.rp.request("openid").kind("id_token")).await;
    let hinted = scene.rp.request("openid").kind("id_token").with("prompt", "none");
    let hinted = hinted.with("id_token_hint", first.get("id_token"));
    let second = scene.ask(&hinted).await;
    let (one, two) = (
        id_claims(&scene, first.get("id_token")),
        id_claims(&scene, second.get("id_token")),
    );
    assert_eq!((&one["sub"], &one["auth_time"]), (&two["sub"], &two["auth_time"]));
}

/// Certification: oidcc-prompt-login, oidcc-max-age-1, oidcc-max-age-10000
#[tokio::test]
async fn the_time_of_the_sign_in_moves_only_with_a_new_one() {
    let mut scene = Scene::new().await;
    let plain = scene.rp.request("openid").kind("id_token");
    let answer = scene.ask(&plain).await;
    let before = id_claims(&scene, answer.get("id_token"))["auth_time"]
        .as_i64()
        .unwrap();
    for (name, value, again) in [
        ("max_age", "10000", false),
        ("max_age", "1", true),
        ("prompt", "login", true),
    ] {
        scene.app.advance(2);
        let request = scene.rp.request("openid").kind("id_token").with(name, value);
        let mut shown = scene.browser.open(&request).await;
        if again {
            let alice = scene.alice.clone();
            shown = scene.browser.fill_in(&shown, &alice).await;
        }
        let answer = shown.answer(&request.redirect_uri);
        let time = id_claims(&scene, answer.get("id_token"))["auth_time"]
            .as_i64()
            .unwrap();
        assert_eq!(time > before, again, "{name}={value}");
    }
}

/// Tokens never travel in a query, whatever is asked for
/// Security: B13
#[tokio::test]
async fn the_query_is_refused_for_tokens() {
    let mut scene = Scene::new().await;
    for kind in WITH_TOKENS {
        for mode in ["query", "query.jwt"] {
            let request = scene.rp.request("openid").kind(kind).with("response_mode", mode);
            let answer = scene.ask(&request).await;
            assert_eq!(answer.arrived, Arrived::Fragment, "{kind} {mode}");
            request.check_refusal(&answer.params, "invalid_request");
        }
    }
}

async fn refused(scene: &mut Scene, rp: &Rp, kind: &str) {
    let request = rp.request("openid").kind(kind);
    let answer = scene.ask(&request).await;
    assert_eq!(answer.arrived, Arrived::Fragment, "{kind}");
    request.check_refusal(&answer.params, "unauthorized_client");
}

/// Security: B13
#[tokio::test]
async fn a_client_of_the_code_flow_gets_no_tokens_from_the_browser() {
    let mut scene = Scene::new().await;
    let rp = scene.app.client().named("Code only").create().await;
    for kind in WITH_TOKENS {
        refused(&mut scene, &rp, kind).await;
    }
}

/// Security: D19
#[tokio::test]
async fn a_client_whose_tokens_are_bound_to_a_key_gets_none_from_the_browser() {
    let mut scene = Scene::new().await;
    let client = scene.app.client().named("Bound").every_response_type();
    let rp = client
        .but(|metadata| {
            metadata.dpop_bound_access_tokens = true;
            metadata.response_types.retain(|kind| !kind.token);
        })
        .create()
        .await;
    for kind in ["id_token token", "code token", "code id_token token"] {
        refused(&mut scene, &rp, kind).await;
    }
    // an ID token gives access to nothing
    let request = rp.request("openid").kind("code id_token");
    assert_eq!(scene.ask(&request).await.names(), expected_names("code id_token"));
    // and it cannot be registered for more
    let mut more = rp.metadata.clone();
    more.response_types = ResponseType::ALL.to_vec();
    let who = scene.app.operator();
    let made = ops::clients::create(scene.app.ops(), &who, None, None, more).await;
    assert!(matches!(made, Ok(SaveClient::Invalid(_))), "{made:?}");
}

#[tokio::test]
async fn an_id_token_needs_the_scope_openid() {
    let mut scene = Scene::new().await;
    for kind in ["id_token", "code id_token", "id_token token"] {
        let request = scene.rp.request("profile").kind(kind);
        let answer = scene.ask(&request).await;
        request.check_refusal(&answer.params, "invalid_scope");
    }
}
