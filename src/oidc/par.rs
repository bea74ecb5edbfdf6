//! Pushed authorization requests: the client sends its request itself, and the browser only its name. RFC 9126.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::post;

use crate::app::state::AppState;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::authorize::Way;
use crate::oidc::authorize::pushed_request;
use crate::oidc::authorize::read_request_object;
use crate::oidc::client_auth;
use crate::oidc::protocol_form::ProtocolForm;
use crate::oidc::sender_constraint;
use crate::ops;

/// `POST /par`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/par",
    metadata: Some("pushed_authorization_request_endpoint"),
    caller: Caller::Anybody,
    router: || post(push),
};

async fn push(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let ops = &state.ops;
    let client = client_auth::authenticate(ops, &form).await?;
    if form.params.get_raw("request_uri").is_some() {
        let text = "The parameter request_uri cannot be pushed.";
        return Err(ProtocolError::invalid_request(text));
    }
    let (params, signed) = match form.params.get("request") {
        // RFC 9126 §3: then nothing beside it is a parameter of the request
        Some(token) => (read_request_object(ops, &client, token).await??, true),
        None => (form.params.clone(), false),
    };
    let way = Way { pushed: true, signed };
    let mut request = pushed_request(ops, &client, &params, way)?;
    let shown = sender_constraint::shown(ops, &form.head).await?;
    request.dpop_jkt = shown.code_key(request.dpop_jkt.as_deref())?;
    let pushed = ops::pushed_requests::push(ops, &request).await?;
    tracing::info!(client.id = %client.id, "Took in a pushed authorization request");
    let body = serde_json::json!({
        "request_uri": pushed.request_uri,
        "expires_in": pushed.expires_in.as_secs(),
    });
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    let mut response = (StatusCode::CREATED, no_store, axum::Json(body)).into_response();
    sender_constraint::remind(ops, &mut response);
    Ok(response)
}
