//! The hybrid plan: `code id_token`, `code token` and `code id_token token`.

use gatepost::crypto::jwt;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;

use crate::certification::Scene;
use crate::certification::expected_names;
use crate::harness::Answer;
use crate::harness::Arrived;
use crate::harness::AuthRequest;
use crate::harness::Code;
use crate::harness::decode;

const KINDS: [&str; 3] = ["code id_token", "code token", "code id_token token"];

fn code_of(request: &AuthRequest, answer: &Answer) -> Code {
    Code {
        code: answer.get("code").to_owned(),
        verifier: Some(request.verifier.clone()).filter(|_| !request.get("code_challenge").is_empty()),
        redirect_uri: request.redirect_uri.clone(),
    }
}

/// Certification: oidcc-server, oidcc-idtoken-signature, oidcc-userinfo-get, oidcc-ensure-request-with-valid-pkce-succeeds,
/// oidcc-scope-all
#[tokio::test]
async fn the_fragment_binds_code_and_token_and_the_code_brings_the_rest() {
    let mut scene = Scene::new().await;
    for kind in KINDS {
        let request = scene.rp.request("openid profile email").kind(kind);
        let answer = scene.ask(&request).await;
        assert_eq!(answer.arrived, Arrived::Fragment, "{kind}");
        assert_eq!(answer.names(), expected_names(kind), "{kind}");
        let front = answer.params.get("id_token").map(|token| decode(token, 1));
        if let Some(front) = &front {
            let hash = |name: &str| Value::from(jwt::half_hash(SigningAlg::RS256, answer.get(name)));
            assert_eq!(front["c_hash"], hash("code"));
            assert_eq!(front["nonce"], request.get("nonce"));
            let at_hash = front.get("at_hash").cloned();
            assert_eq!(at_hash, kind.ends_with(" token").then(|| hash("access_token")));
            assert!(
                front.get("name").is_none() && front.get("email").is_none(),
                "{front}"
            );
        }
        let tokens = scene.rp.redeem(&code_of(&request, &answer)).await.expect_tokens();
        let back = tokens.id_claims();
        assert_eq!(back["nonce"], request.get("nonce"));
        if let Some(front) = front {
            assert_eq!((&front["iss"], &front["sub"]), (&back["iss"], &back["sub"]));
        }
        let mut bearers = vec![tokens.access.clone()];
        bearers.extend(answer.params.get("access_token").cloned());
        for token in bearers {
            let info = scene.rp.userinfo(&token).await.json();
            assert_eq!(info["sub"], back["sub"]);
            assert_eq!(info["email"], "alice@people.test");
        }
    }
}

/// Certification: oidcc-codereuse, oidcc-codereuse-30seconds
#[tokio::test]
async fn a_code_beside_tokens_is_used_once_too() {
    let mut scene = Scene::new().await;
    for (kind, wait) in KINDS.into_iter().zip([0, 1, 30]) {
        let request = scene.rp.request("openid").kind(kind);
        let answer = scene.ask(&request).await;
        let code = code_of(&request, &answer);
        let tokens = scene.rp.redeem(&code).await.expect_tokens();
        scene.app.advance(wait);
        scene.rp.redeem(&code).await.expect_error("invalid_grant");
        assert_eq!(scene.rp.userinfo(&tokens.access).await.status, 401);
    }
}

/// Certification: oidcc-server-client-secret-post, oidcc-refresh-token
#[tokio::test]
async fn a_client_that_posts_its_secret_refreshes_what_the_code_brought() {
    let mut scene = Scene::new().await;
    let client = scene.app.client().named("Poster").every_response_type();
    let rp = client.method(AuthMethod::ClientSecretPost).create().await;
    let request = rp.request("openid offline_access").kind("code id_token token");
    let answer = scene.ask(&request).await;
    assert_eq!(
        answer.get("scope"),
        "openid",
        "what leaves through the browser is not offline"
    );
    let tokens = rp.redeem(&code_of(&request, &answer)).await.expect_tokens();
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    let (first, second) = (tokens.id_claims(), next.id_claims());
    assert_eq!(
        (&first["sub"], &first["auth_time"]),
        (&second["sub"], &second["auth_time"])
    );
    scene
        .rp
        .refresh(next.refresh())
        .await
        .expect_error("invalid_grant");
}

/// Certification: oidcc-prompt-none-not-logged-in, oidcc-ensure-registered-redirect-uri
/// Security: A17
#[tokio::test]
async fn refusals_are_in_the_fragment_and_never_at_a_foreign_address() {
    let mut scene = Scene::new().await;
    for kind in KINDS {
        let request = scene.rp.request("").kind(kind);
        let answer = scene.ask(&request).await;
        assert_eq!(answer.arrived, Arrived::Fragment, "{kind}");
        request.check_refusal(&answer.params, "invalid_scope");
    }
    for kind in KINDS
        .into_iter()
        .chain(["id_token", "id_token token", "bogus", "token", ""])
    {
        for prompt in ["", "none"] {
            let request = scene.rp.request("openid").kind(kind).with("prompt", prompt);
            let request = request.with("redirect_uri", "https://evil.test/cb");
            let reply = scene.browser.open(&request).await;
            reply.expect_error_page("redirect_uri_mismatch");
        }
    }
}

/// Certification: oidcc-redirect-uri-query-OK
#[tokio::test]
async fn a_redirect_uri_with_a_query_keeps_it_before_the_fragment() {
    let scene = Scene::new().await;
    let client = scene.app.client().named("Query").every_response_type();
    let rp = client
        .redirect_uri("https://query.test/cb?bar=foo")
        .create()
        .await;
    let mut browser = scene.browser.clone();
    let reply = browser.open(&rp.request("openid").kind("code id_token")).await;
    let location = reply.location();
    assert!(
        location.starts_with("https://query.test/cb?bar=foo#code="),
        "{location}"
    );
}

/// PKCE protects the code of a hybrid flow like any other; without a code there is nothing to protect.
#[tokio::test]
async fn a_hybrid_request_of_a_pkce_client_needs_a_challenge() {
    let mut scene = Scene::new().await;
    for kind in KINDS {
        let request = scene.rp.request("openid").kind(kind).without_pkce();
        let answer = scene.ask(&request).await;
        request.check_refusal(&answer.params, "invalid_request");
    }
}
