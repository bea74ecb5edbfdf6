//! The console.

use axum::Router;

use crate::app::state::AppState;

/// Everything under `/admin`.
pub fn routes(_state: &AppState) -> Router<AppState> {
    Router::new()
}
