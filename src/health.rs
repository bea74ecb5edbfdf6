//! Whether the process lives, and whether it can serve.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use crate::app::state::AppState;
use crate::error::protocol::RETRY_AFTER_SECS;

/// `/healthz` and `/readyz`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(live))
        .route("/readyz", get(ready))
}

/// The process answers.
async fn live() -> Response {
    (no_store(), "ok\n").into_response()
}

fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

/// Database, migrations and keys are there.
async fn ready(State(state): State<AppState>) -> Response {
    let ops = &state.ops;
    let database = ops.db.ping().await.is_ok();
    let migrations = database
        && ops
            .db
            .migration_status()
            .await
            .is_ok_and(|status| status.is_current());
    let keys = ops.keys.current().can_sign(ops.now());
    let all = database && migrations && keys;
    let status = if all {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "ready": all, "database": database, "migrations": migrations, "signing_keys": keys });
    let mut response = (status, no_store(), axum::Json(body)).into_response();
    if !all {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECS));
    }
    response
}
