//! An application that is not ours: it stands on the `openidconnect` crate and knows the issuer URL, its
//! credentials and its own address, nothing else.

use std::collections::BTreeMap;
use std::pin::Pin;

use axum::Router;
use axum::extract::RawQuery;
use axum::http::Response;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use gatepost::domain::redirect_uri::RedirectUri;
use openidconnect::AccessToken;
use openidconnect::AccessTokenHash;
use openidconnect::AsyncHttpClient;
use openidconnect::AuthenticationFlow;
use openidconnect::AuthorizationCode;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::EndpointMaybeSet;
use openidconnect::EndpointNotSet;
use openidconnect::EndpointSet;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use openidconnect::IssuerUrl;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse as _;
use openidconnect::PkceCodeChallenge;
use openidconnect::PkceCodeVerifier;
use openidconnect::RedirectUrl;
use openidconnect::RefreshToken;
use openidconnect::RequestTokenError;
use openidconnect::Scope;
use openidconnect::TokenResponse as _;
use openidconnect::core::CoreClient;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::core::CoreIdTokenClaims;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::core::CoreResponseMode;
use openidconnect::core::CoreResponseType;
use openidconnect::core::CoreTokenResponse;
use openidconnect::core::CoreUserInfoClaims;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::harness::Rp;
use crate::harness::TestApp;

type Discovered = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Where browsers come back to: a port of this machine, thus another origin than the provider's.
pub(crate) struct Callback {
    pub(crate) address: String,
    came: Mutex<mpsc::UnboundedReceiver<Answer>>,
    server: JoinHandle<()>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) by_post: bool,
    pub(crate) params: BTreeMap<String, String>,
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn answered(by_post: bool, text: &str) -> Answer {
    let params = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    Answer { by_post, params }
}

impl Callback {
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let (sender, came) = mpsc::unbounded_channel();
        let page = |text: &str| {
            let html = format!(
                "<!doctype html><title>{text}</title><link rel=icon href='data:,'><h1 id=arrived>{text}</h1>"
            );
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
        };
        let by_post = sender.clone();
        let on_get = async move |RawQuery(query): RawQuery| {
            // nobody waits any longer when this fails: the test is over
            drop(sender.send(answered(false, &query.unwrap_or_default())));
            page("Welcome back")
        };
        let on_post = async move |body: String| {
            drop(by_post.send(answered(true, &body)));
            page("Welcome back")
        };
        let router = Router::new()
            .route("/cb", get(on_get).post(on_post))
            .route("/bye", get(async move || page("Good bye")));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the listener runs");
        });
        Self {
            address,
            came: Mutex::new(came),
            server,
        }
    }

    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/cb", self.address)
    }

    /// The next answer.
    pub(crate) async fn answer(&self) -> Answer {
        let mut came = self.came.lock().await;
        let patience = std::time::Duration::from_secs(15);
        let answer = tokio::time::timeout(patience, came.recv()).await;
        answer
            .expect("the browser comes back")
            .expect("the listener runs")
    }

    /// Whether nothing has come since.
    pub(crate) async fn is_silent(&self) -> bool {
        self.came.lock().await.try_recv().is_err()
    }
}

/// The application.
pub(crate) struct Application {
    client: Discovered,
    http: Transport,
    issuer: String,
    pub(crate) callback: Callback,
    pub(crate) rp: Rp,
}

/// A sign-in that has begun.
pub(crate) struct Begun {
    pub(crate) url: String,
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Who signed in.
pub(crate) struct SignedIn {
    pub(crate) claims: CoreIdTokenClaims,
    pub(crate) access: AccessToken,
    pub(crate) refresh: RefreshToken,
}

impl Application {
    /// Registers at the provider and discovers it.
    pub(crate) async fn register(provider: &TestApp, name: &str) -> Self {
        let callback = Callback::listen().await;
        let bye = format!("{}/bye", callback.address);
        let rp = provider
            .client()
            .named(name)
            .redirect_uri(&callback.redirect_uri())
            .asks_consent()
            .but(|m| m.post_logout_redirect_uris = vec![RedirectUri::parse(&bye).expect("a valid URI")])
            .create()
            .await;
        let secret = rp.secret.clone().expect("a confidential client");
        let (issuer, id) = (provider.issuer().to_owned(), rp.client_id.to_string());
        let http = Transport::new();
        let url = IssuerUrl::new(issuer.clone()).expect("an issuer");
        let metadata = CoreProviderMetadata::discover_async(url, &http).await;
        let metadata = metadata.expect("discovery and JWKS");
        let redirect_uri = RedirectUrl::new(callback.redirect_uri()).expect("a URL");
        let secret = Some(ClientSecret::new(secret));
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(id), secret)
            .set_redirect_uri(redirect_uri);
        Self {
            client,
            http,
            issuer,
            callback,
            rp,
        }
    }

