//! The pages on which people look after their own account.

pub mod applications;
pub mod overview;
pub mod owner;
pub mod password;
pub mod requests;
pub mod sessions;

use axum::Router;

use crate::app::state::AppState;

/// Every page of one's own account.
pub fn routes() -> Router<AppState> {
    overview::routes()
        .merge(password::routes())
        .merge(sessions::routes())
        .merge(applications::routes())
        .merge(requests::routes())
}
