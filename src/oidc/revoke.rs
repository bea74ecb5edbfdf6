//! A client gives back a token that it no longer needs. RFC 7009.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::post;

use crate::app::state::AppState;
use crate::domain::audit::Actor;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::client_auth;
use crate::oidc::protocol_form::ProtocolForm;
use crate::ops;

/// `POST /revoke`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/revoke",
    metadata: Some("revocation_endpoint"),
    caller: Caller::Anybody,
    router: || post(revoke),
};

async fn revoke(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let client = client_auth::authenticate(&state.ops, &form).await?;
    let missing = || ProtocolError::invalid_request("The parameter token is missing.");
    let token = Secret::new(form.params.get("token").ok_or_else(missing)?.to_owned());
    let context = form.request.acting(Actor::Client(client.id.clone()));
    ops::tokens::revoke(&state.ops, &context, &client, &token).await?;
    // also for unknown tokens: §2.2
    Ok((
        StatusCode::OK,
        [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
    )
        .into_response())
}
