//! Signing out. OpenID Connect RP-Initiated Logout 1.0.

mod confirm;
mod logged_out;
mod rp_initiated;

use axum::Router;
use axum::routing::get;
use axum::routing::post;

use crate::app::state::AppState;
use crate::oidc::Caller;
use crate::oidc::Endpoint;

/// `GET` and `POST /logout`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/logout",
    metadata: Some("end_session_endpoint"),
    caller: Caller::Browser,
    router: || get(rp_initiated::by_get).post(rp_initiated::by_post),
};

/// The form of the confirm page, and the page at the end.
pub fn page_routes() -> Router<AppState> {
    Router::new()
        .route("/logout/confirm", post(rp_initiated::confirmed))
        .route("/logged-out", get(logged_out::show))
}