    /// Makes the address to which the person is sent.
    pub(crate) fn begin(&self) -> Begun {
        self.begin_with(None)
    }

    /// As [`Application::begin`], with `response_mode=form_post`.
    pub(crate) fn begin_form_post(&self) -> Begun {
        self.begin_with(Some(CoreResponseMode::FormPost))
    }

    fn begin_with(&self, mode: Option<CoreResponseMode>) -> Begun {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = self
            .client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in ["profile", "email", "offline_access"] {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        if let Some(mode) = mode {
            request = request.add_extra_param("response_mode", mode.as_ref().to_owned());
        }
        let (url, state, nonce) = request.url();
        Begun {
            url: url.to_string(),
            state,
            nonce,
            verifier,
        }
    }

    /// Takes what came back, redeems the code and verifies the ID token.
    pub(crate) async fn finish(&self, begun: Begun, answer: &Answer) -> SignedIn {
        let get = |name: &str| answer.params.get(name).map_or("", String::as_str);
        assert_eq!(get("state"), begun.state.secret(), "{answer:?}");
        assert_eq!(get("iss"), self.issuer, "{answer:?}");
        let code = AuthorizationCode::new(get("code").to_owned());
        let request = self.client.exchange_code(code).expect("a token endpoint");
        let request = request.set_pkce_verifier(begun.verifier);
        let tokens: CoreTokenResponse = request.request_async(&self.http).await.expect("tokens");
        let id_token = tokens.id_token().expect("an ID token");
        let verifier = self.client.id_token_verifier();
        let claims = id_token
            .claims(&verifier, &begun.nonce)
            .expect("a valid ID token");
        let alg = id_token.signing_alg().expect("signed");
        let key = id_token.signing_key(&verifier).expect("a published key");
        let hash = AccessTokenHash::from_token(tokens.access_token(), alg, key).expect("a hash");
        assert_eq!(claims.access_token_hash(), Some(&hash));
        SignedIn {
            claims: claims.clone(),
            access: tokens.access_token().clone(),
            refresh: tokens.refresh_token().expect("a refresh token").clone(),
        }
    }

    pub(crate) async fn user_info(&self, who: &SignedIn) -> CoreUserInfoClaims {
        let subject = who.claims.subject().clone();
        let request = self.client.user_info(who.access.clone(), Some(subject));
        let request = request.expect("a userinfo endpoint");
        request.request_async(&self.http).await.expect("userinfo")
    }

    /// Fresh tokens; the error code when refused.
    pub(crate) async fn refresh(&self, who: &mut SignedIn) -> Result<(), CoreErrorResponseType> {
        let request = self.client.exchange_refresh_token(&who.refresh);
        let answer = request.expect("a token endpoint").request_async(&self.http).await;
        let tokens: CoreTokenResponse = match answer {
            Ok(tokens) => tokens,
            Err(RequestTokenError::ServerResponse(refusal)) => return Err(refusal.error().clone()),
            other => other.expect("an answer of the token endpoint"),
        };
        who.access = tokens.access_token().clone();
        who.refresh = tokens.refresh_token().expect("the next refresh token").clone();
        Ok(())
    }
}

/// How the library reaches the network.
struct Transport(reqwest::Client);

impl Transport {
    fn new() -> Self {
        let builder = reqwest::Client::builder().no_proxy();
        let client = builder.redirect(reqwest::redirect::Policy::none()).build();
        Self(client.expect("an HTTP client"))
    }
}

impl<'c> AsyncHttpClient<'c> for Transport {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = Response::new(answer.bytes().await?.to_vec());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}
