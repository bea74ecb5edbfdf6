//! What others write stays text: on pages, in forms that send themselves, in headers.

use crate::harness::Browser;
use crate::harness::Reply;
use crate::harness::TestApp;

const PAYLOADS: &[&str] = &[
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</form><form action=//evil.test>",
    "</title></textarea></style><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%=7*7%>",
];

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The page holds no markup that we have not written.
fn expect_inert(reply: &Reply) {
    assert!(!reply.status.is_server_error(), "{reply}");
    if !reply.header("content-type").starts_with("text/html") {
        return;
    }
    let page = reply.page();
    let foreign = "script:not([src]), [onerror], [onload], [src='x'], form[action^='//'], [href^='javascript:'], \
                   [action^='javascript:'], a[href^='//evil'], a[href^='http://evil'], style, iframe, base";
    assert_eq!(page.count(foreign), 0, "{reply}");
}

async fn admin(app: &TestApp) -> Browser {
    let admin = app.admin().create().await;
    let mut browser = app.browser();
    browser.sign_in(&admin).await;
    browser
}

const PAGES: &[&str] = &[
    "/authorize",
    "/authorize/tx_x",
    "/login",
    "/login/accounts",
    "/consent",
    "/logout",
    "/logged-out",
    "/forgot",
    "/reset",
    "/setup",
    "/account",
    "/account/sessions",
    "/nowhere",
    "/admin",
    "/admin/search",
    "/admin/users",
    "/admin/clients",
    "/admin/audit",
    "/admin/families",
];

const PARAMS: &[&str] = &[
    "error",
    "error_description",
    "error_hint",
    "error_uri",
    "ui_locales",
    "login_hint",
    "redirect_uri",
    "post_logout_redirect_uri",
    "client_id",
    "client",
    "state",
    "scope",
    "tx",
    "token",
    "return",
    "q",
    "sort",
    "cursor",
    "id_token_hint",
];

/// Security: G2, G10
#[tokio::test]
async fn no_parameter_of_any_page_becomes_markup_or_the_sites_own_words() {
    let app = TestApp::start().await;
    let admin = admin(&app).await;
    for page in PAGES {
        for browser in [admin.clone(), app.browser()] {
            for payload in PAYLOADS {
                let query: Vec<_> = PARAMS
                    .iter()
                    .map(|p| format!("{p}={}", encoded(payload)))
                    .collect();
                let reply = browser.clone().get(&format!("{page}?{}", query.join("&"))).await;
                expect_inert(&reply);
            }
            // one after another, for what the first of them hides; and an error is nobody else's to tell
            for param in PARAMS {
                let said = format!("Call+0900+1234{}", encoded(PAYLOADS[0]));
                let reply = browser.clone().get(&format!("{page}?{param}={said}")).await;
                expect_inert(&reply);
                if param.starts_with("error") && reply.header("content-type").starts_with("text/html") {
                    assert!(!reply.page().text().contains("0900"), "{param}: {reply}");
                }
            }
        }
    }
}

/// Security: G1, G3
#[tokio::test]
async fn forms_that_send_themselves_carry_values_and_nothing_else() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let more = [
        "'",
        "\"",
        "</form>",
        "a\tb c&amp;=+%20",
        "\u{2028}<!--",
        "&quot;&#39;",
    ];
    for payload in PAYLOADS.iter().chain(&more) {
        let request = rp
            .request("openid")
            .with("response_mode", "form_post")
            .with("state", payload);
        let request = request
            .with("nonce", payload)
            .with("login_hint", payload)
            .with("ui_locales", payload);
        for request in [
            request.clone(),
            request.with("prompt", "none").with("max_age", "x"),
        ] {
            let reply = browser.open(&request).await;
            expect_inert(&reply);
            let form = reply.page().forms.remove(0);
            assert_eq!(form.action, "https://ledger.test/cb");
            assert_eq!(form.value("state"), Some(*payload), "{reply}");
        }
        let asked = rp
            .request("openid")
            .with("login_hint", payload)
            .with("state", payload);
        let reply = app.browser().open(&asked).await;
        expect_inert(&reply);
        assert_eq!(
            reply.page().form_with("username").value("username"),
            Some(*payload),
            "{reply}"
        );
    }
}

