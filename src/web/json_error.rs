//! Refusals of protocol endpoints that no handler made: wrong method, unknown path, panic.

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::error::protocol::RETRY_AFTER_SECS;

/// `405` for a protocol endpoint. RFC 9110 §15.5.6.
pub async fn method_not_allowed() -> Response {
    json(
        StatusCode::METHOD_NOT_ALLOWED,
        "invalid_request",
        "This endpoint does not serve that method.",
    )
}

/// A request that took too long.
pub fn timed_out() -> Response {
    let mut response = json(
        StatusCode::SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        "The server is too busy. Try again in a moment.",
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECS));
    response
}

/// A panic was caught; the log has it.
pub fn panicked() -> Response {
    json(
        StatusCode::INTERNAL_SERVER_ERROR,
        "server_error",
        "Something failed on the server. Ask its operator.",
    )
}

fn json(status: StatusCode, code: &'static str, description: &'static str) -> Response {
    let body = serde_json::json!({ "error": code, "error_description": description });
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, no_store, axum::Json(body)).into_response()
}
