//! The console under attack: what it refuses to register, forms without their token, forged lists, odd paths.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Method;

use crate::harness::Browser;
use crate::harness::Reply;
use crate::harness::TestApp;

async fn console() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let admin = app.admin().create().await;
    let mut browser = app.browser();
    browser.sign_in(&admin).await;
    (app, browser)
}

/// What no client may be sent back to.
const UNFIT: &[&str] = &[
    // wildcards and patterns
    "https://*.rp1.test/cb",
    "https://rp1.test/.*",
    "https://*/cb",
    // names that begin like this machine's
    "http://localhost.evil.test/cb",
    "http://127.0.0.1.evil.test/cb",
    "http://localhost@evil.test/",
    "http://127.0.0.1@evil.test/",
    "http://evil.test/localhost",
    // schemes that run or read
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "data:text/html,x",
    "DATA:text/html,x",
    "vbscript:x",
    "blob:https://id.test/x",
    "file:///etc/passwd",
    "about:blank",
    // fragments, user names, relative
    "https://rp1.test/cb#x",
    "https://rp1.test/cb#",
    "https://rp1.test@evil.test/cb",
    "https://rp1.test/../cb",
    "HTTPS://RP1.test/cb",
    "//rp1.test/cb",
    "/cb",
    "rp1.test/cb",
];

/// Security: A5, A6, A7, A10, A11
#[tokio::test]
async fn an_unfit_address_is_not_registered() {
    let (app, mut browser) = console().await;
    let form = browser
        .get("/admin/clients/new")
        .await
        .page()
        .form_with("redirect_uris");
    let form = form.set("client_name", "Shop").with("type", "web");
    for uri in UNFIT {
        for uris in [(*uri).to_owned(), format!("https://rp1.test/cb\n{uri}")] {
            let reply = browser.submit(form.clone().set("redirect_uris", &uris)).await;
            assert!(reply.page().has("redirect_uris"), "{uri}: {reply}");
            expect_no_link(&reply);
        }
    }
    // the same rules for what is changed later, and for links that pages show
    let rp = app.client().create().await;
    let settings = format!("/admin/clients/{}", rp.client_id);
    for uri in UNFIT {
        for field in [
            "redirect_uris",
            "post_logout_redirect_uris",
            "client_uri",
            "logo_uri",
            "policy_uri",
            "tos_uri",
        ] {
            let web_link = field.ends_with("_uri");
            if web_link && (uri.starts_with("http") || uri.starts_with("HTTP")) {
                continue; // any web page may be linked to
            }
            let form = browser.get(&settings).await.page().form_with("redirect_uris");
            let reply = browser.submit(form.set(field, uri)).await;
            expect_no_link(&reply);
            let now = browser.get(&settings).await.page().form_with("redirect_uris");
            assert_ne!(now.value(field), Some(*uri), "{field}: {reply}");
        }
    }
    let clients = browser.get("/admin/clients").await;
    assert!(!clients.text().contains("Shop"), "{clients}");
    // a pattern is a text like any other where it can be registered at all
    let rp = app
        .client()
        .named("Pattern")
        .redirect_uri("https://rp1.test/a.c(x)")
        .create()
        .await;
    for other in [
        "https://rp1.test/abc(x)",
        "https://rp1.test/abcx",
        "https://rp1xtest/a.c(x)",
    ] {
        let request = rp.request("openid").with("redirect_uri", other);
        let reply = app.browser().get_once(&request.path()).await;
        reply.expect_error_page("redirect_uri_mismatch");
    }
}

fn expect_no_link(reply: &Reply) {
    let schemes = ["javascript:", "data:", "vbscript:", "blob:", "file:"];
    for link in reply.page().links {
        let link = link.to_lowercase();
        assert!(
            !schemes.iter().any(|scheme| link.trim().starts_with(scheme)),
            "{link}"
        );
    }
    assert!(!reply.location().contains(':'), "{reply}");
}

/// Security: G11
#[tokio::test]
async fn forged_places_orders_and_sizes_of_lists_are_not_believed() {
    let (app, mut browser) = console().await;
    for number in 0..3 {
        app.user(&format!("user{number}")).create().await;
    }
    for list in [
        "/admin/users",
        "/admin/clients",
        "/admin/sessions",
        "/admin/families",
        "/admin/audit",
        "/admin/groups",
        "/admin/roles",
    ] {
        let plain = browser.get(list).await;
        let rows = plain.page().count("tbody tr");
        for forged in [
            "sort=name;--",
            "sort=(case when 1=1 then id else name end)",
            "sort=-id desc, (select 1)",
            "sort=password_hash",
            "size=0",
            "size=-1",
            "size=1e9",
            "size=NaN",
            "size=18446744073709551616",
            "from=-1",
            "from=x",
            "cursor=x",
            "cursor=~",
            "cursor=\u{e4}",
            "cursor=c1~1",
        ] {
            let reply = browser.get(&format!("{list}?{}", asked(forged))).await;
            assert_eq!(reply.status, 200, "{forged}: {reply}");
            assert_eq!(reply.page().count("tbody tr"), rows, "{forged}: {reply}");
        }
        for forged in [
            "cursor=a' OR 1=1;--~'; DROP TABLE users;--",
            "cursor=b'~' UNION SELECT password_hash FROM users--",
            "cursor=a~9223372036854775808",
            "q=' OR '1'='1",
            "q=%_%",
            "q=\\",
            "status=' OR 1=1--",
            "state='; DROP TABLE users;--",
        ] {
            let reply = browser.get(&format!("{list}?{}", asked(forged))).await;
            assert_eq!(reply.status, 200, "{forged}: {reply}");
            assert!(reply.page().count("tbody tr") <= rows, "{forged}: {reply}");
            assert!(!reply.text().contains("$argon2"), "{forged}: {reply}");
        }
        assert_eq!(browser.get(list).await.page().count("tbody tr"), rows);
    }
}

