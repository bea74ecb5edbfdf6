//! A secret of one kind is nothing else, and a changed one is nothing at all.

use axum::body::Body;
use axum::http::Method;
use gatepost::ops;

use crate::harness::Browser;
use crate::harness::Code;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::basic;

/// Something that is good for one purpose: what it is, and its value.
type Secret = (&'static str, String);

struct Scene {
    app: TestApp,
    rp: Rp,
    browser: Browser,
    code: Code,
    tokens: Tokens,
    all: Vec<Secret>,
}

fn after(text: &str, mark: &str) -> String {
    text.split_once(mark).expect("the mark is there").1.to_owned()
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let code = browser.authorize(&rp, "openid").await;
    let reset = ops::links::make_reset_link(app.ops(), &app.operator(), &alice.id).await;
    let reset = reset.expect("answers").expect("alice exists").url.into_inner();
    let setup = ops::bootstrap::make_setup_link(app.ops()).await;
    let setup = setup.expect("answers").url.into_inner();
    let page = browser.open(&rp.request("openid").with("prompt", "login")).await;
    let form = page.page().form_with("password");
    let field = |name: &str| form.value(name).expect("the field").to_owned();
    let pushed = rp.request("openid").params;
    let pushed: Vec<(&str, &str)> = pushed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let pushed = rp.post("/par", &pushed).await.json();
    let pushed = pushed["request_uri"].as_str().expect("a request URI").to_owned();
    let cookie = browser.cookies.get("__Host-gatepost").expect("signed in").clone();
    let all = vec![
        ("code", code.code.clone()),
        ("access token", tokens.access.clone()),
        ("refresh token", tokens.refresh().to_owned()),
        ("ID token", tokens.id().to_owned()),
        ("cookie", cookie),
        ("CSRF token", field("csrf")),
        ("transaction", field("tx")),
        ("reset link", after(&reset, "token=")),
        ("set-up link", after(&setup, "token=")),
        ("pushed request", after(&pushed, "request_uri:")),
        ("client secret", rp.secret.clone().expect("a secret")),
        ("client id", rp.client_id.to_string()),
    ];
    Scene {
        app,
        rp,
        browser,
        code,
        tokens,
        all,
    }
}

/// Whether the browser is signed in.
async fn is_in(browser: &mut Browser) -> bool {
    let reply = browser.get("/account").await;
    assert_eq!(reply.status, 200, "{reply}");
    !reply.page().has("password")
}

impl Scene {
    fn others(&self, own: &'static [&'static str]) -> impl Iterator<Item = &Secret> {
        self.all.iter().filter(|(what, _)| !own.contains(what))
    }

    async fn authorized(&self, path: &str, authorization: &str) -> Reply {
        let mut request = self.app.request(Method::GET, path, Body::empty());
        let value = authorization.parse().expect("ASCII");
        request.headers_mut().insert("authorization", value);
        self.app.send(request).await
    }
}

/// Security: B10, C7, E2
#[tokio::test]
async fn at_the_protocol_no_secret_passes_for_another() {
    let scene = scene().await;
    let rp = &scene.rp;
    for (what, value) in scene.others(&["code"]) {
        let mut posed = scene.code.clone();
        posed.code.clone_from(value);
        let reply = rp.redeem(&posed).await;
        assert_eq!(reply.json()["error"], "invalid_grant", "{what}: {reply}");
    }
    for (what, value) in scene.others(&["refresh token"]) {
        let reply = rp.refresh(value).await;
        assert_eq!(reply.json()["error"], "invalid_grant", "{what}: {reply}");
    }
    for (what, value) in scene.others(&["access token"]) {
        let reply = rp.userinfo(value).await;
        assert_eq!(reply.json()["error"], "invalid_token", "{what}: {reply}");
    }
    for (what, value) in scene.others(&["access token", "refresh token"]) {
        assert!(!rp.is_active(value).await, "{what}");
        assert_eq!(rp.revoke(value).await.status, 200, "{what}");
    }
    for (what, value) in scene.others(&["client secret"]) {
        let header = basic(rp.client_id.as_str(), value);
        let reply = rp
            .post_with("/token", &[("grant_type", "refresh_token")], &header)
            .await;
        assert_eq!(reply.status, 401, "{what}: {reply}");
    }
    for (what, value) in scene.others(&["pushed request"]) {
        let uri = format!("urn:ietf:params:oauth:request_uri:{value}");
        let query = [("client_id", rp.client_id.as_str()), ("request_uri", &uri)];
        let query: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let reply = scene.browser.clone().get(&format!("/authorize?{query}")).await;
        assert!(!reply.location().contains("code="), "{what}: {reply}");
        assert!(
            reply.status.is_client_error() || reply.location().contains("error="),
            "{what}: {reply}"
        );
    }
    // none of that has spent anything
    rp.redeem(&scene.code).await.expect_tokens();
    rp.refresh(scene.tokens.refresh()).await.expect_tokens();
}

