//! The body of a registration: one JSON object.

use axum::body::Bytes;
use axum::extract::FromRequest as _;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use serde_json::Map;
use serde_json::Value;

use crate::app::state::AppState;
use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;

/// Reads it. RFC 7591 §3.1.
pub(super) async fn read(state: &AppState, request: Request) -> Result<Map<String, Value>, ProtocolError> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(unusable("The request body must be application/json."));
    }
    let body = Bytes::from_request(request, state).await.map_err(|rejection| {
        let status = rejection.into_response().status();
        let error = unusable("The request body is too large or could not be read.");
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            error.with_status(status)
        } else {
            error
        }
    })?;
    serde_json::from_slice(&body).map_err(|_| unusable("The request body must be one JSON object."))
}

fn unusable(text: &'static str) -> ProtocolError {
    ProtocolError::new(ErrorCode::InvalidClientMetadata, text)
}
