//! The token endpoint in five phases: parse, authenticate the client, find the grant, redeem, answer. RFC 6749 §3.2.

pub mod grants;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::post;
use serde::Serialize;
use serde_json::Value;

use crate::app::state::AppState;
use crate::domain::authorization_details;
use crate::domain::client::AuthenticatedClient;
use crate::domain::confirmation::Confirmation;
use crate::domain::error_code::ErrorCode;
use crate::domain::scope::ScopeSet;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::client_auth;
use crate::oidc::protocol_form::ProtocolForm;
use crate::oidc::sender_constraint;
use crate::ops;
use crate::ops::Ops;
use crate::ops::tokens::IssuedTokens;
use crate::web::params::Params;
use crate::web::request_context::RequestContext;

/// `POST /token`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/token",
    metadata: Some("token_endpoint"),
    caller: Caller::Anybody,
    router: || post(token),
};

/// A token request whose client has proved who it is and may use the grant.
pub struct TokenRequest<'a> {
    /// What the product does.
    pub ops: &'a Ops,
    /// The client.
    pub client: &'a AuthenticatedClient,
    /// The form.
    pub params: &'a Params,
    /// Id and origin.
    pub context: &'a RequestContext,
    /// What the client has shown to own, and the access token will be bound to.
    pub constraint: Option<Confirmation>,
}

impl TokenRequest<'_> {
    /// A parameter that the grant cannot do without.
    pub fn require(&self, name: &'static str) -> Result<&str, ProtocolError> {
        let missing = || ProtocolError::invalid_request(format!("The parameter {name} is missing."));
        self.params.get(name).ok_or_else(missing)
    }

    /// The `resource` parameters, each once. RFC 8707 §2.2.
    pub fn resource(&self) -> Vec<String> {
        self.params.distinct("resource")
    }

    /// The `authorization_details`, checked against what is registered. RFC 9396 §6.
    pub fn authorization_details(&self) -> Result<Vec<Value>, ProtocolError> {
        let Some(json) = self.params.get("authorization_details") else {
            return Ok(Vec::new());
        };
        let apis = self.ops.apis.current();
        let is_open = |name: &str| apis.details_type_is_open_to(self.client, name);
        authorization_details::parse(json, is_open)
            .map_err(|text| ProtocolError::new(ErrorCode::InvalidAuthorizationDetails, text))
    }

    /// Details go beyond what was granted. RFC 9396 §5.
    pub fn wrong_details() -> ProtocolError {
        let text = "The authorization_details go beyond what was granted.";
        ProtocolError::new(ErrorCode::InvalidAuthorizationDetails, text)
    }

    /// The `scope` parameter.
    pub fn scope(&self) -> Result<Option<ScopeSet>, ProtocolError> {
        let Some(text) = self.params.get("scope") else {
            return Ok(None);
        };
        let malformed = |_| {
            ProtocolError::new(
                ErrorCode::InvalidScope,
                "The scope holds a character that is not allowed.",
            )
        };
        text.parse().map(Some).map_err(malformed)
    }
}

/// RFC 6749 §5.1.
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    scope: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authorization_details: &'a [Value],
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
}

async fn token(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let ops = &state.ops;
    let client = client_auth::authenticate(ops, &form).await?;
    let missing = || ProtocolError::invalid_request("The parameter grant_type is missing.");
    let grant_type = form.params.get("grant_type").ok_or_else(missing)?;
    let unsupported = || {
        ProtocolError::new(
            ErrorCode::UnsupportedGrantType,
            "This grant_type is not served here.",
        )
    };
    let grant = grants::GRANTS
        .iter()
        .find(|g| g.grant_type == grant_type)
        .ok_or_else(unsupported)?;
    if !client.metadata.uses(grant.grant_type) {
        let text = "The client is not registered for this grant_type.";
        return Err(ProtocolError::new(ErrorCode::UnauthorizedClient, text));
    }
    let shown = sender_constraint::shown(ops, &form.head).await?;
    let request = TokenRequest {
        ops,
        client: &client,
        params: &form.params,
        context: &form.request,
        constraint: shown.constraint(&client)?,
    };
    let issued = (grant.redeem)(request).await?;
    ops::registration::note_use(ops, &client).await?;
    tracing::info!(client.id = %client.id, grant_type = grant.grant_type, "Issued tokens");
    let mut response = answer(&issued);
    sender_constraint::remind(ops, &mut response);
    Ok(response)
}

/// Who we are to the issuers of assertions: the issuer, or this endpoint. RFC 7523 §3.
fn our_names(ops: &Ops) -> Vec<String> {
    let mut names = vec![ops.issuer().to_owned()];
    names.push(format!("{}{}", ops.issuer(), ENDPOINT.path));
    names.extend(ops.config.mtls_url().map(|url| format!("{url}{}", ENDPOINT.path)));
    names
}

fn answer(issued: &IssuedTokens) -> Response {
    let body = TokenResponse {
        access_token: issued.access_token.expose(),
        token_type: Confirmation::token_type(issued.constraint.as_ref()),
        expires_in: issued.expires_in.as_secs(),
        refresh_token: issued.refresh_token.as_ref().map(|t| t.expose().as_str()),
        id_token: issued.id_token.as_ref().map(|t| t.expose().as_str()),
        scope: issued.scope.to_string(),
        authorization_details: &issued.authorization_details,
        issued_token_type: issued.issued_token_type,
    };
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (headers, axum::Json(body)).into_response()
}
