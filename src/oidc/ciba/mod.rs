//! A client asks a person it names, without a browser. OpenID Connect Client-Initiated Backchannel Authentication,
//! FAPI-CIBA.
//!
//! Authenticate the client, read what it asks (plain or signed), find the person, let the request wait for them.

mod hints;
mod request;
mod signed;
pub mod test_hook;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

use crate::app::state::AppState;
use crate::domain::client::CIBA_GRANT;
use crate::domain::client::DeliveryMode;
use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::ciba::request::Asked;
use crate::oidc::client_auth;
use crate::oidc::protocol_form::ProtocolForm;
use crate::ops::pending_grants;
use crate::ops::pending_grants::NewCiba;

/// `POST /backchannel_authentication`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/backchannel_authentication",
    metadata: Some("backchannel_authentication_endpoint"),
    caller: Caller::Server,
    router: || post(authenticate),
};

/// `backchannel_token_delivery_modes_supported`.
pub const DELIVERY_MODES: &[DeliveryMode] = &[DeliveryMode::Poll, DeliveryMode::Ping];

async fn authenticate(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let ops = &state.ops;
    let client = client_auth::authenticate(ops, &form).await?;
    if !client.metadata.uses(CIBA_GRANT) || client.metadata.is_public() {
        let text = "The client is not registered for the CIBA grant.";
        return Err(ProtocolError::new(ErrorCode::UnauthorizedClient, text));
    }
    let asked = Asked::read(ops, &client, &form.params).await?;
    let request = asked.request(ops, &client)?;
    let ping = match client.metadata.backchannel_token_delivery_mode {
        Some(DeliveryMode::Ping) => {
            let token = Secret::new(asked.notification_token()?.to_owned());
            let endpoint = client
                .metadata
                .backchannel_client_notification_endpoint
                .as_deref();
            endpoint.map(|endpoint| (endpoint, token))
        }
        Some(DeliveryMode::Poll) | None => None,
    };
    let requested_expiry = asked.requested_expiry()?;
    let user = hints::person(ops, &client, &asked).await?;
    let new = NewCiba {
        user: &user.id,
        request: &request,
        requested_expiry,
        ping,
    };
    let begun = pending_grants::begin_ciba(ops, &client, new).await?;
    tracing::info!(client.id = %client.id, user.id = %user.id, "Asked a person on behalf of a client");
    let body = json!({
        "auth_req_id": begun.code.expose(),
        "expires_in": begun.expires_in.as_secs(),
        "interval": begun.interval_secs,
    });
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, axum::Json(body)).into_response())
}
