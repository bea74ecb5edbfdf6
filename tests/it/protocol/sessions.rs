//! Browser sessions under attack: planted, stolen, swapped, malformed; and how they end everywhere.

use std::collections::BTreeSet;

use gatepost::domain::lifetime::Lifetime;
use gatepost::ops;

use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;

const COOKIE: &str = "__Host-gatepost";

/// A client that asks for consent, and two people, each signed in to a browser of their own.
struct Scene {
    app: TestApp,
    rp: Rp,
    alice: Person,
    bob: Person,
    alices: Browser,
    bobs: Browser,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let rp = app.client().asks_consent().create().await;
    let alice = app.user("alice").create().await;
    let bob = app.user("bobby").create().await;
    let (mut alices, mut bobs) = (app.browser(), app.browser());
    alices.sign_in(&alice).await;
    bobs.sign_in(&bob).await;
    Scene {
        app,
        rp,
        alice,
        bob,
        alices,
        bobs,
    }
}

async fn is_in(browser: &mut Browser) -> bool {
    let reply = browser.get("/account").await;
    assert_eq!(reply.status, 200, "{reply}");
    !reply.page().has("password")
}

/// Security: J2, J3
#[tokio::test]
async fn whoever_signs_in_after_somebody_else_has_a_session_and_tokens_of_their_own() {
    let Scene {
        rp,
        alice,
        bob,
        mut alices,
        ..
    } = scene().await;
    let first = alices.tokens(&rp, "openid offline_access").await;
    // alice is asked again, and bob signs in instead
    let request = rp.request("openid").with("prompt", "login");
    let page = alices.open(&request).await;
    let tx = page
        .page()
        .form_with("password")
        .value("tx")
        .expect("tx")
        .to_owned();
    let page = alices.get(&format!("/login?tx={tx}&other=1")).await;
    let reply = alices.fill_in(&page, &bob).await;
    let reply = alices.allow(reply).await;
    let second = rp
        .redeem(&request.code_of(&reply))
        .await
        .expect_tokens()
        .id_claims();
    assert_eq!(second["sub"], bob.id.as_str());
    assert_ne!(second["sid"], first.id_claims()["sid"]);
    let refreshed = rp.refresh(first.refresh()).await.expect_tokens().id_claims();
    assert_eq!(refreshed["sub"], alice.id.as_str());
    assert_eq!(refreshed["sid"], first.id_claims()["sid"]);
}

/// Security: J3, J14
#[tokio::test]
async fn after_signing_out_the_next_person_of_the_same_browser_gets_nothing_of_the_first() {
    let Scene {
        rp, bob, mut alices, ..
    } = scene().await;
    let first = alices.tokens(&rp, "openid email").await;
    let kept = alices.clone();
    let page = alices.get("/logout").await;
    alices.cookies.retain(|name, _| name == COOKIE);
    alices.submit(page.page().form_with("logout")).await;
    assert!(!rp.is_active(&first.access).await);
    alices.sign_in(&bob).await;
    let second = alices.tokens(&rp, "openid email").await;
    assert_eq!(second.id_claims()["sub"], bob.id.as_str());
    assert_eq!(
        rp.userinfo(&second.access).await.json()["email"],
        "bobby@people.test"
    );
    assert_ne!(second.id_claims()["sid"], first.id_claims()["sid"]);
    assert!(!rp.is_active(&first.access).await);
    let page = alices.get("/account").await;
    assert!(!page.text().contains("alice"), "{page}");
    assert!(!is_in(&mut kept.clone()).await);
}

