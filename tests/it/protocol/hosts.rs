//! Who we are is in the configuration: no request header changes links, metadata or redirects, or makes us call anybody.

use axum::body::Body;
use axum::http::Method;
use axum::http::Request;
use gatepost::domain::user::UserInput;
use gatepost::jobs;
use gatepost::mail::Letter;
use gatepost::mail::Mailer;
use gatepost::ops;
use gatepost::ops::users::SaveUser;

use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Reply;
use crate::harness::TestApp;

const MAIL: &[(&str, &str)] = &[("mail.smtp_host", "localhost"), ("mail.smtp_tls", "none")];

/// The same request as somebody sends it who wants to be the host.
fn forged(mut request: Request<Body>, host: &str) -> Request<Body> {
    let headers = request.headers_mut();
    let forwarded = format!("for=1.2.3.4;host={host};proto=http");
    for (name, value) in [
        ("host", host),
        ("x-forwarded-host", host),
        ("x-forwarded-server", host),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "4444"),
        ("forwarded", &forwarded),
        ("x-original-url", "/admin/users"),
        ("x-rewrite-url", "/admin/users"),
        ("x-host", host),
        ("origin", "https://evil.test"),
    ] {
        headers.insert(name, value.parse().expect("ASCII"));
    }
    request
}

async fn ask(app: &TestApp, path: &str, host: &str) -> Reply {
    app.send(forged(app.request(Method::GET, path, Body::empty()), host))
        .await
}

/// Everything that waits in the outbox, as it would be sent.
async fn mails(app: &TestApp) -> Vec<Letter> {
    let mailer = Mailer::memory();
    let work = jobs::Work {
        ops: app.ops().clone(),
        mailer: mailer.clone(),
    };
    let job = jobs::JOBS
        .iter()
        .find(|job| job.name == "deliver_outbox")
        .expect("the job");
    (job.run)(work).await.expect("the outbox is delivered");
    mailer.sent()
}

/// Asks for a reset link under a forged host.
async fn forget(app: &TestApp, browser: &mut Browser, who: &Person, host: &str) -> Reply {
    let form = browser
        .get("/forgot")
        .await
        .page()
        .form_with("username")
        .set("username", &who.username);
    let body: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form.fields)
        .finish();
    let mut request = app.request(Method::POST, "/forgot", Body::from(body));
    let cookie = format!("__Host-gatepost={}", browser.cookies["__Host-gatepost"]);
    let headers = request.headers_mut();
    headers.insert("cookie", cookie.parse().expect("ASCII"));
    headers.insert(
        "content-type",
        "application/x-www-form-urlencoded".parse().expect("ASCII"),
    );
    app.send(forged(request, host)).await
}

const HOSTS: &[&str] = &[
    "evil.test",
    "id.test:4444",
    "id.test.evil.test",
    "id.test@evil.test",
];

/// Security: H4
#[tokio::test]
async fn links_in_mails_lead_to_the_configured_issuer() {
    let app = TestApp::with(MAIL).await;
    for (number, host) in HOSTS.iter().enumerate() {
        let who = app.user(&format!("alice{number}")).create().await;
        let reply = forget(&app, &mut app.browser(), &who, host).await;
        assert!(reply.status == 200 || reply.status == 403, "{reply}");
        forget(&app, &mut app.browser(), &who, host).await;
        let sent = mails(&app).await;
        assert!(!sent.is_empty());
        for letter in sent {
            let links: Vec<&str> = letter
                .text
                .split_whitespace()
                .filter(|w| w.contains("://"))
                .collect();
            assert_eq!(links.len(), 1, "{letter:?}");
            assert!(links[0].starts_with("https://id.test/reset?token="), "{letter:?}");
            assert!(
                !letter.text.contains("evil") && !letter.text.contains("4444"),
                "{letter:?}"
            );
        }
    }
}

/// Security: H5, F6
#[tokio::test]
async fn metadata_and_redirects_do_not_follow_the_request_and_nobody_is_called() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a socket");
    let ours = listener.local_addr().expect("bound").to_string();
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let plain = app.get("/.well-known/openid-configuration").await;
    for host in HOSTS.iter().copied().chain([ours.as_str()]) {
        let reply = ask(&app, "/.well-known/openid-configuration", host).await;
        assert_eq!(reply.json(), plain.json());
        let request = rp.request("openid").with("prompt", "none");
        let reply = ask(&app, &request.path(), host).await;
        assert_eq!(reply.sent_to(&rp.redirect_uri)["iss"], "https://id.test");
        for path in [
            "/account",
            "/admin",
            "/login",
            "/nowhere",
            "/logout",
            "/userinfo",
            "/jwks",
            &rp.request("openid").path(),
        ] {
            let reply = ask(&app, path, host).await;
            assert!(!reply.status.is_server_error(), "{reply}");
            let text = format!("{}{:?}{}", reply.location(), reply.headers, reply.text());
            assert!(!text.contains(host) && !text.contains("evil.test"), "{reply}");
        }
    }
    let tokens = browser.tokens(&rp, "openid").await;
    assert_eq!(tokens.id_claims()["iss"], "https://id.test");
    // the absolute form of a request line, as proxies get it
    let absolute = Request::get(format!("http://{ours}/.well-known/openid-configuration"));
    let reply = app.send(absolute.body(Body::empty()).expect("a request")).await;
    assert_eq!(reply.json(), plain.json());
    assert!(listener.accept().is_err(), "somebody was called");
}

