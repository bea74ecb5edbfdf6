//! Several tabs, the back button, and other people's links.

use crate::harness::TestApp;
use crate::protocol::authorize::signed_in;

#[tokio::test]
async fn five_tabs_are_finished_in_any_order() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    let mut tabs = Vec::new();
    for _ in 0..5 {
        let request = rp.request("openid");
        let page = browser.open(&request).await;
        tabs.push((request, page));
    }
    for tab in [3, 0, 4, 1, 2] {
        let (request, page) = &tabs[tab];
        let reply = browser.fill_in(page, &alice).await;
        let code = request.code_of(&reply);
        let tokens = rp.redeem(&code).await.expect_tokens();
        assert_eq!(tokens.id_claims()["nonce"], request.get("nonce"));
    }
}

#[tokio::test]
async fn going_back_to_the_form_and_sending_it_again_works() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    let request = rp.request("openid");
    let page = browser.open(&request).await;
    let first = browser.fill_in(&page, &alice).await;
    let second = browser.fill_in(&page, &alice).await;
    let (first, second) = (request.code_of(&first), request.code_of(&second));
    assert_ne!(first.code, second.code);
    rp.redeem(&second).await.expect_tokens();
}

/// Security: E11
#[tokio::test]
async fn another_browser_cannot_finish_a_request_it_did_not_sign_in_for() {
    let (app, rp, _, mut browser) = signed_in().await;
    let page = browser.open(&rp.request("openid").with("prompt", "login")).await;
    let tx = page.page().form_with("password").value("tx").unwrap().to_owned();
    let reply = app.browser().get(&format!("/authorize/{tx}")).await;
    assert!(reply.page().has("password"), "{reply}");
}

#[tokio::test]
async fn a_request_that_never_was_says_so() {
    let app = TestApp::start().await;
    for tx in ["tx_00000000000000000000000000", "nonsense", "tx_", "%00", "..%2f"] {
        let reply = app.browser().get(&format!("/authorize/{tx}")).await;
        assert!(reply.status.is_client_error(), "{reply}");
    }
}
