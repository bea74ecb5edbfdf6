//! What the logout plans demand beyond RP-initiated logout, which `protocol/logout.rs` holds.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::domain::client::ClientMetadata;
use gatepost::domain::client::SubjectType;
use gatepost::jobs::JOBS;
use gatepost::jobs::Outcome;
use gatepost::jobs::Work;
use gatepost::mail::Mailer;
use gatepost::ops;
use gatepost::ops::clients::SaveClient;
use serde_json::json;
use sha2::Digest as _;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

use crate::harness::Browser;
use crate::harness::Documents;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::decode;

const LOOPBACK: &[(&str, &str)] = &[("fetch.allowed_private", "127.0.0.0/8")];
const BYE: &str = "https://ledger.test/bye";

async fn application() -> (TestApp, Browser) {
    let app = TestApp::with(LOOPBACK).await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    (app, browser)
}

async fn client(app: &TestApp, name: &str, change: impl FnOnce(&mut ClientMetadata)) -> Rp {
    app.client().named(name).but(change).create().await
}

async fn told_at(app: &TestApp, name: &str, uri: String) -> Rp {
    client(app, name, |m| m.backchannel_logout_uri = Some(uri)).await
}

/// Signs out with this hint, back to Ledger.
async fn sign_out(browser: &mut Browser, tokens: &Tokens) -> Reply {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token_hint", tokens.id())
        .append_pair("post_logout_redirect_uri", BYE)
        .append_pair("state", "s1")
        .finish();
    browser.get(&format!("/logout?{query}")).await
}

/// One run of the job that tells clients.
pub(crate) async fn deliver(app: &TestApp) -> Outcome {
    let job = JOBS.iter().find(|job| job.name == "deliver_logouts");
    let ops = app.ops().clone();
    let work = Work {
        mailer: Mailer::new(&ops.config.mail),
        ops,
    };
    (job.expect("a job").run)(work).await.expect("it runs")
}

/// Certification: oidcc-rp-initiated-logout-discovery-endpoint-verification
/// Certification: oidcc-session-management-discovery-endpoint-verification
/// Certification: oidcc-frontchannel-logout-discovery-endpoint-verification
/// Certification: oidcc-backchannel-logout-discovery-endpoint-verification
#[tokio::test]
async fn the_metadata_names_every_kind_of_logout() {
    let app = TestApp::start().await;
    let document = app.get("/.well-known/openid-configuration").await.json();
    for (name, expected) in [
        ("end_session_endpoint", json!("https://id.test/logout")),
        ("check_session_iframe", json!("https://id.test/check_session")),
        ("frontchannel_logout_supported", json!(true)),
        ("frontchannel_logout_session_supported", json!(true)),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
    ] {
        assert_eq!(document[name], expected, "{name}");
    }
}

/// Certification: oidcc-backchannel-rp-initiated-logout
#[tokio::test]
async fn every_client_of_the_session_gets_a_logout_token_of_its_own() {
    let (app, mut browser) = application().await;
    let relying = Documents::plain().await;
    let ledger = told_at(
        &app,
        "Ledger",
        relying.put_raw("/ledger", "204 No Content", "", ""),
    )
    .await;
    let uri = relying.put_raw("/board", "200 OK", "", "");
    let board = client(&app, "Board", |m| {
        m.backchannel_logout_uri = Some(uri);
        m.subject_type = SubjectType::Pairwise;
    });
    let board = board.await;
    let unused = told_at(&app, "Unused", relying.put("/unused", "{}")).await;
    let tokens = [
        browser.tokens(&ledger, "openid").await,
        browser.tokens(&board, "openid").await,
    ];
    assert_eq!(deliver(&app).await, Outcome::Idle);
    assert_eq!(
        sign_out(&mut browser, &tokens[0]).await.location(),
        format!("{BYE}?state=s1")
    );
    assert_eq!(deliver(&app).await, Outcome::Done);
    for (path, rp, tokens) in [("/ledger", &ledger, &tokens[0]), ("/board", &board, &tokens[1])] {
        let posted = relying.posted(path);
        assert_eq!(posted.len(), 1, "{path}");
        let token = posted[0].strip_prefix("logout_token=").expect("that field alone");
        let (header, mut claims) = (decode(token, 0), decode(token, 1));
        let of_id_token = decode(tokens.id(), 0);
        assert_eq!(header["typ"], "logout+jwt");
        assert_eq!(
            (&header["alg"], &header["kid"]),
            (&of_id_token["alg"], &of_id_token["kid"])
        );
        let known = tokens.id_claims();
        let object = claims.as_object_mut().expect("claims");
        let jti = object.remove("jti").expect("a jti");
        assert!(jti.as_str().is_some_and(|text| !text.is_empty()));
        let now = app.clock.now().as_secs();
        for (name, expected) in [("iat", now), ("exp", now + 120)] {
            let value = object.remove(name).and_then(|v| v.as_i64()).expect("seconds");
            assert!((expected - 5..=expected).contains(&value), "{name}: {value}");
        }
        let event = "http://schemas.openid.net/event/backchannel-logout";
        let expected = json!({
            "iss": "https://id.test", "aud": rp.client_id, "sub": known["sub"], "sid": known["sid"],
            "events": { event: {} },
        });
        assert_eq!(claims, expected);
        // it is neither an ID token nor an access token
        let hint = browser.get(&format!("/logout?id_token_hint={token}")).await;
        hint.expect_error_page("invalid_id_token_hint");
        assert_eq!(rp.userinfo(token).await.status, 401);
    }
    assert_ne!(tokens[0].id_claims()["sub"], tokens[1].id_claims()["sub"]);
    assert_eq!(relying.asked("/unused"), 0, "{}", unused.client_id);
    app.advance(80_000);
    assert_eq!(deliver(&app).await, Outcome::Idle, "everybody has been told");
}

