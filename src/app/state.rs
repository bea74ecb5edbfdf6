//! What a request can reach.

use bytes::Bytes;

use crate::ops::Ops;

/// Cheap to clone: handles only.
#[derive(Debug, Clone)]
pub struct AppState {
    /// What the product does.
    pub ops: Ops,
    /// The discovery document, ready to send.
    pub discovery_json: Bytes,
}