fn asked(pair: &str) -> String {
    let (name, value) = pair.split_once('=').expect("name=value");
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    format!("{name}={value}")
}

/// Security: H6
#[tokio::test]
async fn an_odd_spelling_of_a_path_opens_nothing() {
    let (app, admin) = console().await;
    let alice = app.user("alice").create().await;
    let mut alices = app.browser();
    alices.sign_in(&alice).await;
    assert_eq!(admin.clone().get_once("/admin/users").await.status, 200);
    for path in [
        "/admin/users",
        "/admin;x/users",
        "/admin/users;x",
        "//admin/users",
        "/admin//users",
        "/%61dmin/users",
        "/%2561dmin/users",
        "/admin%2fusers",
        "/admin/..;/admin/users",
        "/./admin/users",
        "/x/../admin/users",
        "/account/../admin/users",
        "/static/../admin/users",
        "/ADMIN/users",
        "/admin/users/",
        "/admin/users/.",
        "/admin/users%20",
        "/admin/users%00",
        "/admin\\users",
        "/admin/./users",
        "/login/../admin/users",
        "http://id.test/admin/users",
        "https://other.test/admin/users",
    ] {
        for browser in [&mut alices, &mut app.browser()] {
            let cookies: Vec<String> = browser.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let Ok(mut request) = axum::http::Request::get(path).body(Body::empty()) else {
                continue;
            };
            let headers = request.headers_mut();
            headers.insert("host", "id.test".parse().expect("ASCII"));
            headers.insert("cookie", cookies.join("; ").parse().expect("ASCII"));
            let reply = app.send(request).await;
            assert!(
                [303, 400, 403, 404].contains(&reply.status.as_u16()),
                "{path}: {reply}"
            );
            assert!(!reply.text().contains("admin@people.test"), "{path}: {reply}");
            assert!(
                reply.location().is_empty() || reply.location().starts_with("/login"),
                "{path}: {reply}"
            );
        }
    }
}

/// Security: J5, G12
#[tokio::test]
async fn every_form_of_the_console_needs_its_token_and_every_page_refuses_frames() {
    let (app, mut browser) = console().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut other = app.browser();
    other.sign_in(&alice).await;
    other.tokens(&rp, "openid offline_access").await;
    let foreign = other.get("/account/password").await.page().forms[0]
        .value("csrf")
        .expect("csrf")
        .to_owned();
    let mut open = vec!["/admin".to_owned(), format!("/admin/users/{}/delete", alice.id)];
    let (mut seen, mut tried) = (BTreeSet::new(), 0);
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) || seen.len() > 120 {
            continue;
        }
        let reply = browser.get_once(&path).await;
        expect_unframed(&reply);
        if reply.status != 200 || !reply.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = reply.page();
        open.extend(
            page.links
                .iter()
                .filter(|l| l.starts_with("/admin") && !l.contains('?'))
                .cloned(),
        );
        for form in page.forms.into_iter().filter(|f| f.method == "post") {
            tried += 1;
            for broken in [
                form.clone().without("csrf"),
                form.clone().with("csrf", ""),
                form.clone().with("csrf", &foreign),
                form.clone().without("csrf").with("_method", "DELETE"),
            ] {
                let reply = browser.submit_once(broken).await;
                reply.expect_error_page("stale_form");
                expect_unframed(&reply);
            }
        }
    }
    assert!(tried >= 15, "only {tried} forms among {seen:?}");
    // nor by another content type or method
    for path in [
        "/admin/clients/new",
        "/account/password",
        "/consent",
        "/login",
        "/logout/confirm",
    ] {
        let csrf = browser.get("/account/password").await.page().forms[0]
            .value("csrf")
            .expect("csrf")
            .to_owned();
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let mut request = app.request(method.clone(), path, Body::from(format!("csrf={csrf}")));
            let cookies: Vec<String> = browser.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let headers = request.headers_mut();
            headers.insert("cookie", cookies.join("; ").parse().expect("ASCII"));
            headers.insert("content-type", "text/plain".parse().expect("ASCII"));
            headers.insert("origin", "null".parse().expect("ASCII"));
            let reply = app.send(request).await;
            let expected: &[u16] = if method == Method::POST {
                &[400, 415]
            } else {
                &[405]
            };
            assert!(expected.contains(&reply.status.as_u16()), "{method} {reply}");
            expect_unframed(&reply);
        }
    }
}

fn expect_unframed(reply: &Reply) {
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{reply}");
    assert_eq!(reply.header("x-frame-options"), "DENY", "{reply}");
}
