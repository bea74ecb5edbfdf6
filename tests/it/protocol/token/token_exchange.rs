//! One token for another: RFC 8693.

use gatepost::domain::client::TokenExchangePolicy;
use gatepost::domain::trusted_issuer::SubjectRule;
use serde_json::json;

use crate::harness::Person;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::api_settings;
use crate::protocol::token::jwt_bearer;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const API: &str = "https://api.test";

/// A web application with a person's tokens, and a service behind it that exchanges them.
struct Scene {
    app: TestApp,
    web: Rp,
    service: Rp,
    alice: Person,
    tokens: Tokens,
}

async fn scene(policy: impl FnOnce(&mut TokenExchangePolicy)) -> Scene {
    let app = TestApp::start().await;
    app.api(api_settings(API, &["reports:read Read reports"], &[]))
        .await;
    let web = app.client().named("Web").create().await;
    let mut own = TokenExchangePolicy {
        subject_clients: vec![web.client_id.clone()],
        subject_issuers: vec![jwt_bearer::ISSUER.to_owned()],
        audiences: vec![API.to_owned()],
        impersonation: false,
        delegation: true,
    };
    policy(&mut own);
    let service = app
        .client()
        .named("Service")
        .grants(&[GRANT, "client_credentials", "authorization_code"]);
    let service = service.scope("openid profile email reports:read").but(|m| {
        m.token_exchange = Some(own);
        m.resources = vec![API.to_owned()];
    });
    let service = service.create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&web, "openid profile offline_access").await;
    Scene {
        app,
        web,
        service,
        alice,
        tokens,
    }
}

impl Scene {
    async fn exchange(&self, kind: &str, token: &str, more: &[(&str, &str)]) -> Reply {
        let mut form = vec![
            ("grant_type", GRANT),
            ("subject_token", token),
            ("subject_token_type", kind),
        ];
        form.extend_from_slice(more);
        self.service.token(&form).await
    }
}

#[tokio::test]
async fn a_service_acts_for_the_person_within_the_token_it_was_given() {
    let s = scene(|_| {}).await;
    s.app.advance(400);
    let reply = s.exchange(ACCESS, &s.tokens.access, &[("audience", API)]).await;
    let tokens = reply.expect_tokens();
    assert_eq!(reply.json()["issued_token_type"], ACCESS);
    assert!(tokens.refresh.is_none() && tokens.id.is_none());
    let claims = tokens.access_claims();
    assert_eq!(claims["sub"], s.alice.id.as_str());
    assert_eq!(claims["act"], json!({ "sub": s.service.client_id }));
    assert_eq!(claims["aud"], json!([API, s.app.issuer()]));
    // neither wider nor longer
    assert_eq!(tokens.scope, "openid profile");
    assert_eq!(tokens.expires_in, 200);
    assert_eq!(claims["exp"], s.tokens.access_claims()["exp"]);
    // registered, or not open to the client any more: never a token for us instead
    let service = &s.service;
    service.change(&s.app, |m| m.resources.clear()).await;
    let far = s.exchange(ACCESS, &tokens.access, &[]).await;
    far.expect_error("invalid_target");
    service
        .change(&s.app, |m| m.resources = vec![API.to_owned()])
        .await;
    // an actor with a token of its own, in front of those before
    let machine = [("grant_type", "client_credentials")];
    let actor = s.service.token(&machine).await.expect_tokens().access;
    let named = [
        ("actor_token", actor.as_str()),
        ("actor_token_type", ACCESS),
        ("scope", "profile"),
    ];
    let chained = s.exchange(ACCESS, &tokens.access, &named).await.expect_tokens();
    let act = &chained.access_claims()["act"];
    assert_eq!(
        (&act["sub"], &act["act"]["sub"]),
        (&claims["act"]["sub"], &claims["act"]["sub"])
    );
    assert_eq!(
        (chained.scope.as_str(), &chained.access_claims()["aud"]),
        ("profile", &json!(API))
    );
    // it ends when it is revoked, and with the session
    assert!(s.service.is_active(&tokens.access).await);
    s.service.revoke(&tokens.access).await;
    s.exchange(ACCESS, &tokens.access, &[])
        .await
        .expect_error("invalid_request");
}

