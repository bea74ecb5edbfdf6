//! Nobody is redirected to what was not registered, byte by byte.

use crate::harness::AuthRequest;
use crate::harness::TestApp;

/// Each is refused with a page where `https://ledger.test/cb` is registered.
const FOREIGN: &[&str] = &[
    // user info
    "https://ledger.test@evil.test/cb",
    "https://ledger.test:443@evil.test/cb",
    "https://ledger.test%40evil.test/cb",
    "https://a@b@ledger.test/cb",
    "https://ledger.test@@evil.test/cb",
    // traversal
    "https://ledger.test/cb/..;/evil",
    "https://ledger.test/cb;x/../evil",
    "https://ledger.test/cb/../cb",
    // encodings
    "https://ledger.test/cb/..%2f..%2fevil",
    "https://ledger.test/cb/%252e%252e/evil",
    "https://ledger.test/%63b",
    // prefixes and suffixes
    "https://ledger.test.evil.test/cb",
    "https://evilledger.test/cb",
    "https://ledgerxtest/cb",
    "https://ledger.test/cb/more",
    "https://ledger.test/c",
    // loopback where none is registered
    "http://127.0.0.1/cb",
    "http://localhost/cb",
    // case
    "https://ledger.test/CB",
    "HTTPS://LEDGER.TEST/cb",
    // schemes
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "http://ledger.test/cb",
    "//ledger.test/cb",
    "/cb",
    // fragments and queries
    "https://ledger.test/cb#x",
    "https://ledger.test/cb%23x",
    "https://ledger.test/cb?code=zzz&state=zzz",
    "https://ledger.test/cb?",
    // what browsers read differently
    "https://ledger.test\\@evil.test/cb",
    "https:\\\\ledger.test/cb",
    "https://ledger.test\t/cb",
    " https://ledger.test/cb",
    "https://ledger.test/cb ",
    "https:/ledger.test/cb",
    // look-alikes
    "https://ledger。test/cb",
    "https://ledger.test／cb",
    "https://ledger.test＠evil.test/cb",
    "https://lеdger.test/cb",
    "https://xn--ldger-4ve.test/cb",
    // port, dot, slash
    "https://ledger.test:8443/cb",
    "https://ledger.test:443/cb",
    "https://ledger.test./cb",
    "https://ledger.test/cb/",
];

async fn expect_page(app: &TestApp, request: &AuthRequest) {
    let mut browser = app.browser();
    let reply = browser.get_once(&request.path()).await;
    reply.expect_error_page("redirect_uri_mismatch");
}

/// Certification: oidcc-ensure-registered-redirect-uri
/// Security: A1, A2, A3, A4, A5, A6, A9, A13, A14, A15
#[tokio::test]
async fn a_redirect_uri_that_is_not_the_registered_string_gets_a_page() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    for uri in FOREIGN {
        let request = rp.request("openid").with("redirect_uri", uri);
        expect_page(&app, &request).await;
    }
}

/// Security: A16, A17, A19
#[tokio::test]
async fn no_response_mode_method_prompt_or_error_opens_a_way_around_the_check() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let evil = rp.request("openid").with("redirect_uri", "https://evil.test/cb");
    for (name, value) in [
        ("response_mode", "query"),
        ("response_mode", "fragment"),
        ("response_mode", "form_post"),
        ("response_mode", "form_post.jwt"),
        ("prompt", "none"),
        ("prompt", "none login"),
        ("response_type", "token"),
        ("response_type", "bogus"),
        ("response_type", "id_token"),
        ("response_type", "code token"),
        ("response_type", "id_token token"),
        ("scope", ""),
        ("code_challenge_method", "plain"),
        ("max_age", "x"),
    ] {
        let request = evil.clone().with(name, value);
        expect_page(&app, &request).await;
        let reply = app.browser().post_once("/authorize", &request.params).await;
        reply.expect_error_page("redirect_uri_mismatch");
    }
    // an object that cannot be read could have held another address
    for (name, value, marker) in [
        ("request", "e30.e30.", "invalid_request_object"),
        ("request_uri", "https://evil.test/r", "invalid_request_uri"),
    ] {
        let request = evil.clone().with(name, value);
        app.browser().open(&request).await.expect_error_page(marker);
    }
}

/// Security: A18
#[tokio::test]
async fn an_unknown_client_gets_a_page_whatever_the_redirect_uri() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    for id in [
        "",
        "nobody",
        "cli_00000000000000000000000000",
        "a b",
        "\u{e4}",
        &"x".repeat(2000),
    ] {
        for uri in ["https://evil.test/cb", "https://ledger.test/cb"] {
            let request = rp
                .request("openid")
                .with("client_id", id)
                .with("redirect_uri", uri);
            let reply = app.browser().get_once(&request.path()).await;
            reply.expect_error_page("unknown_client");
        }
    }
    let request = rp.request("openid").without("client_id");
    app.browser()
        .get_once(&request.path())
        .await
        .expect_error_page("unknown_client");
}