/// Security: G6
#[tokio::test]
async fn a_name_brings_neither_markup_nor_links_into_a_mail() {
    let app = TestApp::with(MAIL).await;
    for (number, name) in [
        "<a href=//evil.test>x</a>",
        "You won: https://evil.test/win",
        "www.evil.test",
        "mail evil@evil.test or evil.test/x",
        "Anna evil.test",
    ]
    .iter()
    .enumerate()
    {
        let who = app.user(&format!("user{number}")).but(|u| {
            u.name = Some((*name).to_owned());
            u.profile.given_name = Some((*name).to_owned());
        });
        let who = who.create().await;
        forget(&app, &mut app.browser(), &who, "id.test").await;
        let password = "another long enough phrase".to_owned().into();
        ops::users::set_password(app.ops(), &app.operator(), &who.id, password)
            .await
            .expect("answers");
        let sent = mails(&app).await;
        assert!(!sent.is_empty());
        for letter in sent {
            let text = format!("{}{}", letter.subject, letter.text);
            assert!(
                !text.contains("evil.test") && !text.contains('<') && !text.contains('@'),
                "{letter:?}"
            );
            assert_eq!(text.matches("://").count(), 1, "{letter:?}");
            assert_eq!(letter.to, format!("user{number}@people.test"));
        }
    }
}

/// Security: G8
#[tokio::test]
async fn an_address_or_name_with_a_line_break_is_not_saved_and_nobody_else_gets_a_mail() {
    let app = TestApp::with(MAIL).await;
    let input = |email: &str, name: &str| UserInput {
        username: "mallory".to_owned(),
        email: Some(email.to_owned()),
        email_verified: true,
        name: Some(name.to_owned()),
        ..UserInput::default()
    };
    for (email, name) in [
        ("a@x.test\r\nBcc:v@x.test", "A"),
        ("a@x.test\nBcc:v@x.test", "A"),
        ("\"a\r\nDATA\"@x.test", "A"),
        ("a@x.test, v@x.test", "A"),
        ("a@x.test;v@x.test", "A"),
        ("A <a@x.test>", "A"),
        ("a b@x.test", "A"),
        ("a@x.test", "A\r\nBcc: v@x.test"),
        ("a@x.test", "A\n\nB"),
    ] {
        let saved = ops::users::create(app.ops(), &app.operator(), input(email, name), None).await;
        assert!(matches!(saved, Ok(SaveUser::Invalid(_))), "{email:?} {name:?}");
    }
    let alice = app.user("alice").create().await;
    for typed in [
        "alice\r\nBcc: v@x.test",
        "alice@people.test,v@x.test",
        "alice@people.test%0d%0aBcc:v@x.test",
    ] {
        let mut other = alice.clone();
        typed.clone_into(&mut other.username);
        forget(&app, &mut app.browser(), &other, "id.test").await;
    }
    assert_eq!(mails(&app).await, []);
    forget(&app, &mut app.browser(), &alice, "id.test").await;
    let sent: Vec<String> = mails(&app).await.into_iter().map(|letter| letter.to).collect();
    assert_eq!(sent, ["alice@people.test"]);
}

/// Security: H7
#[tokio::test]
async fn what_is_switched_off_is_not_there_by_any_method() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let csrf = browser.get("/login").await.page().form_with("password");
    let csrf = csrf.value("csrf").expect("csrf").to_owned();
    for path in [
        "/forgot",
        "/register",
        "/signup",
        "/account/delete",
        "/device/none",
        "/admin/none",
    ] {
        let fields = [
            ("csrf".to_owned(), csrf.clone()),
            ("username".to_owned(), "alice".to_owned()),
        ];
        let expected = [303, 404, 405];
        for reply in [
            browser.get_once(path).await,
            browser.post_once(path, &fields).await,
        ] {
            assert!(expected.contains(&reply.status.as_u16()), "{reply}");
            assert!(
                reply.status != 303 || reply.location().starts_with("/login"),
                "{reply}"
            );
        }
    }
    assert_eq!(browser.get_once("/forgot").await.status, 404);
}