#[tokio::test]
async fn the_policy_says_who_may_do_what() {
    let s = scene(|policy| (policy.impersonation, policy.delegation) = (true, false)).await;
    let token = &s.tokens.access;
    let claims = s
        .exchange(ACCESS, token, &[])
        .await
        .expect_tokens()
        .access_claims();
    assert!(claims.get("act").is_none(), "{claims}");
    let actor = [("actor_token", token.as_str()), ("actor_token_type", ACCESS)];
    s.exchange(ACCESS, token, &actor)
        .await
        .expect_error("unauthorized_client");
    let none = scene(|policy| (policy.impersonation, policy.delegation) = (false, false)).await;
    none.exchange(ACCESS, &none.tokens.access, &[])
        .await
        .expect_error("unauthorized_client");
    let strange = scene(|policy| policy.subject_clients.clear()).await;
    strange
        .exchange(ACCESS, &strange.tokens.access, &[])
        .await
        .expect_error("invalid_request");
    // registered for the grant, but without a policy
    let bare = s.app.client().named("Bare").grants(&[GRANT]).create().await;
    let form = [
        ("grant_type", GRANT),
        ("subject_token", token),
        ("subject_token_type", ACCESS),
    ];
    bare.token(&form).await.expect_error("unauthorized_client");
    s.web.token(&form).await.expect_error("unauthorized_client");
}

/// Security: B20
#[tokio::test]
async fn what_does_not_count_cannot_be_exchanged() {
    let s = scene(|_| {}).await;
    let token = s.tokens.access.clone();
    let machine = [("grant_type", "client_credentials")];
    let machine = s.service.token(&machine).await.expect_tokens().access;
    for (kind, wrong) in [
        (ACCESS, ""),
        (ACCESS, "x"),
        (ACCESS, s.tokens.id()),
        (ACCESS, s.tokens.refresh()),
        (ACCESS, &machine),
        (ID, &token),
        // made for another client
        (ID, s.tokens.id()),
        (JWT, &token),
        (
            "urn:ietf:params:oauth:token-type:refresh_token",
            s.tokens.refresh(),
        ),
        ("", &token),
    ] {
        let reply = s.exchange(kind, wrong, &[]).await;
        reply.expect_error("invalid_request");
    }
    for (more, error) in [
        (&[("actor_token", token.as_str())][..], "invalid_request"),
        (&[("actor_token_type", ACCESS)], "invalid_request"),
        (
            &[("actor_token", "x"), ("actor_token_type", ACCESS)],
            "invalid_request",
        ),
        (
            &[(
                "requested_token_type",
                "urn:ietf:params:oauth:token-type:refresh_token",
            )],
            "invalid_request",
        ),
        (&[("scope", "openid email")], "invalid_scope"),
        (&[("scope", "offline_access")], "invalid_scope"),
        (&[("resource", "https://other.test")], "invalid_target"),
        (&[("audience", API), ("audience", "x")], "invalid_target"),
    ] {
        s.exchange(ACCESS, &token, more).await.expect_error(error);
    }
    s.exchange(ACCESS, &token, &[]).await.expect_tokens();
    s.web.revoke(&token).await;
    s.exchange(ACCESS, &token, &[])
        .await
        .expect_error("invalid_request");
}

#[tokio::test]
async fn an_id_token_of_the_same_client_and_a_jwt_of_a_trusted_issuer_count_too() {
    let s = scene(|_| {}).await;
    let mut browser = s.app.browser();
    browser.sign_in(&s.alice).await;
    let own = browser.tokens(&s.service, "openid").await;
    let tokens = s
        .exchange(ID, own.id(), &[("scope", "reports:read")])
        .await
        .expect_tokens();
    assert_eq!(tokens.access_claims()["sub"], s.alice.id.as_str());
    let signer = Signer::new();
    jwt_bearer::trust(&s.app, &signer, Some(SubjectRule::Username)).await;
    let foreign = signer.sign(&jwt_bearer::claims(&s.app, "alice"));
    let tokens = s.exchange(JWT, &foreign, &[]).await.expect_tokens();
    assert_eq!(
        (tokens.scope.as_str(), tokens.expires_in),
        ("profile email reports:read", 300)
    );
    let actor = [("actor_token", foreign.as_str()), ("actor_token_type", JWT)];
    let tokens = s.exchange(ACCESS, &s.tokens.access, &actor).await.expect_tokens();
    assert_eq!(
        tokens.access_claims()["act"],
        json!({ "iss": jwt_bearer::ISSUER, "sub": "alice" })
    );
    let mut evil = jwt_bearer::claims(&s.app, "alice");
    evil["iss"] = json!("https://evil.test");
    s.exchange(JWT, &signer.sign(&evil), &[])
        .await
        .expect_error("invalid_request");
    let logout = signer.sign_as("logout+jwt", &jwt_bearer::claims(&s.app, "alice"));
    s.exchange(JWT, &logout, &[])
        .await
        .expect_error("invalid_request");
    let page = browser.get("/logout").await;
    browser.submit(page.page().form_with("logout")).await;
    s.exchange(ID, own.id(), &[])
        .await
        .expect_error("invalid_request");
    s.alice.disable().await;
    s.exchange(JWT, &foreign, &[])
        .await
        .expect_error("invalid_request");
    s.exchange(ACCESS, &s.tokens.access, &[])
        .await
        .expect_error("invalid_request");
}
