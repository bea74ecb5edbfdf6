//! The public keys. RFC 7517 §5.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::oidc::Caller;
use crate::oidc::Endpoint;

/// `GET /jwks`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/jwks",
    metadata: Some("jwks_uri"),
    caller: Caller::Anybody,
    router: || get(serve),
};

async fn serve(State(state): State<AppState>) -> Response {
    let max_age = state.ops.config.keys.jwks_max_age.as_secs();
    let cache = HeaderValue::try_from(format!("public, max-age={max_age}"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/jwk-set+json"),
        ),
        (
            header::CACHE_CONTROL,
            cache.unwrap_or(HeaderValue::from_static("no-cache")),
        ),
    ];
    (headers, state.ops.keys.current().jwks_json.clone()).into_response()
}
