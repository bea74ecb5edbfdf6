//! A client that registers itself.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::header;
use gatepost::domain::client::ClientMetadata;
use gatepost::domain::client::from_outside;
use gatepost::store;
use serde_json::Value;
use serde_json::json;

use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::TestApp;

/// The answer to a registration.
#[derive(Clone)]
pub(crate) struct Registered {
    app: TestApp,
    pub(crate) body: Value,
}

/// Sends JSON with a bearer token.
pub(crate) async fn send_json(
    app: &TestApp,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Reply {
    let content = body.map(Value::to_string).unwrap_or_default();
    let mut request = app.request(method, path, Body::from(content));
    let headers = request.headers_mut();
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().expect("ASCII");
        headers.insert(header::AUTHORIZATION, value);
    }
    app.send(request).await
}

/// `POST /register`.
pub(crate) async fn register(app: &TestApp, metadata: &Value) -> Reply {
    send_json(app, Method::POST, "/register", None, Some(metadata)).await
}

impl Registered {
    /// Registers, which must succeed.
    pub(crate) async fn with(app: &TestApp, metadata: &Value) -> Self {
        let reply = register(app, metadata).await;
        assert_eq!(reply.status, 201, "{reply}");
        assert_eq!(reply.header("cache-control"), "no-store");
        Self {
            app: app.clone(),
            body: reply.json(),
        }
    }

    /// A web application with one redirect URI.
    pub(crate) async fn web(app: &TestApp) -> Self {
        let metadata = json!({
            "client_name": "Notes", "redirect_uris": ["https://notes.test/cb"],
            "grant_types": ["authorization_code", "refresh_token"],
        });
        Self::with(app, &metadata).await
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or("")
    }

    pub(crate) fn id(&self) -> &str {
        self.text("client_id")
    }

    pub(crate) fn token(&self) -> &str {
        self.text("registration_access_token")
    }

    /// A request to the client's own address.
    pub(crate) async fn manage(&self, method: Method, body: Option<&Value>) -> Reply {
        let uri = self.text("registration_client_uri");
        send_json(&self.app, method, uri, Some(self.token()), body).await
    }

    /// What is stored.
    pub(crate) async fn stored(&self) -> Option<gatepost::domain::client::Client> {
        let id = self.id().parse().expect("a client_id");
        store::clients::find(&self.app.ops().db, &id)
            .await
            .expect("the database answers")
    }

    /// The same client for flows.
    pub(crate) fn rp(&self) -> Rp {
        let mut members = self.body.as_object().expect("an object").clone();
        members.retain(|name, _| from_outside::known_members().contains(&name.as_str()));
        let metadata: ClientMetadata = serde_json::from_value(members.into()).expect("metadata");
        let secret = self.body["client_secret"].as_str().map(str::to_owned);
        Rp::known(&self.app, self.id(), secret, metadata)
    }
}
