//! Roles and groups.

use crate::domain::id::ClientId;
use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::time::Timestamp;

/// What somebody may do; global, or at one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The row.
    pub id: RoleId,
    /// The client it belongs to; `None` is global.
    pub client_id: Option<ClientId>,
    /// As it appears in the `roles` claim.
    pub name: String,
    /// For people.
    pub description: String,
    /// Console permissions it brings: `users:write` …
    pub permissions: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many people have it, directly or through a group.
    pub members: i64,
}

/// People with something in common; carries roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The row.
    pub id: GroupId,
    /// As it appears in the `groups` claim.
    pub name: String,
    /// For people.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many people are in it.
    pub members: i64,
}

/// A role of a person, and how they came to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleOfUser {
    /// The role.
    pub role: Role,
    /// The groups that carry it to them; empty when it is assigned directly only.
    pub via_groups: Vec<String>,
    /// Whether it is assigned to them directly.
    pub direct: bool,
}

/// The role that the first admin gets, with every permission.
pub const ADMIN_ROLE: &str = "gatepost-admin";

/// Whether a role's or group's name is 1 to 64 letters, digits, `.`, `_`, `-`, `:` or `/`.
pub fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "._-:/".contains(c))
}
