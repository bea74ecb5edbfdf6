//! What a request can reach.

use std::sync::Arc;

use crate::oidc::discovery::Published;
use crate::ops::Ops;

/// Cheap to clone: handles only.
#[derive(Debug, Clone)]
pub struct AppState {
    /// What the product does.
    pub ops: Ops,
    /// The discovery document, ready to send.
    pub discovery: Arc<Published>,
}
