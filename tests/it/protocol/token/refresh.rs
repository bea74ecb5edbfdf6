//! Refresh tokens: rotation, the lost answer, reuse. RFC 6749 §6, RFC 9700 §4.14.

use gatepost::domain::id::FamilyId;
use gatepost::domain::token_family::EndReason;
use gatepost::ops;

use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::basic;

struct Scene {
    app: TestApp,
    rp: Rp,
    alice: Person,
    browser: Browser,
    tokens: Tokens,
}

async fn scene_with(window_secs: Option<u32>) -> Scene {
    let app = TestApp::start().await;
    let rp = app
        .client()
        .but(|m| m.lifetimes.refresh_repeat_window = window_secs)
        .create()
        .await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid email offline_access").await;
    Scene {
        app,
        rp,
        alice,
        browser,
        tokens,
    }
}

async fn scene() -> Scene {
    scene_with(None).await
}

/// Certification: oidcc-refresh-token
#[tokio::test]
async fn each_refresh_brings_new_tokens_for_the_same_sign_in() {
    let Scene { app, rp, tokens, .. } = scene().await;
    app.advance(100);
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_ne!(next.refresh(), tokens.refresh());
    assert_ne!(next.access, tokens.access);
    let (before, after) = (tokens.id_claims(), next.id_claims());
    for same in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!(after["iat"].as_i64() >= before["iat"].as_i64().map(|t| t + 100));
    assert_eq!(next.scope, tokens.scope);
}

#[tokio::test]
async fn a_lost_answer_is_repeated_with_the_same_successor() {
    let Scene { app, rp, tokens, .. } = scene().await;
    let first = rp.refresh(tokens.refresh()).await.expect_tokens();
    app.advance(9);
    let again = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(again.refresh(), first.refresh());
    rp.refresh(first.refresh()).await.expect_tokens();
}

#[tokio::test]
async fn after_the_window_the_same_request_is_reuse_and_ends_the_family() {
    let Scene { app, rp, tokens, .. } = scene().await;
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    app.advance(11);
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.refresh(next.refresh()).await.expect_error("invalid_grant");
    rp.userinfo(&next.access).await.expect_error("invalid_token");
    assert!(!rp.is_active(&tokens.access).await && !rp.is_active(next.refresh()).await);
}

#[tokio::test]
async fn once_the_successor_was_used_the_same_request_is_reuse() {
    let Scene { rp, tokens, .. } = scene().await;
    let second = rp.refresh(tokens.refresh()).await.expect_tokens();
    let third = rp.refresh(second.refresh()).await.expect_tokens();
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.refresh(third.refresh()).await.expect_error("invalid_grant");
}

#[tokio::test]
async fn with_a_window_of_zero_a_lost_answer_is_reuse() {
    let Scene { rp, tokens, .. } = scene_with(Some(0)).await;
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.refresh(next.refresh()).await.expect_error("invalid_grant");
}

/// Security: C2
#[tokio::test]
async fn every_earlier_generation_is_reuse_also_within_one_second() {
    for generation in 0..4 {
        let Scene { rp, tokens, .. } = scene().await;
        let mut all = vec![tokens.refresh().to_owned()];
        for _ in 0..5 {
            let next = rp.refresh(all.last().unwrap()).await.expect_tokens();
            all.push(next.refresh().to_owned());
        }
        rp.refresh(&all[generation]).await.expect_error("invalid_grant");
        rp.refresh(all.last().unwrap())
            .await
            .expect_error("invalid_grant");
    }
}

/// Security: C3
#[tokio::test]
async fn a_restart_forgets_nothing() {
    let Scene { app, rp, tokens, .. } = scene().await;
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    app.advance(11);
    let rp = rp.at(&app.another_process().await);
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.refresh(next.refresh()).await.expect_error("invalid_grant");
}

/// Security: C5
#[tokio::test]
async fn the_client_must_prove_who_it_is() {
    let Scene { app, rp, tokens, .. } = scene().await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.refresh()),
    ];
    app.post("/token", &form).await.expect_error("invalid_client");
    let with_id = [form[0], form[1], ("client_id", rp.client_id.as_str())];
    app.post("/token", &with_id).await.expect_error("invalid_client");
    let wrong = basic(rp.client_id.as_str(), "wrong");
    rp.post_with("/token", &form, &wrong)
        .await
        .expect_error("invalid_client");
    rp.refresh(tokens.refresh()).await.expect_tokens();
}

/// Security: C5, C6
#[tokio::test]
async fn another_client_gets_nothing_and_spoils_nothing() {
    let Scene { app, rp, tokens, .. } = scene().await;
    let other = app.client().named("Other").create().await;
    let public = app.client().named("Public").public().create().await;
    for thief in [&other, &public] {
        thief
            .refresh(tokens.refresh())
            .await
            .expect_error("invalid_grant");
        let wider = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.refresh()),
            ("scope", "openid phone"),
        ];
        thief.token(&wider).await.expect_error("invalid_grant");
    }
    rp.refresh(tokens.refresh()).await.expect_tokens();
}

