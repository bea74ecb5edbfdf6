//! Account sessions: one account signed in to one browser.

use crate::domain::address::Origin;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;

/// A live account session of the browser at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSession {
    /// `sid`.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Name for the account chooser.
    pub name: String,
    /// Mail address, or the user name.
    pub address: String,
    /// When the person last authenticated in it.
    pub auth_time: Timestamp,
    /// How. RFC 8176.
    pub amr: Vec<String>,
    /// When it was last used; the account chooser's order.
    pub last_seen_at: Timestamp,
}

/// A session as an owner or an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// `sid`.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Their name.
    pub user_name: String,
    /// Where from.
    pub origin: Origin,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// How the person authenticated. RFC 8176.
    pub amr: Vec<String>,
    /// Clients with a live family from it, by name.
    pub clients: Vec<String>,
}