/// Security: B10, E1
#[tokio::test]
async fn at_the_pages_no_secret_passes_for_another() {
    let scene = scene().await;
    assert!(is_in(&mut scene.browser.clone()).await);
    for (what, value) in scene.others(&["cookie"]) {
        for name in ["__Host-gatepost", "gatepost", "gatepost_locale", "session", "sid"] {
            let mut browser = scene.app.browser();
            browser.cookies.insert(name.to_owned(), value.clone());
            assert!(!is_in(&mut browser).await, "{what} as {name}");
        }
    }
    for (what, value) in scene.others(&["reset link"]) {
        let reply = scene.app.get(&format!("/reset?token={value}")).await;
        assert_eq!(reply.status, 410, "{what}: {reply}");
    }
    for (what, value) in scene.others(&["set-up link"]) {
        let reply = scene.app.get(&format!("/setup?token={value}")).await;
        assert_eq!(reply.status, 410, "{what}: {reply}");
    }
    for (what, value) in scene.others(&["transaction"]) {
        for path in [
            format!("/authorize/{value}"),
            format!("/login?tx={value}"),
            format!("/consent?tx={value}"),
        ] {
            let reply = scene.browser.clone().get_once(&path).await;
            assert!(reply.status.is_client_error(), "{what}: {reply}");
        }
    }
    for (what, value) in scene.others(&["CSRF token"]) {
        let page = scene.browser.clone().get("/account/password").await;
        let form = page
            .page()
            .forms
            .into_iter()
            .find(|f| f.action == "/account/password");
        let form = form.expect("the form").with("csrf", value);
        let reply = scene.browser.clone().submit_once(form).await;
        assert_eq!(reply.status, 403, "{what}: {reply}");
    }
}

/// Security: E2, D11
#[tokio::test]
async fn a_bearer_token_opens_no_page_and_an_access_token_is_no_hint() {
    let scene = scene().await;
    for (what, value) in &scene.all {
        for path in ["/account", "/account/sessions", "/admin", "/admin/users"] {
            let reply = scene.authorized(path, &format!("Bearer {value}")).await;
            assert_eq!(reply.status, 303, "{what}: {reply}");
            assert!(reply.location().starts_with("/login"), "{what}: {reply}");
        }
    }
    // were it believed, it would ask for alice
    let bob = scene.app.user("bob").create().await;
    let mut bobs = scene.app.browser();
    bobs.sign_in(&bob).await;
    let silent = scene.rp.request("openid").with("prompt", "none");
    let code = bobs
        .code(&silent.with("id_token_hint", &scene.tokens.access))
        .await;
    let claims = scene.rp.redeem(&code).await.expect_tokens().id_claims();
    assert_eq!(claims["sub"], bob.id.as_str());
}

/// Security: E9
#[tokio::test]
async fn an_access_token_counts_only_as_a_bearer_token() {
    let scene = scene().await;
    let access = scene.tokens.access.as_str();
    for authorization in [
        basic("x", access),
        basic(access, ""),
        basic(scene.rp.client_id.as_str(), access),
        format!("Token {access}"),
        format!("DPoP {access}"),
        access.to_owned(),
    ] {
        let reply = scene.authorized("/userinfo", &authorization).await;
        assert!([400, 401].contains(&reply.status.as_u16()), "{reply}");
        assert!(!reply.text().contains("sub\""), "{reply}");
    }
    let by_query = scene.app.get(&format!("/userinfo?access_token={access}")).await;
    let mut request = scene.app.request(
        Method::GET,
        "/userinfo",
        Body::from(format!("access_token={access}")),
    );
    let kind = "application/x-www-form-urlencoded".parse().expect("ASCII");
    request.headers_mut().insert("content-type", kind);
    let by_body_of_get = scene.app.send(request).await;
    let mut request = scene.app.request(Method::GET, "/userinfo", Body::empty());
    let cookie = format!("access_token={access}; __Host-gatepost={access}");
    request
        .headers_mut()
        .insert("cookie", cookie.parse().expect("ASCII"));
    let by_cookie = scene.app.send(request).await;
    for reply in [by_query, by_body_of_get, by_cookie] {
        assert_eq!(reply.status, 401, "{reply}");
    }
}

/// Cut, padded, and changed in one letter.
fn spoilt(token: &str) -> Vec<String> {
    let cut = (1..token.len())
        .step_by(token.len() / 7 + 1)
        .map(|n| token[..token.len() - n].to_owned());
    let padded = ["=", "==", ".", "A", "%00", "~"].map(|more| format!("{token}{more}"));
    let places = [0, 1, token.len() / 2, token.len() - 1];
    let changed = places.into_iter().filter_map(|at| {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = match bytes[at] {
            b'.' => return None,
            letter if letter.is_ascii_alphabetic() => letter ^ 0x20,
            b'0' => b'1',
            _ => b'0',
        };
        String::from_utf8(bytes).ok()
    });
    cut.chain(padded).chain(changed).collect()
}

/// Security: C16, B11, J7
#[tokio::test]
async fn a_token_with_one_letter_changed_cut_or_added_is_nothing() {
    let scene = scene().await;
    let rp = &scene.rp;
    for bad in spoilt(&scene.tokens.access) {
        rp.userinfo(&bad).await.expect_error("invalid_token");
        assert!(!rp.is_active(&bad).await, "{bad}");
    }
    assert!(!rp.is_active(&format!("{} ", scene.tokens.access)).await);
    for bad in spoilt(scene.tokens.refresh()) {
        rp.refresh(&bad).await.expect_error("invalid_grant");
        assert!(!rp.is_active(&bad).await, "{bad}");
    }
    for bad in spoilt(&scene.code.code) {
        let mut code = scene.code.clone();
        code.code = bad;
        rp.redeem(&code).await.expect_error("invalid_grant");
    }
    // halves of two codes make none
    let other = scene.browser.clone().authorize(rp, "openid").await;
    let mut mixed = scene.code.clone();
    mixed.code = format!("{}{}", &scene.code.code[..20], &other.code[20..]);
    rp.redeem(&mixed).await.expect_error("invalid_grant");
    let good = scene.browser.cookies["__Host-gatepost"].clone();
    for bad in spoilt(&good).into_iter().filter(|bad| *bad != format!("{good}=")) {
        let mut browser = scene.app.browser();
        browser.cookies.insert("__Host-gatepost".to_owned(), bad.clone());
        assert!(!is_in(&mut browser).await, "{bad}");
    }
    rp.redeem(&scene.code).await.expect_tokens();
    rp.refresh(scene.tokens.refresh()).await.expect_tokens();
}