/// Security: E11, J4
#[tokio::test]
async fn what_one_browser_has_begun_brings_another_one_nothing() {
    let Scene {
        app,
        rp,
        alice,
        bob: _,
        mut alices,
        mut bobs,
    } = scene().await;
    let request = rp.request("openid email");
    let consent = alices.open(&request).await;
    let form = consent.page().form_with("approve");
    let tx = form.value("tx").expect("tx").to_owned();
    // the form as it stands is worthless elsewhere, signed in or not
    for browser in [&mut bobs.clone(), &mut app.browser()] {
        browser.get("/login").await;
        browser
            .submit_once(form.clone())
            .await
            .expect_error_page("stale_form");
    }
    // its ids show nothing of alice
    for path in ["/authorize/", "/login?tx=", "/consent?tx=", "/login/accounts?tx="] {
        for browser in [&mut bobs.clone(), &mut app.browser()] {
            let reply = browser.get(&format!("{path}{tx}")).await;
            assert!(!reply.text().contains("alice"), "{reply}");
            assert!(!reply.location().contains("code="), "{reply}");
        }
    }
    // alice allows what somebody else began: no code comes to whoever began it
    let begun = bobs.open(&rp.request("openid email")).await;
    let begun = begun
        .page()
        .form_with("approve")
        .value("tx")
        .expect("tx")
        .to_owned();
    let page = alices.get(&format!("/consent?tx={begun}")).await;
    assert!(page.text().contains("alice"), "{page}");
    alices.submit_once(page.page().form_with("approve")).await;
    let reply = bobs.get(&format!("/authorize/{begun}")).await;
    assert!(
        reply.page().has("approve") && !reply.text().contains("alice"),
        "{reply}"
    );
    let reply = app.browser().get(&format!("/authorize/{begun}")).await;
    assert!(reply.page().has("password"), "{reply}");
    // another person's session cannot be ended by its id
    let sessions = alices.get("/account/sessions").await;
    let csrf = bobs.get("/account/password").await.page().forms[0]
        .value("csrf")
        .expect("csrf")
        .to_owned();
    let tokens = alices.tokens(&rp, "openid email").await;
    let sid = tokens.id_claims()["sid"].as_str().expect("sid").to_owned();
    let fields = [("csrf".to_owned(), csrf)];
    let reply = bobs
        .post_once(&format!("/account/sessions/{sid}/end"), &fields)
        .await;
    assert_eq!(reply.status, 404, "{reply}");
    assert!(is_in(&mut alices).await && sessions.status == 200);
    assert_eq!(tokens.id_claims()["sub"], alice.id.as_str());
}

/// Security: J8, J6
#[tokio::test]
async fn a_malformed_or_doubled_cookie_is_nobodys() {
    let Scene {
        app,
        mut alices,
        bobs,
        ..
    } = scene().await;
    let good = alices.cookies[COOKIE].clone();
    let huge = "A".repeat(10_000);
    for bad in [
        "%",
        "",
        "=",
        "==",
        "{}",
        "{\"browser\":\"x\"}",
        "null",
        "0",
        "-1",
        "a=b",
        &huge,
        "%00",
        "%ff",
        "\"",
    ] {
        for cookie in [format!("{COOKIE}={bad}"), format!("gatepost={bad}")] {
            assert_eq!(sent(&app, cookie.as_bytes()).await, 303, "{cookie}");
        }
    }
    for raw in [
        b"__Host-gatepost=\xff\xfe".as_slice(),
        b"\xff",
        b";;;",
        b"=",
        b"__Host-gatepost",
    ] {
        assert_eq!(sent(&app, raw).await, 303, "{raw:?}");
    }
    // one planted beside ours: nobody can tell which is which
    let planted = &bobs.cookies[COOKIE];
    for both in [
        format!("{COOKIE}={good}; {COOKIE}={planted}"),
        format!("{COOKIE}={planted}; {COOKIE}={good}"),
        format!("gatepost={planted}; {COOKIE}={good}"),
        format!("{COOKIE}={good}; x=y; {COOKIE}={good}"),
    ] {
        assert_eq!(sent(&app, both.as_bytes()).await, 303, "{both}");
    }
    assert_eq!(sent(&app, format!("x=y; {COOKIE}={good}").as_bytes()).await, 200);
    assert!(is_in(&mut alices).await);
}

/// The status of the account page for these cookies.
async fn sent(app: &TestApp, cookie: &[u8]) -> u16 {
    let mut request = app.request(axum::http::Method::GET, "/account", axum::body::Body::empty());
    let value = axum::http::HeaderValue::from_bytes(cookie).expect("a header's bytes");
    request.headers_mut().insert("cookie", value);
    let reply = app.send(request).await;
    assert!(!reply.status.is_server_error(), "{reply}");
    reply.status.as_u16()
}

/// Security: J7
#[tokio::test]
async fn cookies_cannot_be_foretold() {
    let app = TestApp::start().await;
    let mut seen = Vec::new();
    for _ in 0..200 {
        let mut browser = app.browser();
        browser.get_once("/login").await;
        seen.push(browser.cookies[COOKIE].clone());
    }
    assert!(seen.iter().all(|cookie| cookie.len() >= 21), "{:?}", seen[0]);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 200);
    for place in 0..20 {
        let letters: BTreeSet<u8> = seen.iter().map(|cookie| cookie.as_bytes()[place]).collect();
        assert!(letters.len() >= 24, "place {place} has {} letters", letters.len());
    }
}

