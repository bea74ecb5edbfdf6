//! Authorization requests of every kind: with other response types, as request objects, pushed.

use gatepost::domain::client::AuthMethod;
use gatepost::domain::response_type::ResponseType;
use serde_json::Map;
use serde_json::Value;

use crate::harness::AuthRequest;
use crate::harness::Reply;
use crate::harness::Rp;
use crate::harness::Signer;
use crate::harness::TestApp;
use crate::harness::rp::RpBuilder;

impl RpBuilder {
    /// May use every response type, and the grants that they need.
    pub(crate) fn every_response_type(self) -> Self {
        self.but(|metadata| {
            metadata.response_types = ResponseType::ALL.to_vec();
            metadata.grant_types.push("implicit".to_owned());
        })
    }

    /// Signs with this key.
    pub(crate) fn key(self, signer: &Signer) -> Self {
        self.but(|metadata| metadata.jwks = Some(signer.jwks()))
    }
}

impl AuthRequest {
    /// With another response type; without a code there is nothing for PKCE to protect.
    pub(crate) fn kind(self, response_type: &str) -> Self {
        let code = response_type.split(' ').any(|word| word == "code");
        let request = if code { self } else { self.without_pkce() };
        request.with("response_type", response_type)
    }

    /// Its parameters as the claims of a request object, valid for five minutes.
    pub(crate) fn claims(&self, app: &TestApp) -> Value {
        let now = app.clock.now().as_secs();
        let pair = |(name, value): &(String, String)| (name.clone(), Value::from(value.as_str()));
        let mut claims: Map<String, Value> = self.params.iter().map(pair).collect();
        claims.insert("iss".to_owned(), self.get("client_id").into());
        claims.insert("aud".to_owned(), app.issuer().into());
        claims.insert("nbf".to_owned(), now.into());
        claims.insert("exp".to_owned(), (now + 300).into());
        Value::Object(claims)
    }

    /// Only the client's name and one more parameter: what goes with a request object or a `request_uri`.
    pub(crate) fn carrying(&self, name: &str, value: &str) -> Self {
        let bare = Self {
            params: Vec::new(),
            ..self.clone()
        };
        bare.with("client_id", self.get("client_id")).with(name, value)
    }

    /// The pairs for a form.
    pub(crate) fn form(&self) -> Vec<(&str, &str)> {
        let pairs = self.params.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

impl Rp {
    /// Pushes a request.
    pub(crate) async fn push(&self, request: &AuthRequest) -> Reply {
        let mut form = request.form();
        if self.metadata.token_endpoint_auth_method != AuthMethod::ClientSecretBasic {
            // it goes with the credentials
            form.retain(|(name, _)| *name != "client_id");
        }
        self.post("/par", &form).await
    }

    /// Pushes a request, which must be accepted, and gives its `request_uri`.
    pub(crate) async fn pushed(&self, request: &AuthRequest) -> String {
        let reply = self.push(request).await;
        assert_eq!(reply.status, 201, "{reply}");
        let body = reply.json();
        body["request_uri"].as_str().expect("a text").to_owned()
    }
}
