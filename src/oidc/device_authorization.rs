//! A device that cannot show a browser asks for a code. RFC 8628 §3.1.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

use crate::app::state::AppState;
use crate::domain::error_code::ErrorCode;
use crate::domain::pending_grant::DEVICE_GRANT;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::client_auth;
use crate::oidc::pending;
use crate::oidc::protocol_form::ProtocolForm;
use crate::ops::pending_grants;

/// `POST /device_authorization`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/device_authorization",
    metadata: Some("device_authorization_endpoint"),
    caller: Caller::Server,
    router: || post(authorize),
};

/// Where a person types the code; a page of ours.
const VERIFICATION_PATH: &str = "/device";

async fn authorize(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let ops = &state.ops;
    let client = client_auth::authenticate(ops, &form).await?;
    if !client.metadata.uses(DEVICE_GRANT) {
        let text = "The client is not registered for the device grant.";
        return Err(ProtocolError::new(ErrorCode::UnauthorizedClient, text));
    }
    let resource = form.params.all("resource").map(str::to_owned).collect();
    let request = pending::asked(ops, &client, form.params.get("scope"), resource)?;
    let begun = pending_grants::begin_device(ops, &client, &request).await?;
    let uri = format!("{}{VERIFICATION_PATH}", ops.issuer());
    let body = json!({
        "device_code": begun.code.expose(),
        "user_code": begun.user_code,
        "verification_uri": uri,
        "verification_uri_complete": format!("{uri}?user_code={}", begun.user_code),
        "expires_in": begun.expires_in.as_secs(),
        "interval": begun.interval_secs,
    });
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, axum::Json(body)).into_response())
}
