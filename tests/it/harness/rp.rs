//! A relying party: its registration, its requests, its back channel.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::domain::client::AuthMethod;
use gatepost::domain::client::ClientMetadata;
use gatepost::domain::id::ClientId;
use gatepost::domain::redirect_uri::RedirectUri;
use gatepost::ops;
use gatepost::ops::clients::SaveClient;
use sha2::Digest as _;

use crate::harness::Reply;
use crate::harness::Shown;
use crate::harness::TestApp;
use crate::harness::proofs::ASSERTION_TYPE;

/// A registered client and its secret.
#[derive(Clone)]
pub(crate) struct Rp {
    pub(super) app: TestApp,
    pub(crate) client_id: ClientId,
    pub(crate) secret: Option<String>,
    pub(crate) redirect_uri: String,
    pub(crate) metadata: ClientMetadata,
    /// What goes with each of its requests.
    pub(crate) shown: Shown,
}

pub(crate) struct RpBuilder {
    app: TestApp,
    metadata: ClientMetadata,
}

/// Each client of a test gets its own name and host.
fn host(name: &str) -> String {
    format!("https://{}.test", name.to_lowercase().replace(' ', "-"))
}

impl RpBuilder {
    /// Confidential, with every grant that a person is part of, and without the consent page.
    pub(crate) fn new(app: &TestApp) -> Self {
        let metadata = ClientMetadata {
            grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            skip_consent: true,
            ..ClientMetadata::default()
        };
        let builder = Self {
            app: app.clone(),
            metadata,
        };
        builder.named("Ledger")
    }

    /// With this name, and addresses made from it.
    pub(crate) fn named(mut self, name: &str) -> Self {
        let uri = |path: &str| RedirectUri::parse(&format!("{}{path}", host(name))).expect("a valid URI");
        name.clone_into(&mut self.metadata.client_name);
        self.metadata.redirect_uris = vec![uri("/cb")];
        self.metadata.post_logout_redirect_uris = vec![uri("/bye")];
        self
    }

    pub(crate) fn public(self) -> Self {
        self.method(AuthMethod::None)
    }

    pub(crate) fn method(mut self, method: AuthMethod) -> Self {
        self.metadata.token_endpoint_auth_method = method;
        self
    }

    pub(crate) fn scope(mut self, scope: &str) -> Self {
        self.metadata.scope = scope.parse().expect("a valid scope");
        self
    }

    pub(crate) fn redirect_uri(mut self, uri: &str) -> Self {
        self.metadata.redirect_uris = vec![RedirectUri::parse(uri).expect("a valid redirect URI")];
        self
    }

    pub(crate) fn grants(mut self, grants: &[&str]) -> Self {
        self.metadata.grant_types = grants.iter().map(|g| (*g).to_owned()).collect();
        self
    }

    pub(crate) fn asks_consent(mut self) -> Self {
        self.metadata.skip_consent = false;
        self
    }

    pub(crate) fn without_pkce(mut self) -> Self {
        self.metadata.require_pkce = false;
        self
    }

    /// Changes what is registered.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut ClientMetadata)) -> Self {
        change(&mut self.metadata);
        self
    }

    pub(crate) async fn create(self) -> Rp {
        let Self { app, metadata } = self;
        let made = ops::clients::create(app.ops(), &app.operator(), None, None, metadata.clone()).await;
        let saved = match made.expect("the database answers") {
            SaveClient::Saved(id, secret) => Some((id, secret)),
            SaveClient::Invalid(_) | SaveClient::Taken | SaveClient::Missing => None,
        };
        let (client_id, secret) = saved.expect("valid metadata");
        let redirect_uri = metadata.redirect_uris.first();
        Rp {
            app,
            client_id,
            secret: secret.map(gatepost::domain::secret::Secret::into_inner),
            redirect_uri: redirect_uri.map(ToString::to_string).unwrap_or_default(),
            metadata,
            shown: Shown::default(),
        }
    }
}

impl Rp {
    /// A client that came here another way.
    pub(crate) fn known(app: &TestApp, id: &str, secret: Option<String>, metadata: ClientMetadata) -> Self {
        let redirect_uri = metadata.redirect_uris.first().map(ToString::to_string);
        Self {
            app: app.clone(),
            client_id: id.parse().expect("a client_id"),
            secret,
            redirect_uri: redirect_uri.unwrap_or_default(),
            metadata,
            shown: Shown::default(),
        }
    }

    /// The same client at another process of the application.
    pub(crate) fn at(&self, app: &TestApp) -> Self {
        Self {
            app: app.clone(),
            ..self.clone()
        }
    }

    /// An authorization request as a careful client makes it.
    pub(crate) fn request(&self, scope: &str) -> AuthRequest {
        let verifier = fresh();
        let request = AuthRequest {
            params: Vec::new(),
            redirect_uri: self.redirect_uri.clone(),
            verifier: verifier.clone(),
        };
        request
            .with("client_id", self.client_id.as_str())
            .with("redirect_uri", &self.redirect_uri)
            .with("response_type", "code")
            .with("scope", scope)
            .with("state", &fresh())
            .with("nonce", &fresh())
            .with("code_challenge", &challenge(&verifier))
            .with("code_challenge_method", "S256")
    }

