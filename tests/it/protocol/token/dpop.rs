//! Proofs of possession: RFC 9449.

use axum::http::Method;
use gatepost::domain::signing_alg::SigningAlg;
use serde_json::Value;
use serde_json::json;

use crate::harness::Browser;
use crate::harness::Rp;
use crate::harness::Shown;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::fresh;
use crate::harness::key;
use crate::harness::other_key;
use crate::harness::proof_claims;
use crate::harness::resource;

fn mine() -> &'static Signer {
    key(SigningAlg::ES256)
}

fn other() -> &'static Signer {
    other_key(SigningAlg::ES256)
}

async fn scene(settings: &[(&str, &str)]) -> (TestApp, Rp, Browser) {
    let app = TestApp::with(settings).await;
    let rp = app.client().but(|m| m.dpop_bound_access_tokens = true);
    let mut rp = rp.create().await;
    rp.shown = Shown::dpop(mine());
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, rp, browser)
}

/// Security: D18
#[tokio::test]
async fn a_client_that_needs_a_binding_gets_a_bound_token_or_none() {
    let (app, mut rp, mut browser) = scene(&[]).await;
    let code = browser.authorize(&rp, "openid offline_access").await;
    rp.shown = Shown::nothing();
    rp.redeem(&code).await.expect_error("invalid_dpop_proof");
    rp.shown = Shown::dpop(mine());
    let tokens = rp.redeem(&code).await.expect_tokens();
    assert_eq!(tokens.access_claims()["cnf"], json!({ "jkt": mine().jkt() }));
    let told = rp.introspect(&tokens.access).await.json();
    assert_eq!(
        (&told["token_type"], &told["cnf"]["jkt"]),
        (&json!("DPoP"), &json!(mine().jkt()))
    );
    for scheme in ["DPoP", "dpop", "dPOP"] {
        let shown = if scheme == "DPoP" {
            Shown::dpop(mine())
        } else {
            let claims = proof_claims(&app, &Method::GET, "/userinfo", Some(&tokens.access));
            Shown::proofs(&[mine().proof(&claims)])
        };
        let reply = resource(&app, scheme, &tokens.access, &shown).await;
        assert_eq!(reply.status, 200, "{scheme}: {reply}");
    }
    // a confidential client may change its key, and cannot do without
    rp.shown = Shown::dpop(other());
    let renewed = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(renewed.access_claims()["cnf"]["jkt"], other().jkt());
    rp.shown = Shown::nothing();
    rp.refresh(renewed.refresh())
        .await
        .expect_error("invalid_dpop_proof");
}

/// Security: C15
#[tokio::test]
async fn the_refresh_token_of_a_public_client_is_bound_to_its_key() {
    let (app, _, mut browser) = scene(&[]).await;
    let mut rp = app.client().named("Phone").public().create().await;
    rp.shown = Shown::dpop(mine());
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    assert_eq!(tokens.access_claims()["cnf"]["jkt"], mine().jkt());
    for shown in [Shown::nothing(), Shown::dpop(other())] {
        rp.shown = shown;
        rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    }
    rp.shown = Shown::dpop(mine());
    let renewed = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(renewed.access_claims()["cnf"]["jkt"], mine().jkt());
}

#[tokio::test]
async fn a_code_is_bound_to_the_key_that_the_request_named_or_showed() {
    let (app, mut rp, mut browser) = scene(&[]).await;
    rp.metadata.token_endpoint_auth_method = gatepost::domain::client::AuthMethod::ClientSecretBasic;
    let request = rp.request("openid").with("dpop_jkt", mine().jkt());
    for (signer, good) in [(other(), false), (mine(), true)] {
        let code = browser.code(&request).await;
        rp.shown = Shown::dpop(signer);
        let reply = rp.redeem(&code).await;
        if good {
            reply.expect_tokens();
        } else {
            reply.expect_error("invalid_grant");
        }
    }
    let crooked = rp.request("openid").with("dpop_jkt", "short");
    let refused = browser.open(&crooked).await;
    crooked.expect_refusal(&refused, "invalid_request");
    // pushed: by the proof, by the parameter, and by both if they agree
    let plain = rp.request("openid");
    let named = plain.clone().with("dpop_jkt", mine().jkt());
    for (request, shown) in [
        (&plain, Shown::dpop(mine())),
        (&named, Shown::nothing()),
        (&named, Shown::dpop(mine())),
    ] {
        for (signer, good) in [(other(), false), (mine(), true)] {
            rp.shown = shown.clone();
            let uri = rp.pushed(request).await;
            let reply = browser.open(&request.carrying("request_uri", &uri)).await;
            let code = request.code_of(&browser.allow(reply).await);
            rp.shown = Shown::dpop(signer);
            assert_eq!(rp.redeem(&code).await.status, if good { 200 } else { 400 });
        }
    }
    rp.shown = Shown::dpop(other());
    rp.push(&named).await.expect_error("invalid_dpop_proof");
    assert_eq!(app.issuer(), "https://id.test");
}

