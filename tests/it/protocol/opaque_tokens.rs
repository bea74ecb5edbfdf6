//! Access tokens that say nothing themselves, by the client's choice.

use std::collections::BTreeSet;

use gatepost::domain::client::TokenFormat;
use gatepost::store::expiry;

use crate::harness::TestApp;

#[tokio::test]
async fn an_opaque_token_works_everywhere_and_tells_nothing() {
    let app = TestApp::start().await;
    let rp = app.client().but(|m| {
        m.access_token_format = TokenFormat::Opaque;
        m.grant_types.push("client_credentials".to_owned());
        m.scope = "openid email offline_access reports".parse().unwrap();
    });
    let rp = rp.create().await;
    let other = app.client().named("Other").create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid email offline_access").await;
    let mut seen = BTreeSet::from([tokens.access.clone()]);
    assert_eq!(
        rp.userinfo(&tokens.access).await.json()["email"],
        "alice@people.test"
    );
    let said = rp.introspect(&tokens.access).await.json();
    assert_eq!(
        (&said["sub"], &said["active"]),
        (&alice.id.as_str().into(), &true.into())
    );
    assert!(!other.is_active(&tokens.access).await);
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    let own = rp
        .token(&[("grant_type", "client_credentials")])
        .await
        .expect_tokens();
    assert!(rp.is_active(&own.access).await);
    seen.extend([next.access.clone(), own.access.clone()]);
    assert_eq!(seen.len(), 3);
    for token in &seen {
        // 256 random bits
        assert!(
            token.len() == 43
                && token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        );
    }
    other.revoke(&tokens.access).await;
    assert!(rp.is_active(&tokens.access).await);
    rp.revoke(&tokens.access).await;
    assert!(!rp.is_active(&tokens.access).await);
    rp.userinfo(&tokens.access).await.expect_error("invalid_token");
    assert!(
        rp.is_active(&next.access).await,
        "one token was revoked, not its family"
    );
    app.advance(next.expires_in + 1);
    assert!(!rp.is_active(&next.access).await);
    rp.userinfo(&next.access).await.expect_error("invalid_token");
    let table = expiry::TABLES
        .iter()
        .find(|t| t.table == "opaque_access_tokens")
        .unwrap();
    assert_eq!(
        table.delete_batch(&app.ops().db, app.clock.now()).await.unwrap(),
        3
    );
}