/// Security: C7, C16
#[tokio::test]
async fn what_is_not_a_refresh_token_is_refused() {
    let Scene { rp, tokens, .. } = scene().await;
    let refresh = tokens.refresh();
    let others = [
        tokens.access.clone(),
        tokens.id().to_owned(),
        refresh[..refresh.len() - 1].to_owned(),
        format!("{refresh}="),
        format!("{refresh}."),
        format!("{refresh} "),
        refresh.to_uppercase(),
        "x".to_owned(),
    ];
    for other in others {
        rp.refresh(&other).await.expect_error("invalid_grant");
        assert!(!rp.is_active(&other).await || other == tokens.access, "{other}");
    }
    rp.token(&[("grant_type", "refresh_token")])
        .await
        .expect_error("invalid_request");
    rp.refresh(refresh).await.expect_tokens();
}

/// Security: C8
#[tokio::test]
async fn a_scope_may_be_narrowed_but_never_widened() {
    let Scene { rp, tokens, .. } = scene().await;
    let ask = async |token: &str, scope: &str| {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        rp.token(&form).await
    };
    for wider in ["openid email phone", "openid admin"] {
        ask(tokens.refresh(), wider).await.expect_error("invalid_scope");
    }
    let narrow = ask(tokens.refresh(), "openid").await.expect_tokens();
    assert_eq!(narrow.scope, "openid");
    let info = rp.userinfo(&narrow.access).await.json();
    assert!(info.get("email").is_none(), "{info}");
    let whole = rp.refresh(narrow.refresh()).await.expect_tokens();
    assert_eq!(whole.scope, tokens.scope);
}

/// Security: C9
#[tokio::test]
async fn a_disabled_person_refreshes_nothing_and_an_enabled_one_not_again() {
    let Scene {
        app,
        rp,
        alice,
        tokens,
        ..
    } = scene().await;
    alice.disable().await;
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    assert!(!rp.is_active(&tokens.access).await);
    let active = gatepost::domain::user::UserStatus::Active;
    ops::users::set_status(app.ops(), &app.operator(), &alice.id, active)
        .await
        .unwrap();
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
}

/// Security: C9
#[tokio::test]
async fn a_deleted_person_refreshes_nothing() {
    let Scene {
        rp, alice, tokens, ..
    } = scene().await;
    alice.delete().await;
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    assert!(!rp.is_active(&tokens.access).await);
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_opened() {
    let Scene {
        app,
        rp,
        alice,
        tokens,
        ..
    } = scene().await;
    let password = "another long enough phrase".to_owned().into();
    ops::users::set_password(app.ops(), &app.operator(), &alice.id, password)
        .await
        .unwrap();
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
}

/// Security: C10
#[tokio::test]
async fn withdrawn_consent_ends_the_clients_tokens() {
    let Scene {
        app,
        rp,
        alice,
        tokens,
        ..
    } = scene().await;
    ops::consent::withdraw(app.ops(), &app.operator(), &alice.id, &rp.client_id)
        .await
        .unwrap();
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    assert!(!rp.is_active(&tokens.access).await);
}

#[tokio::test]
async fn an_admin_ends_a_family() {
    let Scene { app, rp, tokens, .. } = scene().await;
    let family: FamilyId = tokens.access_claims()["fam"].as_str().unwrap().parse().unwrap();
    let reason = EndReason::AdminRevoked;
    let ended = ops::tokens::revoke_family(app.ops(), &app.operator(), &family, reason).await;
    assert!(ended.unwrap());
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
}

/// Security: C14
#[tokio::test]
async fn a_role_taken_away_is_gone_from_the_next_tokens() {
    let Scene {
        rp,
        alice,
        mut browser,
        ..
    } = scene().await;
    let role = alice.give_role("auditor", None).await;
    let tokens = browser.tokens(&rp, "openid roles offline_access").await;
    assert_eq!(tokens.access_claims()["roles"], serde_json::json!(["auditor"]));
    alice.take_role(&role).await;
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(next.access_claims()["roles"], serde_json::json!([]));
    let info = rp.userinfo(&tokens.access).await.json();
    assert!(info["roles"].as_array().is_none_or(Vec::is_empty), "{info}");
}

#[tokio::test]
async fn a_refresh_token_that_is_not_used_runs_out() {
    let Scene { app, rp, tokens, .. } = scene().await;
    let idle = app.ops().config.tokens.refresh_idle_lifetime.as_secs();
    app.advance(idle + 1);
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
}

#[tokio::test]
async fn a_family_runs_out_however_often_it_is_used() {
    let Scene {
        app, rp, mut tokens, ..
    } = scene().await;
    let settings = &app.ops().config.tokens;
    let (idle, whole) = (
        settings.refresh_idle_lifetime.as_secs(),
        settings.refresh_absolute_lifetime.as_secs(),
    );
    let mut passed = 0;
    while passed + idle / 2 < whole {
        app.advance(idle / 2);
        passed += idle / 2;
        tokens = rp.refresh(tokens.refresh()).await.expect_tokens();
    }
    app.advance(idle / 2 + 1);
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
}