/// Security: J9
#[tokio::test]
async fn a_form_without_content_leads_nowhere() {
    let Scene {
        app,
        rp,
        alice,
        mut alices,
        ..
    } = scene().await;
    // signing in
    let mut browser = app.browser();
    let page = browser.open(&rp.request("openid")).await;
    let form = page.page().form_with("password");
    for bare in [
        form.clone(),
        form.clone().without("username").without("password"),
        form.clone().set("username", "alice"),
        form.clone().set("password", &alice.password),
    ] {
        let reply = browser.submit(bare).await;
        assert!(reply.status == 422 && reply.page().has("password"), "{reply}");
    }
    let reply = browser
        .get(&format!("/consent?tx={}", form.value("tx").expect("tx")))
        .await;
    assert!(
        reply.page().has("password"),
        "the step before comes first: {reply}"
    );
    // consent
    let page = alices.open(&rp.request("openid")).await;
    let form = page.page().form_with("approve");
    for bare in [
        form.clone().without("decision"),
        form.clone().set("decision", ""),
        form.clone().set("decision", "x"),
    ] {
        let reply = alices.submit(bare).await;
        assert!(reply.page().has("approve"), "{reply}");
    }
    // a new password
    let link = ops::links::make_reset_link(app.ops(), &app.operator(), &alice.id).await;
    let link = link.expect("answers").expect("alice exists").url.into_inner();
    let page = app.browser().get(&link).await;
    assert!(page.page().has("password"), "{page}");
    let mut browser = app.browser();
    let form = browser.get(&link).await.page().form_with("password");
    for bare in [form.clone(), form.clone().without("password")] {
        let reply = browser.submit(bare).await;
        assert!(reply.status == 422 && reply.page().has("password"), "{reply}");
    }
    let reply = browser
        .submit(
            form.without("token")
                .with("password", "another long enough phrase"),
        )
        .await;
    assert_eq!(reply.status, 410, "{reply}");
    assert!(is_in(&mut alices).await, "nothing has changed");
    for path in ["/login", "/consent", "/reset", "/setup"] {
        let reply = app.post_text(path, "application/json", "{}").await;
        assert!(reply.status.is_client_error(), "{reply}");
    }
}

/// Security: J13
#[tokio::test]
async fn older_sessions_keep_to_a_policy_made_stricter_since() {
    let Scene {
        app, alice, alices, ..
    } = scene().await;
    let mut remembered = app.browser();
    let page = remembered.get("/login").await.page().form_with("password");
    let form = page
        .set("username", "alice")
        .set("password", &alice.password)
        .with("remember", "on");
    remembered.submit(form).await;
    app.advance(3600);
    let hour = Lifetime::from_minutes(30);
    let absolute = app.restarted_with(|config| config.login.session_absolute_lifetime = hour);
    let idle = app.restarted_with(|config| config.login.session_idle_lifetime = hour);
    let longest = app.restarted_with(|config| config.login.remember_lifetime = hour);
    let mut expected = vec![(false, true), (false, true), (true, false)].into_iter();
    for there in [absolute.await, idle.await, longest.await] {
        let (plain, kept) = (alices.clone().to(&there), remembered.clone().to(&there));
        let seen = (is_in(&mut plain.clone()).await, is_in(&mut kept.clone()).await);
        assert_eq!(Some(seen), expected.next());
    }
}

/// Security: J14
#[tokio::test]
async fn a_session_that_has_ended_is_over_on_every_node_at_once() {
    for ending in [
        "signed out",
        "ended by an admin",
        "ended from another device",
        "disabled",
    ] {
        let Scene {
            app,
            alice,
            mut alices,
            ..
        } = scene().await;
        let there = app.another_process().await;
        let mut kept = [alices.clone(), alices.clone().to(&there)];
        for browser in &mut kept {
            assert!(is_in(browser).await, "{ending}");
        }
        match ending {
            "signed out" => {
                let page = alices.get("/logout").await;
                alices.submit(page.page().form_with("logout")).await;
            }
            "ended by an admin" => {
                let live = ops::sessions::end_all(app.ops(), &app.operator(), &alice.id, None).await;
                assert_eq!(live.expect("answers"), 1);
            }
            "ended from another device" => {
                let mut device = app.browser();
                device.sign_in(&alice).await;
                let page = device.get("/account/sessions").await.page();
                let others = page.forms.into_iter().find(|f| f.action.ends_with("/end-others"));
                device.submit(others.expect("the button")).await;
                assert!(is_in(&mut device).await);
            }
            _ => alice.disable().await,
        }
        for browser in &mut kept {
            assert!(!is_in(browser).await, "{ending}");
        }
    }
}
