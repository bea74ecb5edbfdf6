//! A client acting for itself: RFC 6749 §4.4.

use crate::harness::Rp;
use crate::harness::TestApp;

async fn robot(app: &TestApp) -> Rp {
    app.client()
        .named("Robot")
        .grants(&["client_credentials"])
        .scope("openid offline_access reports:read reports:write")
        .create()
        .await
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn the_token_speaks_for_the_client_and_brings_no_other() {
    let app = TestApp::start().await;
    let rp = robot(&app).await;
    let tokens = rp
        .token(&[GRANT, ("scope", "reports:read")])
        .await
        .expect_tokens();
    assert!(tokens.refresh.is_none() && tokens.id.is_none());
    assert_eq!(tokens.scope, "reports:read");
    let claims = tokens.access_claims();
    assert_eq!(
        (&claims["sub"], &claims["client_id"]),
        (&claims["client_id"], &rp.client_id.as_str().into())
    );
    assert!(
        claims.get("sid").is_none() && claims.get("auth_time").is_none(),
        "{claims}"
    );
    assert!(rp.is_active(&tokens.access).await);
}

#[tokio::test]
async fn without_a_scope_the_registered_ones_are_given_except_those_of_people() {
    let app = TestApp::start().await;
    let tokens = robot(&app).await.token(&[GRANT]).await.expect_tokens();
    let mut scope: Vec<_> = tokens.scope.split(' ').collect();
    scope.sort_unstable();
    assert_eq!(scope, ["reports:read", "reports:write"]);
}

/// Security: B15
#[tokio::test]
async fn other_scopes_are_refused() {
    let app = TestApp::start().await;
    let rp = robot(&app).await;
    for scope in [
        "admin",
        "reports:read admin",
        "openid",
        "offline_access",
        "\"",
        "ä",
    ] {
        rp.token(&[GRANT, ("scope", scope)])
            .await
            .expect_error("invalid_scope");
    }
}

/// Security: B14
#[tokio::test]
async fn clients_that_are_not_registered_for_it_or_have_no_secret_are_refused() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    rp.token(&[GRANT]).await.expect_error("unauthorized_client");
    let public = app.client().named("Public").public().create().await;
    public.token(&[GRANT]).await.expect_error("unauthorized_client");
}

#[tokio::test]
async fn such_a_token_is_nobodys_at_userinfo_and_ends_when_revoked() {
    let app = TestApp::start().await;
    let rp = robot(&app).await;
    let tokens = rp.token(&[GRANT]).await.expect_tokens();
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    assert_eq!(rp.revoke(&tokens.access).await.status, 200);
    assert!(!rp.is_active(&tokens.access).await);
}

/// Security: B14
#[tokio::test]
async fn a_grant_that_is_not_served_is_refused_by_name() {
    let app = TestApp::start().await;
    let rp = robot(&app).await;
    for kind in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "x",
    ] {
        rp.token(&[("grant_type", kind)])
            .await
            .expect_error("unsupported_grant_type");
    }
    rp.token(&[("x", "y")]).await.expect_error("invalid_request");
    rp.token(&[("grant_type", "")])
        .await
        .expect_error("invalid_request");
}