/// Security: G5
#[tokio::test]
async fn stored_names_are_text_wherever_they_are_shown() {
    let app = TestApp::start().await;
    let mut admin = admin(&app).await;
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let rp = app.client().but(|m| {
            m.client_name = (*payload).to_owned();
            m.operator_name = Some((*payload).to_owned());
            m.skip_consent = false;
        });
        let rp = rp.create().await;
        let mallory = app.user(&format!("mallory{number}")).but(|u| {
            u.name = Some((*payload).to_owned());
            u.profile.given_name = Some((*payload).to_owned());
            u.profile.nickname = Some((*payload).to_owned());
        });
        let mallory = mallory.create().await;
        let ops = app.ops();
        let group = gatepost::ops::groups::create(ops, &app.operator(), payload, payload).await;
        drop(group.expect("the database answers"));
        let mut browser = app.browser();
        browser.agent = format!("Mozilla {payload}");
        browser.sign_in(&mallory).await;
        let request = rp.request("openid profile email offline_access");
        let consent = browser.open(&request).await;
        expect_inert(&consent);
        let code = request.code_of(&browser.allow(consent).await);
        let tokens = rp.redeem(&code).await.expect_tokens();
        let family = tokens.access_claims()["fam"].as_str().expect("fam").to_owned();
        let session = tokens.id_claims()["sid"].as_str().expect("sid").to_owned();
        for path in [
            "/account",
            "/account/sessions",
            "/account/applications",
            "/account/password",
            "/logout",
        ] {
            expect_inert(&browser.get(path).await);
        }
        for kind in ["login", "select_account"] {
            expect_inert(&browser.open(&rp.request("openid").with("prompt", kind)).await);
        }
        for path in [
            "/admin".to_owned(),
            "/admin/users".to_owned(),
            format!("/admin/users/{}", mallory.id),
            format!("/admin/users/{}/roles", mallory.id),
            format!("/admin/users/{}/sessions", mallory.id),
            format!("/admin/users/{}/apps", mallory.id),
            format!("/admin/users/{}/events", mallory.id),
            "/admin/groups".to_owned(),
            "/admin/clients".to_owned(),
            format!("/admin/clients/{}", rp.client_id),
            format!("/admin/clients/{}/integrate", rp.client_id),
            "/admin/sessions".to_owned(),
            format!("/admin/sessions/{session}"),
            format!("/admin/families/{family}"),
            "/admin/audit".to_owned(),
            format!("/admin/search?q={}", encoded(payload)),
        ] {
            let reply = admin.get(&path).await;
            assert_eq!(reply.status, 200, "{reply}");
            expect_inert(&reply);
        }
    }
}

/// Security: G7
#[tokio::test]
async fn line_breaks_in_values_make_no_header() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let hint = browser.tokens(&rp, "openid").await.id().to_owned();
    for evil in [
        "x\r\nX-Inj: 1",
        "x\nX-Inj: 1\n\n<b>",
        "x\r\n\r\nX-Inj: 1",
        "\u{560a}X-Inj: 1",
        "x\rX-Inj: 1",
    ] {
        let broken = encoded(evil);
        for mode in ["query", "fragment", "form_post"] {
            for name in [
                "state",
                "nonce",
                "ui_locales",
                "redirect_uri",
                "login_hint",
                "prompt",
                "scope",
                "response_mode",
            ] {
                let request = rp.request("openid").with("response_mode", mode).with(name, evil);
                expect_clean(&browser.clone().open(&request).await);
            }
        }
        for path in [
            format!("/logout?post_logout_redirect_uri={broken}&id_token_hint={hint}"),
            format!(
                "/logout?post_logout_redirect_uri=https%3A%2F%2Fledger.test%2Fbye&state={broken}&id_token_hint={hint}"
            ),
            format!("/login?return=/account{broken}"),
            format!("/login?tx={broken}"),
            format!("/logged-out?client={broken}"),
            format!("/consent?tx={broken}"),
            format!("/authorize/{broken}"),
            format!("/{broken}"),
            format!("/admin/users?sort={broken}"),
        ] {
            expect_clean(&browser.clone().get_once(&path).await);
            expect_clean(&app.browser().get_once(&path).await);
        }
    }
    let mut cookies = app.browser();
    cookies
        .cookies
        .insert("gatepost_locale".to_owned(), "de%0d%0aX-Inj:1".to_owned());
    expect_clean(&cookies.get_once("/login").await);
}

fn expect_clean(reply: &Reply) {
    assert!(!reply.status.is_server_error(), "{reply}");
    assert!(!reply.headers.contains_key("x-inj"), "{reply}");
    for value in reply.headers.values() {
        assert!(!value.as_bytes().iter().any(|b| b"\r\n".contains(b)), "{reply}");
    }
}
