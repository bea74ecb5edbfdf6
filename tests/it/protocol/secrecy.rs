//! Secrets are never in the log, and only their hashes in the database.

use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;

use crate::harness::TestApp;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("nobody panics here")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_ever_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    let request = rp.request("openid offline_access");
    let page = browser.open(&request).await;
    let csrf = page
        .page()
        .form_with("password")
        .value("csrf")
        .unwrap()
        .to_owned();
    let typed = page
        .page()
        .form_with("password")
        .set("username", "alice")
        .set("password", "my-wrong-password");
    browser.submit(typed).await;
    let code = request.code_of(&browser.fill_in(&page, &alice).await);
    let tokens = rp.redeem(&code).await.expect_tokens();
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();
    rp.userinfo(&next.access).await;
    rp.introspect(&next.access).await;
    rp.refresh("an-unknown-refresh-token")
        .await
        .expect_error("invalid_grant");
    rp.redeem(&code).await.expect_error("invalid_grant");
    rp.post_with(
        "/token",
        &[("grant_type", "x")],
        &crate::harness::basic(rp.client_id.as_str(), "a-wrong-secret"),
    )
    .await;

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("Issued tokens"), "the log is captured:\n{text}");
    let cookie = browser.cookies.values().next().unwrap();
    for (what, secret) in [
        ("the password", alice.password.as_str()),
        ("a wrong password", "my-wrong-password"),
        ("the client secret", rp.secret.as_deref().unwrap()),
        ("a wrong client secret", "a-wrong-secret"),
        ("the code", &code.code),
        ("the verifier", &request.verifier),
        ("an access token", &tokens.access),
        ("a refresh token", tokens.refresh()),
        ("an unknown refresh token", "an-unknown-refresh-token"),
        ("an ID token", tokens.id()),
        ("the cookie", cookie),
        ("the CSRF token", &csrf),
        ("the mail address", "alice@people.test"),
    ] {
        assert!(!text.contains(secret), "{what} is in the log");
    }
}

#[tokio::test]
async fn the_database_file_holds_no_token() {
    if crate::harness::Kind::chosen() != crate::harness::Kind::Sqlite {
        return; // one schema for both; the file is easy to read whole
    }
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let code = browser.authorize(&rp, "openid offline_access").await;
    let tokens = rp.redeem(&code).await.expect_tokens();
    let next = rp.refresh(tokens.refresh()).await.expect_tokens();

    let url = app.database().url().to_owned();
    let path = url.trim_start_matches("sqlite://").split('?').next().unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
    let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds(alice.id.as_str()), "the file is the right one");
    let cookie = browser.cookies.values().next().unwrap();
    for secret in [
        alice.password.as_str(),
        rp.secret.as_deref().unwrap(),
        &code.code,
        tokens.refresh(),
        next.refresh(),
        &tokens.access,
        cookie,
    ] {
        assert!(!holds(secret), "{secret}");
    }
}