/// The claims of a good proof with one changed, or left out.
fn changed(mut claims: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().expect("an object").remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

/// Certification: fapi2-security-profile-final-dpop-negative-tests
/// Security: D18
#[tokio::test]
async fn a_proof_that_does_not_fit_its_request_is_refused_at_both_endpoints() {
    let (app, mut rp, mut browser) = scene(&[]).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let now = app.ops().now().as_secs();
    let header = |name: &str, value: Value| changed(mine().proof_header(), name, value);
    for (method, path, ath) in [
        (Method::POST, "/token", None),
        (Method::GET, "/userinfo", Some(tokens.access.as_str())),
    ] {
        let good = || proof_claims(&app, &method, path, ath);
        let url = format!("{}{path}", app.issuer());
        let mut bad: Vec<Vec<String>> = vec![
            vec![mine().proof(&good()), mine().proof(&good())],
            vec!["junk".to_owned()],
            vec![String::new()],
            vec![key(SigningAlg::RS256).proof(&good())],
        ];
        for (name, value) in [
            ("typ", json!(null)),
            ("typ", json!("JWT")),
            ("alg", json!(null)),
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("jwk", json!(null)),
            ("jwk", other().proof_header()["jwk"].clone()),
        ] {
            bad.push(vec![mine().sign_with(&header(name, value), &good())]);
        }
        let mut private = mine().proof_header();
        private["jwk"]["d"] = json!("AAAA");
        bad.push(vec![mine().sign_with(&private, &good())]);
        let mut claims: Vec<(&str, Value)> = vec![
            ("htm", json!(if path == "/token" { "GET" } else { "POST" })),
            ("htm", json!("get")),
            ("htu", json!("https://evil.test/token")),
            ("htu", json!(format!("{}/jwks", app.issuer()))),
            ("htu", json!(url.replace("https", "http"))),
            ("htu", json!(format!("{url}/"))),
            ("htu", json!("junk")),
            ("iat", json!(now - 3_600)),
            ("iat", json!(now + 3_600)),
            ("iat", json!(now - 600)),
            ("iat", json!(now.to_string())),
        ];
        claims.extend(["jti", "htm", "htu", "iat"].map(|name| (name, json!(null))));
        if ath.is_some() {
            claims.extend([("ath", json!(null)), ("ath", json!(fresh()))]);
        }
        bad.extend(
            claims
                .into_iter()
                .map(|(name, value)| vec![mine().proof(&changed(good(), name, value))]),
        );
        let replayed = mine().proof(&good());
        let mut cases: Vec<(Vec<String>, bool)> =
            vec![(vec![replayed.clone()], true), (vec![replayed], false)];
        cases.extend(bad.into_iter().map(|proofs| (proofs, false)));
        for (name, value) in [
            ("iat", json!(now - 50)),
            ("iat", json!(now + 8)),
            ("nbf", json!(now)),
            ("exp", json!(now + 60)),
            ("more", json!({"a": 1})),
            ("htu", json!(format!("{url}?a=b#c"))),
            (
                "htu",
                json!(url.replace("https://id.test", "HTTPS://ID.test:443")),
            ),
        ] {
            cases.push((vec![mine().proof(&changed(good(), name, value))], true));
        }
        for (proofs, good) in cases {
            let shown = Shown::proofs(&proofs);
            let reply = match ath {
                None => {
                    rp.shown = shown;
                    rp.refresh("x").await
                }
                Some(token) => resource(&app, "DPoP", token, &shown).await,
            };
            match (ath, good) {
                (None, true) => drop(reply.expect_error("invalid_grant")),
                (None, false) => drop(reply.expect_error("invalid_dpop_proof")),
                (Some(_), true) => assert_eq!(reply.status, 200, "{proofs:?} {reply}"),
                (Some(_), false) => {
                    reply.expect_error_with(401, "invalid_dpop_proof");
                    let challenge = reply.header("www-authenticate");
                    assert!(
                        challenge.starts_with("DPoP ") && challenge.contains("algs=\"PS256 ES256 EdDSA\"")
                    );
                }
            }
        }
    }
}

/// Security: D18, E9
#[tokio::test]
async fn a_bound_token_is_worth_nothing_without_its_key() {
    let (app, rp, mut browser) = scene(&[]).await;
    let tokens = browser.tokens(&rp, "openid").await;
    let token = tokens.access.as_str();
    for (scheme, shown) in [
        ("DPoP", Shown::nothing()),
        ("DPoP", Shown::dpop(other())),
        ("Bearer", Shown::nothing()),
        ("Bearer", Shown::dpop(mine())),
        ("Basic", Shown::dpop(mine())),
    ] {
        let reply = resource(&app, scheme, token, &shown).await;
        assert_eq!(reply.status, 401, "{scheme}: {reply}");
        assert_eq!(
            reply.header("www-authenticate").starts_with("DPoP "),
            scheme != "Basic",
            "{reply}"
        );
    }
    let in_form = app.post("/userinfo", &[("access_token", token)]).await;
    assert_eq!(in_form.status, 401);
    let in_query = app.get(&format!("/userinfo?access_token={token}")).await;
    assert_eq!(in_query.status, 401);
    // and a token that is not bound is no DPoP token
    let plain = app.client().named("Plain").create().await;
    let bearer = browser.tokens(&plain, "openid").await;
    let reply = resource(&app, "DPoP", &bearer.access, &Shown::dpop(mine())).await;
    reply.expect_error("invalid_token");
    let unasked = app.get("/userinfo").await;
    let challenges: Vec<_> = unasked.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(
        challenges,
        ["Bearer realm=\"gatepost\"", "DPoP algs=\"PS256 ES256 EdDSA\""]
    );
}

#[tokio::test]
async fn a_proof_counts_on_one_node_only() {
    let (app, rp, _) = scene(&[]).await;
    let there = app.another_process().await;
    for _ in 0..10 {
        let proof = mine().proof(&proof_claims(&app, &Method::POST, "/token", None));
        let (mut one, mut two) = (rp.clone(), rp.at(&there));
        one.shown = Shown::proofs(std::slice::from_ref(&proof));
        two.shown = one.shown.clone();
        let (one, two) = tokio::join!(one.refresh("x"), two.refresh("x"));
        let mut seen = [one, two].map(|reply| reply.json()["error"].as_str().unwrap().to_owned());
        seen.sort_unstable();
        assert_eq!(seen, ["invalid_dpop_proof", "invalid_grant"]);
    }
}

#[tokio::test]
async fn where_a_nonce_is_required_it_is_given_and_taken_for_a_while() {
    let (app, mut rp, mut browser) = scene(&[("dpop.nonce", "required")]).await;
    let code = browser.authorize(&rp, "openid offline_access").await;
    let asked = rp.redeem(&code).await;
    asked.expect_error("use_dpop_nonce");
    rp.shown.nonce = Some(asked.header("dpop-nonce").to_owned());
    let answer = rp.redeem(&code).await;
    let tokens = answer.expect_tokens();
    assert!(!answer.header("dpop-nonce").is_empty());
    let mut shown = Shown::dpop(mine());
    let asked = resource(&app, "DPoP", &tokens.access, &shown).await;
    asked.expect_error_with(401, "use_dpop_nonce");
    assert!(
        asked
            .header("www-authenticate")
            .contains("error=\"use_dpop_nonce\"")
    );
    shown.nonce = Some(asked.header("dpop-nonce").to_owned());
    let answer = resource(&app, "DPoP", &tokens.access, &shown).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert!(!answer.header("dpop-nonce").is_empty());
    // the previous nonce is taken still, one from long ago is not; other nodes know them all
    app.advance(120);
    let there = app.another_process().await;
    assert_eq!(resource(&there, "DPoP", &tokens.access, &shown).await.status, 200);
    app.advance(130);
    let late = resource(&app, "DPoP", &tokens.access, &shown).await;
    late.expect_error_with(401, "use_dpop_nonce");
    let pushed = rp.push(&rp.request("openid")).await;
    pushed.expect_error("use_dpop_nonce");
}
