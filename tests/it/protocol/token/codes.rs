//! Codes: bound to client, redirect URI and verifier; used once; short-lived.

use crate::harness::Browser;
use crate::harness::Code;
use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::challenge;

async fn scene() -> (TestApp, Rp, Person, Browser) {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, rp, alice, browser)
}

fn with(code: &Code, change: impl FnOnce(&mut Code)) -> Code {
    let mut changed = code.clone();
    change(&mut changed);
    changed
}

/// Certification: fapi2-security-profile-final-ensure-pkce-code-verifier-required
/// Security: B1
#[tokio::test]
async fn a_code_without_its_verifier_is_refused() {
    let (app, rp, alice, mut browser) = scene().await;
    let public = app.client().named("Public").public().create().await;
    for rp in [rp, public] {
        let code = browser.authorize(&rp, "openid").await;
        rp.redeem(&with(&code, |c| c.verifier = None))
            .await
            .expect_error("invalid_grant");
    }
    drop(alice);
}

/// Certification: fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected
/// Security: B2, B4, B5
#[tokio::test]
async fn a_wrong_verifier_is_refused() {
    let (_, rp, _, mut browser) = scene().await;
    for wrong in [
        "",
        "x",
        &"x".repeat(42),
        &"x".repeat(43),
        &"x".repeat(129),
        &format!("{} +", "x".repeat(60)),
    ] {
        let code = browser.authorize(&rp, "openid").await;
        let code = with(&code, |c| c.verifier = Some((*wrong).to_owned()));
        rp.redeem(&code).await.expect_error("invalid_grant");
    }
    let code = browser.authorize(&rp, "openid").await;
    let hashed = challenge(code.verifier.as_ref().unwrap());
    rp.redeem(&with(&code, |c| c.verifier = Some(hashed)))
        .await
        .expect_error("invalid_grant");
}

/// Security: B5
#[tokio::test]
async fn a_wrong_guess_uses_the_code_up() {
    let (_, rp, _, mut browser) = scene().await;
    let code = browser.authorize(&rp, "openid").await;
    rp.redeem(&with(&code, |c| c.verifier = Some("g".repeat(43))))
        .await
        .expect_error("invalid_grant");
    rp.redeem(&code).await.expect_error("invalid_grant");
}

/// Security: B3
#[tokio::test]
async fn a_verifier_for_a_request_without_challenge_is_refused() {
    let (app, _, _, mut browser) = scene().await;
    let rp = app.client().named("Lenient").without_pkce().create().await;
    let code = browser.code(&rp.request("openid").without_pkce()).await;
    let code = with(&code, |c| c.verifier = Some("v".repeat(43)));
    rp.redeem(&code).await.expect_error("invalid_grant");
}

/// Certification: oidcc-codereuse, oidcc-codereuse-30seconds,
/// fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second
/// Security: B6
#[tokio::test]
async fn a_second_use_is_refused_and_ends_what_the_first_brought() {
    for wait_secs in [0, 30] {
        let (app, rp, _, mut browser) = scene().await;
        let code = browser.authorize(&rp, "openid offline_access").await;
        let tokens = rp.redeem(&code).await.expect_tokens();
        let next = rp.refresh(tokens.refresh()).await.expect_tokens();
        app.advance(wait_secs);
        rp.redeem(&code).await.expect_error("invalid_grant");
        rp.userinfo(&tokens.access).await.expect_error("invalid_token");
        rp.userinfo(&next.access).await.expect_error("invalid_token");
        assert!(!rp.is_active(&tokens.access).await && !rp.is_active(next.refresh()).await);
        rp.refresh(next.refresh()).await.expect_error("invalid_grant");
    }
}

/// Certification: fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code
/// Security: B8
#[tokio::test]
async fn a_code_stops_working_after_its_lifetime() {
    let (app, rp, _, mut browser) = scene().await;
    let code = browser.authorize(&rp, "openid").await;
    let lifetime = app.ops().config.tokens.code_lifetime.as_secs();
    assert!(lifetime <= 60, "{lifetime}");
    app.advance(lifetime + 1);
    rp.redeem(&code).await.expect_error("invalid_grant");
}