    /// A form to any endpoint, with the client's own credentials.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let mut form = form.to_vec();
        let secret = self.secret.as_deref().unwrap_or("");
        let assertion = self.assertion();
        match self.metadata.token_endpoint_auth_method {
            AuthMethod::ClientSecretBasic => {
                let header = basic(self.client_id.as_str(), secret);
                return self.post_with(path, &form, &header).await;
            }
            AuthMethod::ClientSecretPost => {
                form.push(("client_id", self.client_id.as_str()));
                form.push(("client_secret", secret));
            }
            AuthMethod::ClientSecretJwt | AuthMethod::PrivateKeyJwt => {
                form.push(("client_assertion_type", ASSERTION_TYPE));
                form.push(("client_assertion", &assertion));
            }
            AuthMethod::None | AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth => {
                form.push(("client_id", self.client_id.as_str()));
            }
        }
        self.post_form(path, &form, None).await
    }

    /// A form as it is, with what the client shows to own.
    pub(crate) async fn post_form(
        &self,
        path: &str,
        form: &[(&str, &str)],
        authorization: Option<&str>,
    ) -> Reply {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut request = self.app.request(Method::POST, path, Body::from(body));
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, value.parse().expect("ASCII"));
        }
        self.shown.add_to(&self.app, &mut request);
        self.app.send(request).await
    }

    /// A form with an `Authorization` header.
    pub(crate) async fn post_with(&self, path: &str, form: &[(&str, &str)], authorization: &str) -> Reply {
        self.post_form(path, form, Some(authorization)).await
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Reply {
        self.post("/token", form).await
    }

    pub(crate) async fn redeem(&self, code: &Code) -> Reply {
        self.token(&code.form()).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Reply {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    pub(crate) async fn introspect(&self, token: &str) -> Reply {
        self.post("/introspect", &[("token", token)]).await
    }

    /// Whether introspection calls the token active; if not, it must say nothing else.
    #[track_caller]
    pub(crate) fn active(reply: &Reply) -> bool {
        assert_eq!(reply.status, 200, "{reply}");
        let body = reply.json();
        let active = body["active"].as_bool().expect("active is a boolean");
        assert!(
            active || body == serde_json::json!({ "active": false }),
            "{reply}"
        );
        active
    }

    pub(crate) async fn is_active(&self, token: &str) -> bool {
        Self::active(&self.introspect(token).await)
    }

    pub(crate) async fn revoke(&self, token: &str) -> Reply {
        self.post("/revoke", &[("token", token)]).await
    }

    pub(crate) async fn userinfo(&self, access_token: &str) -> Reply {
        let mut request = self.app.request(Method::GET, "/userinfo", Body::empty());
        let value = format!("Bearer {access_token}").parse().expect("ASCII");
        request.headers_mut().insert(header::AUTHORIZATION, value);
        self.app.send(request).await
    }
}

/// An authorization request.
#[derive(Debug, Clone)]
pub(crate) struct AuthRequest {
    pub(crate) params: Vec<(String, String)>,
    pub(crate) redirect_uri: String,
    pub(crate) verifier: String,
}

impl AuthRequest {
    /// Sets a parameter.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a parameter out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self
    }

    /// Adds a parameter that may be repeated.
    pub(crate) fn also(mut self, name: &str, value: &str) -> Self {
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without PKCE.
    pub(crate) fn without_pkce(self) -> Self {
        self.without("code_challenge").without("code_challenge_method")
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.params)
            .finish()
    }

    pub(crate) fn path(&self) -> String {
        format!("/authorize?{}", self.query())
    }

    /// The code of a successful answer, which must carry `state` and `iss` too, perhaps `session_state`, and nothing else.
    #[track_caller]
    pub(crate) fn code_of(&self, reply: &Reply) -> Code {
        let params = reply.sent_to(&self.redirect_uri);
        let names = params.keys().map(String::as_str);
        let names: Vec<&str> = names.filter(|name| *name != "session_state").collect();
        let state = self.get("state");
        let expected: &[&str] = if state.is_empty() {
            &["code", "iss"]
        } else {
            &["code", "iss", "state"]
        };
        assert_eq!(names, expected, "{reply}");
        assert_eq!(params.get("state").map_or("", String::as_str), state);
        Code {
            code: params["code"].clone(),
            verifier: Some(self.verifier.clone()).filter(|_| !self.get("code_challenge").is_empty()),
            redirect_uri: self.redirect_uri.clone(),
        }
    }

    /// The answer is this error, with `state` and `iss`, and no code.
    #[track_caller]
    pub(crate) fn expect_refusal(&self, reply: &Reply, error: &str) {
        let params = reply.sent_to(&self.redirect_uri);
        self.check_refusal(&params, error);
    }

    #[track_caller]
    pub(crate) fn check_refusal(&self, params: &std::collections::BTreeMap<String, String>, error: &str) {
        assert_eq!(params.get("error").map(String::as_str), Some(error), "{params:?}");
        assert_eq!(params.get("state").map_or("", String::as_str), self.get("state"));
        assert!(
            params.contains_key("iss") && !params.contains_key("code"),
            "{params:?}"
        );
        let description = params.get("error_description").expect("a description");
        let plain = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(description.bytes().all(plain), "{description}");
    }
}

/// A code, and what belongs to its redemption.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) verifier: Option<String>,
    pub(crate) redirect_uri: String,
}

impl Code {
    /// The token request's form.
    pub(crate) fn form(&self) -> Vec<(&str, &str)> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", &self.code),
            ("redirect_uri", &self.redirect_uri),
        ];
        if let Some(verifier) = &self.verifier {
            form.push(("code_verifier", verifier));
        }
        form
    }
}

/// `Authorization: Basic …`, form-encoded as RFC 6749 §2.3.1 says.
pub(crate) fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", encode(id), encode(secret)))
    )
}

/// RFC 7636 §4.2.
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier.as_bytes()))
}

/// Something nobody can guess.
pub(crate) fn fresh() -> String {
    gatepost::crypto::random::token().into_inner()
}
