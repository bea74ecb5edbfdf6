//! Who a person is to a client: OIDC Core §8.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::domain::client::SubjectType;
use sha2::Digest as _;

use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;

async fn pairwise(app: &TestApp, uri: &str) -> Rp {
    let rp = app
        .client()
        .redirect_uri(uri)
        .but(|m| m.subject_type = SubjectType::Pairwise);
    rp.create().await
}

async fn sub(app: &TestApp, rp: &Rp, who: &Person) -> String {
    let mut browser = app.browser();
    browser.sign_in(who).await;
    let tokens = browser.tokens(rp, "openid").await;
    tokens.id_claims()["sub"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn clients_of_one_sector_share_a_subject_and_others_cannot_compare() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.user("alice").create().await, app.user("bob").create().await);
    let one = pairwise(&app, "https://one.test/cb").await;
    let twin = pairwise(&app, "https://one.test/other").await;
    let two = pairwise(&app, "https://two.test/cb").await;
    let public = app.client().named("Public").create().await;
    let at_one = sub(&app, &one, &alice).await;
    assert_eq!(at_one, sub(&app, &twin, &alice).await);
    assert_eq!(at_one, sub(&app, &one, &alice).await);
    let restarted = app.another_process().await;
    assert_eq!(at_one, sub(&restarted, &one.at(&restarted), &alice).await);
    let others = [
        sub(&app, &two, &alice).await,
        sub(&app, &public, &alice).await,
        sub(&app, &one, &bob).await,
    ];
    assert!(!others.contains(&at_one), "{others:?}");
    assert_ne!(others[0], others[1]);
    assert_eq!(others[1], alice.id.as_str());
    // nothing that a client knows gives the one from the other
    let known = ["one.test", "https://one.test/cb", one.client_id.as_str(), ""];
    for text in known {
        for joined in [
            format!("{text}{}", alice.id),
            format!("{}{text}", alice.id),
            format!("{text}\0{}", alice.id),
        ] {
            let hash = URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(&joined));
            assert!(!at_one.contains(&hash[..20]), "{joined}");
        }
    }
    assert!(!at_one.contains(alice.id.as_str()) && at_one.len() <= 255);
}

#[tokio::test]
async fn everything_that_names_a_person_to_a_client_names_them_alike() {
    let app = TestApp::start().await;
    let rp = pairwise(&app, "https://one.test/cb").await;
    let (alice, bob) = (app.user("alice").create().await, app.user("bob").create().await);
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let sub = tokens.id_claims()["sub"].clone();
    assert_eq!(tokens.access_claims()["sub"], sub);
    assert_eq!(rp.userinfo(&tokens.access).await.json()["sub"], sub);
    assert_eq!(rp.introspect(&tokens.access).await.json()["sub"], sub);
    assert_eq!(rp.introspect(tokens.refresh()).await.json()["sub"], sub);
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(
        (&next.id_claims()["sub"], &next.access_claims()["sub"]),
        (&sub, &sub)
    );
    // hints are understood in the same terms
    let hinted = rp
        .request("openid")
        .with("id_token_hint", next.id())
        .with("prompt", "none");
    browser.code(&hinted).await;
    let claims = serde_json::json!({ "id_token": { "sub": { "value": sub } } }).to_string();
    let asked = rp
        .request("openid")
        .with("claims", &claims)
        .with("prompt", "none");
    browser.code(&asked).await;
    let mut other = app.browser();
    other.sign_in(&bob).await;
    for request in [hinted, asked] {
        let reply = other.open(&request).await;
        request.expect_refusal(&reply, "login_required");
    }
    // the public name means nobody here
    let claims = serde_json::json!({ "id_token": { "sub": { "value": alice.id } } }).to_string();
    let public = rp
        .request("openid")
        .with("claims", &claims)
        .with("prompt", "none");
    let reply = browser.open(&public).await;
    public.expect_refusal(&reply, "login_required");
}
