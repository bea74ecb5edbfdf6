//! What every page with a form keeps: security headers, a CSRF token, cookies, and no way to another origin.

use crate::harness::Browser;
use crate::harness::Reply;
use crate::harness::TestApp;

/// Somebody signed in, and the pages with forms that can be opened then.
async fn scene() -> (TestApp, Browser, Vec<Reply>) {
    let app = TestApp::start().await;
    let rp = app.client().asks_consent().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let mut pages = vec![
        browser.open(&rp.request("openid")).await,
        browser.open(&rp.request("openid").with("prompt", "login")).await,
        browser
            .open(&rp.request("openid").with("prompt", "select_account"))
            .await,
    ];
    for path in [
        "/login?other=1",
        "/account/password",
        "/account/sessions",
        "/account/applications",
        "/logout",
    ] {
        pages.push(browser.get(path).await);
    }
    (app, browser, pages)
}

/// Security: G12
#[tokio::test]
async fn every_page_has_a_strict_policy_and_is_not_kept() {
    let (app, mut browser, mut pages) = scene().await;
    pages.push(browser.get("/nowhere").await);
    pages.push(app.get("/logged-out").await);
    for reply in pages {
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{reply}"
        );
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{reply}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("x-frame-options"), "DENY");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cache-control"), "no-store", "{reply}");
        assert!(!reply.header("x-request-id").is_empty());
        assert_eq!(
            reply
                .page()
                .count("script:not([src]), style, [style], [onclick], [onload]"),
            0,
            "{reply}"
        );
    }
}

/// Security: J5
#[tokio::test]
async fn every_form_is_refused_without_its_token_and_nothing_happens() {
    let (_, browser, pages) = scene().await;
    let mut tried = std::collections::BTreeSet::new();
    for reply in &pages {
        for form in reply.page().forms.into_iter().filter(|f| f.method == "post") {
            assert!(form.value("csrf").is_some_and(|t| t.len() >= 32), "{form:?}");
            for broken in [
                form.clone().without("csrf"),
                form.clone().with("csrf", ""),
                form.clone().with("csrf", &"A".repeat(43)),
            ] {
                let reply = browser.clone().submit_once(broken).await;
                reply.expect_error_page("stale_form");
            }
            // a stranger's browser has a token of its own
            let mut stranger = browser.clone();
            stranger.cookies.clear();
            let reply = stranger.submit_once(form.clone()).await;
            reply.expect_error_page("stale_form");
            tried.insert(form.action.split('?').next().unwrap_or("").to_owned());
        }
    }
    let known = [
        "/account/password",
        "/consent",
        "/login",
        "/login/accounts",
        "/logout/confirm",
    ];
    for action in known {
        assert!(tried.contains(action), "{action} was not among {tried:?}");
    }
}

/// Security: J6
#[tokio::test]
async fn the_cookie_is_bound_to_this_host_and_hidden_from_script() {
    let app = TestApp::start().await;
    let reply = app.browser().get_once("/login").await;
    let set = reply.header("set-cookie");
    assert!(set.starts_with("__Host-gatepost="), "{set}");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
}

#[tokio::test]
async fn over_plain_http_on_this_machine_the_cookie_has_a_plain_name() {
    let app = TestApp::with(&[("issuer.url", "http://localhost:8080")]).await;
    let reply = app.browser().get_once("/login").await;
    assert!(reply.header("set-cookie").starts_with("gatepost="), "{reply}");
}

const ELSEWHERE: &[&str] = &[
    "https://evil.test/",
    "//evil.test/",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "javascript:alert(1)",
    "https:evil.test",
    "account",
    " /account",
    "https://id.test@evil.test/",
    "/%09/../\\evil.test",
    "\t//evil.test",
    "data:text/html,x",
    "///evil.test",
    "/ /evil.test",
];

/// These stay paths of ours, however a browser reads them.
const OURS: &[&str] = &[
    "/@evil.test",
    "/..//evil.test",
    "/%2f/evil.test",
    "/%09/evil.test",
    "/%5cevil.test",
];

/// Security: H2
#[tokio::test]
async fn a_return_target_that_looks_foreign_and_is_not_stays_here() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    for target in OURS {
        let encoded: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let reply = browser.get_once(&format!("/login?return={encoded}")).await;
        let here = url::Url::parse("https://id.test/login").expect("a URL");
        let read = here.join(reply.location()).expect("a URL");
        assert_eq!(read.origin(), here.origin(), "{target}: {reply}");
        // and nothing there leads on
        let reply = browser
            .get_once(&format!("{}?{}", read.path(), read.query().unwrap_or("")))
            .await;
        assert!(reply.location().is_empty(), "{target}: {reply}");
    }
}

/// Security: H2
#[tokio::test]
async fn a_return_target_elsewhere_is_not_followed_after_sign_in() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    for target in ELSEWHERE {
        let encoded: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let mut browser = app.browser();
        let page = browser.get(&format!("/login?return={encoded}")).await;
        let form = page.page().form_with("password");
        let form = form
            .set("username", "alice")
            .set("password", &alice.password)
            .with("return", target);
        let reply = browser.submit_once(form).await;
        assert_eq!(reply.location(), "/account", "{target}");
        // signed in already: at once
        let reply = browser.get_once(&format!("/login?return={encoded}")).await;
        assert_eq!(reply.location(), "/account", "{target}");
    }
}

#[tokio::test]
async fn a_return_target_of_ours_is_followed() {
    let app = TestApp::start().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    let page = browser.get("/account/sessions").await;
    assert!(page.page().has("password"), "{page}");
    let reply = browser.fill_in(&page, &alice).await;
    assert_eq!(reply.url, "/account/sessions");
}