#[tokio::test]
async fn a_client_that_fails_is_told_again_and_one_that_refuses_only_thrice() {
    let (app, mut browser) = application().await;
    let relying = Documents::plain().await;
    let dead = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let gone = format!("http://{}/", dead.local_addr().expect("bound"));
    drop(dead);
    let ledger = told_at(&app, "Ledger", gone).await;
    let busy = relying.put_raw("/busy", "500 Internal Server Error", "", "");
    let busy = told_at(&app, "Busy", busy).await;
    let refusing = relying.put_raw("/refusing", "400 Bad Request", "", "{}");
    let refusing = told_at(&app, "Refusing", refusing).await;
    let tokens = browser.tokens(&ledger, "openid").await;
    browser.tokens(&busy, "openid").await;
    browser.tokens(&refusing, "openid").await;
    sign_out(&mut browser, &tokens).await;
    assert_eq!(deliver(&app).await, Outcome::Done);
    assert_eq!(deliver(&app).await, Outcome::Idle, "not again at once");
    relying.put_raw("/busy", "200 OK", "", "");
    for _ in 0..6 {
        app.advance(3000);
        assert_eq!(deliver(&app).await, Outcome::Done, "the first is still away");
    }
    let told = relying.posted("/busy");
    assert_eq!(told.len(), 2, "until it has answered");
    let issued = |form: &String| decode(form.trim_start_matches("logout_token="), 1)["iat"].as_i64();
    assert!(issued(&told[1]) > issued(&told[0]), "each token is fresh");
    assert_eq!(relying.asked("/refusing"), 3);
    app.advance(80_000);
    assert_eq!(
        deliver(&app).await,
        Outcome::Idle,
        "after a day nobody tries any more"
    );
}

async fn answer(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 4096]).await.expect("a request");
    let text = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    stream.write_all(text).await.expect("it listens");
}

#[tokio::test]
async fn a_client_that_does_not_answer_delays_nobody() {
    let (app, mut browser) = application().await;
    let mut listeners = Vec::new();
    let mut tokens = None;
    for name in ["Ledger", "Board"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let uri = format!("http://{}/", listener.local_addr().expect("bound"));
        let rp = told_at(&app, name, uri).await;
        let theirs = browser.tokens(&rp, "openid").await;
        tokens.get_or_insert(theirs);
        listeners.push(listener);
    }
    sign_out(&mut browser, &tokens.expect("of the first")).await;
    let told = async {
        // each is called while the other has not answered
        let (mut first, _) = listeners[0].accept().await.expect("a call");
        let (mut second, _) = listeners[1].accept().await.expect("a call");
        answer(&mut first).await;
        answer(&mut second).await;
    };
    let (outcome, ()) = tokio::join!(deliver(&app), told);
    assert_eq!(outcome, Outcome::Done);
    app.advance(3000);
    assert_eq!(
        deliver(&app).await,
        Outcome::Idle,
        "both were told at the first attempt"
    );
}

/// Security: F5
#[tokio::test]
async fn an_internal_logout_address_is_not_registered() {
    let app = TestApp::start().await;
    for uri in ["https://127.0.0.1/", "https://10.0.0.1/out", "https://localhost/"] {
        let metadata = ClientMetadata {
            backchannel_logout_uri: Some(uri.to_owned()),
            ..app.client().create().await.metadata
        };
        let made = ops::clients::create(app.ops(), &app.operator(), None, None, metadata).await;
        let made = made.expect("the database answers");
        assert!(matches!(made, SaveClient::Invalid(_)), "{uri}: {made:?}");
    }
}