/// Security: B9
#[tokio::test]
async fn another_client_cannot_redeem_a_code_and_does_not_spoil_it() {
    let (app, rp, _, mut browser) = scene().await;
    let other = app.client().named("Other").create().await;
    let public = app.client().named("Public").public().create().await;
    let code = browser.authorize(&rp, "openid").await;
    for thief in [&other, &public] {
        thief.redeem(&code).await.expect_error("invalid_grant");
        let theirs = with(&code, |c| c.redirect_uri.clone_from(&thief.redirect_uri));
        thief.redeem(&theirs).await.expect_error("invalid_grant");
    }
    rp.redeem(&code).await.expect_tokens();
}

/// Security: B9
#[tokio::test]
async fn another_or_no_redirect_uri_is_refused() {
    let (_, rp, _, mut browser) = scene().await;
    for uri in [
        "https://other.test/cb",
        "https://ledger.test/cb/",
        "https://LEDGER.test/cb",
        "",
    ] {
        let code = browser.authorize(&rp, "openid").await;
        let code = with(&code, |c| uri.clone_into(&mut c.redirect_uri));
        rp.redeem(&code).await.expect_error("invalid_grant");
    }
    let code = browser.authorize(&rp, "openid").await;
    let form: Vec<_> = code
        .form()
        .into_iter()
        .filter(|(name, _)| *name != "redirect_uri")
        .collect();
    rp.token(&form).await.expect_error("invalid_grant");
}

/// Security: B10, B11
#[tokio::test]
async fn what_is_not_a_code_is_refused() {
    let (app, rp, alice, mut browser) = scene().await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let code = browser.authorize(&rp, "openid").await;
    let link = gatepost::ops::links::make_reset_link(app.ops(), &app.operator(), &alice.id).await;
    let link = link.unwrap().unwrap().url.into_inner();
    let session = browser.cookies.values().next().unwrap().clone();
    let flipped = {
        let mut bytes = code.code.clone().into_bytes();
        bytes[10] = if bytes[10] == b'a' { b'b' } else { b'a' };
        String::from_utf8(bytes).unwrap()
    };
    let other = [
        code.code[..code.code.len() - 1].to_owned(),
        format!("{}A", code.code),
        format!("{}=", code.code),
        format!("{}.", code.code),
        flipped,
        code.code.to_uppercase(),
        tokens.access.clone(),
        tokens.refresh().to_owned(),
        tokens.id().to_owned(),
        link.split("token=").nth(1).unwrap().to_owned(),
        session,
        rp.client_id.to_string(),
    ];
    for value in other {
        rp.redeem(&with(&code, |c| c.code = value))
            .await
            .expect_error("invalid_grant");
    }
    // and a code is nothing else
    rp.refresh(&code.code).await.expect_error("invalid_grant");
    rp.userinfo(&code.code).await.expect_error("invalid_token");
    assert!(!rp.is_active(&code.code).await);
    rp.redeem(&code).await.expect_tokens();
}

/// Security: B12
#[tokio::test]
async fn a_disabled_or_deleted_persons_code_is_refused() {
    let (_, rp, alice, mut browser) = scene().await;
    let code = browser.authorize(&rp, "openid").await;
    alice.disable().await;
    rp.redeem(&code).await.expect_error("invalid_grant");
    let (_, rp, alice, mut browser) = scene().await;
    let code = browser.authorize(&rp, "openid").await;
    alice.delete().await;
    rp.redeem(&code).await.expect_error("invalid_grant");
}

#[tokio::test]
async fn a_missing_code_is_told_apart() {
    let (_, rp, ..) = scene().await;
    rp.token(&[("grant_type", "authorization_code")])
        .await
        .expect_error("invalid_request");
}