/// Certification: oidcc-ensure-redirect-uri-in-authorization-request
#[tokio::test]
async fn a_missing_redirect_uri_gets_a_page_also_when_one_is_registered() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let request = rp.request("openid").without("redirect_uri");
    app.browser()
        .get_once(&request.path())
        .await
        .expect_error_page("redirect_uri_missing");
}

#[tokio::test]
async fn another_clients_redirect_uri_gets_a_page() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let other = app.client().named("Other").create().await;
    expect_page(
        &app,
        &rp.request("openid").with("redirect_uri", &other.redirect_uri),
    )
    .await;
}

/// Security: A12
#[tokio::test]
async fn a_repeated_parameter_gets_a_page_in_either_order() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let query = rp.request("openid").query();
    for repeated in [
        "redirect_uri=https%3A%2F%2Fevil.test%2F",
        "redirect_uri=https%3A%2F%2Fledger.test%2Fcb",
        "client_id=x",
        "state=x",
        "scope=openid",
        "response_type=token",
        "unknown=1&unknown=2",
    ] {
        for text in [format!("{query}&{repeated}"), format!("{repeated}&{query}")] {
            let reply = app.browser().get_once(&format!("/authorize?{text}")).await;
            assert_eq!((reply.status.as_u16(), reply.location()), (400, ""), "{reply}");
        }
    }
}

/// Security: A8
#[tokio::test]
async fn a_native_client_may_use_any_port_of_the_registered_loopback_address_and_nothing_else() {
    let app = TestApp::start().await;
    let rp = app
        .client()
        .public()
        .redirect_uri("http://127.0.0.1/cb")
        .create()
        .await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    for uri in ["http://127.0.0.1/cb", "http://127.0.0.1:51234/cb"] {
        let mut request = rp.request("openid").with("redirect_uri", uri);
        uri.clone_into(&mut request.redirect_uri);
        let code = browser.code(&request).await;
        rp.redeem(&code).await.expect_tokens();
    }
    for uri in [
        "http://127.0.0.1:51234/cb?x=1",
        "http://localhost:51234/cb",
        "http://[::1]:5/cb",
        "https://127.0.0.1/cb",
        "http://127.0.0.1:51234/other",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:1@evil.test/cb",
        "http://127.0.0.1.evil.test/cb",
    ] {
        expect_page(&app, &rp.request("openid").with("redirect_uri", uri)).await;
    }
}

/// Certification: oidcc-redirect-uri-query-OK, oidcc-redirect-uri-query-mismatch,
/// oidcc-redirect-uri-query-added
#[tokio::test]
async fn the_query_of_a_registered_uri_is_kept_and_the_answer_appended() {
    let app = TestApp::start().await;
    let rp = app
        .client()
        .redirect_uri("https://ledger.test/cb?bar=foo")
        .create()
        .await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let reply = browser.open(&rp.request("openid")).await;
    assert!(
        reply
            .location()
            .starts_with("https://ledger.test/cb?bar=foo&code="),
        "{reply}"
    );
    for changed in [
        "https://ledger.test/cb?bar=fox",
        "https://ledger.test/cb?bar=foo&x=1",
        "https://ledger.test/cb",
    ] {
        expect_page(&app, &rp.request("openid").with("redirect_uri", changed)).await;
    }
}

/// Security: A22
#[tokio::test]
async fn an_address_made_to_be_slow_to_read_is_refused_like_any_other() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let uri = format!("http://[{}]/cb", ":".repeat(5000));
    let request = rp.request("openid").with("redirect_uri", &uri);
    let mut quickest = std::time::Duration::MAX;
    for _ in 0..5 {
        let began = std::time::Instant::now();
        expect_page(&app, &request).await;
        quickest = quickest.min(began.elapsed());
    }
    assert!(quickest < std::time::Duration::from_millis(200), "{quickest:?}");
}

/// Security: A10, G2
#[tokio::test]
async fn nothing_that_was_asked_for_runs_on_the_error_page() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let request = rp
        .request("openid")
        .with("redirect_uri", "\"><script>alert(1)</script>");
    let reply = app.browser().get_once(&request.path()).await;
    assert!(!reply.text().contains("<script>alert"), "{reply}");
    let page = reply.page();
    assert!(
        !page.links.iter().any(|l| l.contains("script")),
        "{:?}",
        page.links
    );
}