/// Certification: oidcc-frontchannel-rp-initiated-logout
#[tokio::test]
async fn frames_tell_every_client_before_the_page_goes_on() {
    let (app, mut browser) = application().await;
    let frame = |uri: &str, session: bool| {
        let uri = uri.to_owned();
        move |m: &mut ClientMetadata| {
            m.frontchannel_logout_uri = Some(uri);
            m.frontchannel_logout_session_required = session;
        }
    };
    let ledger = client(&app, "Ledger", frame("https://ledger.test/out", true)).await;
    let board = client(&app, "Board", frame("https://board.test:8443/out?a=1", true)).await;
    let plain = client(&app, "Plain", frame("https://plain.test/out", false)).await;
    client(&app, "Unused", frame("https://unused.test/out", false)).await;
    let tokens = browser.tokens(&ledger, "openid").await;
    browser.tokens(&board, "openid").await;
    browser.tokens(&plain, "openid").await;
    let reply = sign_out(&mut browser, &tokens).await;
    assert_eq!(reply.status, 200, "{reply}");
    let sid = tokens.id_claims()["sid"].as_str().expect("a sid").to_owned();
    let query = format!("iss=https%3A%2F%2Fid.test&sid={sid}");
    let mut frames = reply.page().attributes("iframe", "src");
    frames.sort();
    let expected = [
        format!("https://board.test:8443/out?a=1&{query}"),
        format!("https://ledger.test/out?{query}"),
        "https://plain.test/out".to_owned(),
    ];
    assert_eq!(frames, expected);
    assert_eq!(
        reply.page().attributes("#onward", "href"),
        [format!("{BYE}?state=s1")]
    );
    let policy = reply.header("content-security-policy").to_owned();
    let allowed = policy
        .split("; ")
        .find_map(|part| part.strip_prefix("frame-src "));
    let mut allowed: Vec<&str> = allowed.expect("frames").split(' ').collect();
    allowed.sort_unstable();
    assert_eq!(
        allowed,
        [
            "https://board.test:8443",
            "https://ledger.test",
            "https://plain.test"
        ]
    );
    let script = reply.page().attributes("script[src*=logged_out]", "src");
    assert_eq!(app.get(&script[0]).await.status, 200);
    // once more: nobody is left to tell, and the way back is at once
    let again = sign_out(&mut browser, &tokens).await;
    assert_eq!(again.location(), format!("{BYE}?state=s1"));
}

const COOKIE: &str = "gatepost_browser_state";

/// What the frame's script computes.
fn unchanged(browser: &Browser, rp: &Rp, state: &str) -> bool {
    let (hash, salt) = state.split_once('.').expect("hash.salt");
    let (id, cookie) = (&rp.client_id, &browser.cookies[COOKIE]);
    let text = format!("{id} https://ledger.test {cookie} {salt}");
    hash == URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(text))
}

/// Certification: oidcc-session-management-rp-initiated-logout
#[tokio::test]
async fn the_session_state_changes_when_somebody_signs_in_or_out() {
    let (app, mut browser) = application().await;
    let rp = app.client().create().await;
    let request = rp.request("openid");
    let state = async |browser: &mut Browser, scope: &str| {
        let request = rp.request(scope);
        let reply = browser.open(&request).await;
        reply.sent_to(&request.redirect_uri).remove("session_state")
    };
    let reply = browser.open(&request).await;
    let first = reply.sent_to(&request.redirect_uri)["session_state"].clone();
    assert!(!first.contains(' ') && unchanged(&browser, &rp, &first));
    let tokens = rp.redeem(&request.code_of(&reply)).await.expect_tokens();
    let second = state(&mut browser, "openid").await.expect("a state");
    assert_ne!(first, second, "salted");
    assert!(unchanged(&browser, &rp, &first) && unchanged(&browser, &rp, &second));
    assert_eq!(state(&mut browser, "profile").await, None, "without openid");
    let bob = app.user("bob").create().await;
    browser.sign_in(&bob).await;
    assert!(!unchanged(&browser, &rp, &first), "somebody has signed in");
    let both = browser.cookies[COOKIE].clone();
    let out = sign_out(&mut browser, &tokens).await;
    let cookies = out.headers.get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.filter_map(|c| c.to_str().ok()).collect();
    let cookie = cookies
        .iter()
        .find(|c| c.starts_with(COOKIE))
        .expect("set at sign-out");
    assert!(cookie.ends_with("; Path=/; SameSite=None; Secure"), "{cookie}");
    assert!(!unchanged(&browser, &rp, &first), "somebody has signed out");
    assert_ne!(browser.cookies[COOKIE], both);
}

#[tokio::test]
async fn every_site_may_frame_the_page_that_checks_and_no_other() {
    let app = TestApp::start().await;
    let page = app.get("/check_session").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors *;"), "{policy}");
    assert_eq!(page.header("x-frame-options"), "");
    assert!(page.headers.get("set-cookie").is_none());
    let script = page.page().attributes("script", "src");
    let script = app.get(&script[0]).await;
    assert!(script.header("content-type").starts_with("text/javascript"));
    assert!(script.text().contains(COOKIE));
    let login = app.get("/login").await;
    assert_eq!(login.header("x-frame-options"), "DENY");
    assert!(
        login
            .header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
}
