//! The main path, once through.

use crate::harness::TestApp;

/// Certification: oidcc-server
#[tokio::test]
async fn a_person_signs_in_to_a_client_which_reads_who_it_is() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();

    let request = rp.request("openid profile offline_access");
    let login = browser.open(&request).await;
    let answer = browser.fill_in(&login, &alice).await;
    let tokens = rp.redeem(&request.code_of(&answer)).await.expect_tokens();

    assert_eq!(tokens.id_claims()["nonce"], request.get("nonce"));
    let who = rp.userinfo(&tokens.access).await.json();
    assert_eq!(who["sub"], alice.id.as_str());
    assert_eq!(who["name"], "alice Example");
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    assert_eq!(next.id_claims()["sub"], alice.id.as_str());
}
