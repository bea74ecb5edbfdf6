//! Secrets are never in the log, and only their hashes in the database.

use std::cell::Cell;
use std::io::Write;
use std::sync::Mutex;
use std::sync::Once;

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::harness::TestApp;

thread_local! {
    /// Whether this thread's test reads the log.
    static READS: Cell<bool> = const { Cell::new(false) };
}

/// What was logged on threads that read the log.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().expect("nobody panics here").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that this thread logs from here on, at every level.
fn read_the_log() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // the tests' own page reader logs what it reads
        let ours = |target: &str| {
            !["html5ever", "selectors", "scraper"]
                .iter()
                .any(|t| target.starts_with(t))
        };
        let here = dynamic_filter_fn(move |event, _| READS.get() && ours(event.target()));
        let layer = tracing_subscriber::fmt::layer()
            .with_writer(|| Log)
            .with_filter(here);
        tracing_subscriber::registry().with(layer).init();
    });
    READS.set(true);
}

#[tokio::test]
async fn no_secret_is_ever_logged() {
    read_the_log();
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

    let text = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
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
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{what} is in the log");
    }
}

/// Security: G9
#[tokio::test]
async fn a_line_break_in_input_begins_no_line_in_the_log() {
    read_the_log();
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let forged = "x\n2026-01-01T00:00:00Z FORGED signed in as admin\r\nFORGED\u{1b}[2JFORGED\u{2028}FORGED";
    let encoded: String = form_urlencoded::byte_serialize(forged.as_bytes()).collect();
    let mut browser = app.browser();
    browser.agent = "agent\tFORGED".to_owned();
    let form = browser.get("/login").await.page().form_with("password");
    browser
        .submit(form.set("username", forged).set("password", forged))
        .await;
    for path in [
        format!("/{encoded}"),
        format!("/login?tx={encoded}"),
        format!("/authorize?client_id={encoded}"),
        rp.request("openid").with("redirect_uri", forged).path(),
        rp.request("openid")
            .with("scope", forged)
            .with("state", forged)
            .path(),
        format!("/logout?id_token_hint={encoded}"),
    ] {
        browser.get(&path).await;
    }
    rp.token(&[("grant_type", forged)]).await;
    rp.refresh(forged).await;
    rp.revoke(forged).await;
    app.post(
        "/token",
        &[("client_id", forged), ("grant_type", "refresh_token")],
    )
    .await;
    let text = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    assert!(!text.is_empty(), "the log is captured");
    for line in text.lines() {
        assert!(
            !line.starts_with("FORGED") && !line.contains("Z FORGED signed in"),
            "{line:?}"
        );
        let line = line.replace("\u{1b}[0m", "").replace("\u{1b}[2m", "");
        assert!(!line.contains("\u{1b}[2J"), "{line:?}");
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
