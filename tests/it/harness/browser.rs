//! A browser without script: cookies, redirects on our own origin, forms.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::Request;
use axum::http::header;

use crate::harness::AuthRequest;
use crate::harness::Code;
use crate::harness::Person;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::Tokens;
use crate::harness::html::Form;

/// A browser. A clone is another browser with the same cookies, as a thief or another tab has them.
#[derive(Clone)]
pub(crate) struct Browser {
    app: TestApp,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Where it connects from.
    pub(crate) address: SocketAddr,
    /// `Accept-Language`.
    pub(crate) language: String,
    /// `User-Agent`.
    pub(crate) agent: String,
}

impl Browser {
    pub(crate) fn new(app: &TestApp) -> Self {
        Self {
            app: app.clone(),
            cookies: BTreeMap::new(),
            address: ([192, 0, 2, 1], 40_000).into(),
            language: "en".to_owned(),
            agent: "TestBrowser/1.0".to_owned(),
        }
    }

    /// The same cookies at another process of the application.
    pub(crate) fn to(mut self, app: &TestApp) -> Self {
        self.app = app.clone();
        self
    }

    /// Connects from another address from now on.
    pub(crate) fn at(mut self, ip: [u8; 4]) -> Self {
        self.address = (ip, 40_000).into();
        self
    }

    /// `GET`, without following redirects.
    pub(crate) async fn get_once(&mut self, path: &str) -> Reply {
        self.send(self.app.request(Method::GET, path, Body::empty()))
            .await
    }

    /// `GET`, following redirects on our own origin.
    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        let reply = self.get_once(path).await;
        self.follow(reply).await
    }

    /// `POST` of a form, without following redirects.
    pub(crate) async fn post_once(&mut self, path: &str, fields: &[(String, String)]) -> Reply {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = self.app.request(Method::POST, path, body.into());
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.send(request).await
    }

    /// Submits a form, following redirects on our own origin.
    pub(crate) async fn submit(&mut self, form: Form) -> Reply {
        let reply = self.submit_once(form).await;
        self.follow(reply).await
    }

    /// Submits a form.
    pub(crate) async fn submit_once(&mut self, form: Form) -> Reply {
        assert_eq!(form.method, "post", "{form:?}");
        self.post_once(&form.action, &form.fields).await
    }

    /// Follows redirects as long as they stay on our own origin.
    pub(crate) async fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..10 {
            let target = reply.location().to_owned();
            let own = target.starts_with('/') || target.starts_with(&format!("{}/", self.app.issuer()));
            if !reply.status.is_redirection() || !own {
                return reply;
            }
            reply = self.get_once(&target).await;
        }
        assert!(!reply.status.is_redirection(), "too many redirects: {reply}");
        reply
    }

    async fn send(&mut self, mut request: Request<Body>) -> Reply {
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let headers = request.headers_mut();
        if !cookies.is_empty() {
            let value = cookies.join("; ").parse().expect("cookies are ASCII");
            headers.insert(header::COOKIE, value);
        }
        let language = self.language.parse().expect("a language");
        headers.insert(header::ACCEPT_LANGUAGE, language);
        headers.insert(header::USER_AGENT, self.agent.parse().expect("ASCII"));
        request.extensions_mut().insert(ConnectInfo(self.address));
        let reply = self.app.send(request).await;
        for set in reply.headers.get_all(header::SET_COOKIE) {
            self.keep(set.to_str().expect("cookies are ASCII"));
        }
        reply
    }

    fn keep(&mut self, set: &str) {
        let pair = set.split(';').next().unwrap_or(set);
        let (name, value) = pair.split_once('=').expect("name=value");
        let over = set.to_lowercase().contains("max-age=0");
        if over || value.is_empty() {
            self.cookies.remove(name.trim());
        } else {
            self.cookies.insert(name.trim().to_owned(), value.to_owned());
        }
    }

    /// Signs in at our own sign-in page.
    pub(crate) async fn sign_in(&mut self, who: &Person) {
        let page = self.get("/login?other=1").await;
        let done = self.fill_in(&page, who).await;
        assert!(done.status.is_success(), "{done}");
        assert!(!done.page().has("password"), "{done}");
    }

    /// Fills in the sign-in page that is shown, and follows.
    pub(crate) async fn fill_in(&mut self, shown: &Reply, who: &Person) -> Reply {
        let form = shown.page().form_with("password");
        let form = form.set("username", &who.username).set("password", &who.password);
        self.submit(form).await
    }

    /// Opens an authorization request, following redirects on our own origin.
    pub(crate) async fn open(&mut self, request: &AuthRequest) -> Reply {
        self.get(&request.path()).await
    }

    /// Opens an authorization request and allows what is asked.
    pub(crate) async fn open_and_allow(&mut self, request: &AuthRequest) -> Reply {
        let reply = self.open(request).await;
        self.allow(reply).await
    }

    /// Presses "Allow" if the consent page is shown.
    pub(crate) async fn allow(&mut self, shown: Reply) -> Reply {
        if shown.status.is_success() && shown.page().has("approve") {
            return self.submit(shown.page().form_with("approve")).await;
        }
        shown
    }

    /// A code for this client, with whoever is signed in, who allows it.
    pub(crate) async fn authorize(&mut self, rp: &Rp, scope: &str) -> Code {
        self.code(&rp.request(scope)).await
    }

    /// A code for this request, with whoever is signed in, who allows it.
    pub(crate) async fn code(&mut self, request: &AuthRequest) -> Code {
        let reply = self.open_and_allow(request).await;
        request.code_of(&reply)
    }

    /// Tokens for this client, with whoever is signed in, who allows it.
    pub(crate) async fn tokens(&mut self, rp: &Rp, scope: &str) -> Tokens {
        let code = self.authorize(rp, scope).await;
        rp.redeem(&code).await.expect_tokens()
    }
}
