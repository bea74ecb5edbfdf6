//! A device's code becomes tokens once, belongs to one person, and is decided once, however many try together.

use crate::harness::TestApp;
use crate::protocol::device;
use crate::store::at_once;

/// Security: B18
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_questions_after_the_approval_one_gets_tokens() {
    let app = TestApp::start().await;
    let client = app.client().named("Television").public();
    let grants = [gatepost::domain::pending_grant::DEVICE_GRANT];
    let rp = client.grants(&grants).create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let code = std::sync::Arc::new(device::begin(&rp, "openid").await);
    device::decide(&mut browser, &code.user_code, "approve").await;
    let replies = at_once(20, || {
        let (rp, code) = (rp.clone(), std::sync::Arc::clone(&code));
        async move { device::poll(&rp, &code).await }
    })
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
    assert_eq!(won.len(), 1);
    for reply in &lost {
        reply.expect_error("invalid_grant");
    }
    assert_eq!(rp.userinfo(&won[0].expect_tokens().access).await.status, 200);
}
