//! Grants that are asked for in one place and decided in another: device authorization (RFC 8628) and CIBA.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::id::ClientId;
use crate::domain::id::PendingId;
use crate::domain::id::UserId;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;

/// The device authorization grant. RFC 8628 §3.4.
pub const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Seconds between two questions of a client at first. RFC 8628 §3.2, CIBA §7.3.
pub const POLL_INTERVAL_SECS: u32 = 5;

/// Seconds by which the interval grows for a client that asks too often. RFC 8628 §3.5.
pub const SLOW_DOWN_SECS: u32 = 5;

/// How it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingKind {
    /// A device shows a code. RFC 8628.
    Device,
    /// A client names the person. CIBA.
    Ciba,
}

impl PendingKind {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Device, "device"), (Self::Ciba, "ciba")];

    /// The column value.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }

    /// From the column value.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(kind, _)| *kind)
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingState {
    /// The person has not decided.
    Pending,
    /// The person has allowed it; the client may fetch its tokens once.
    Allowed,
    /// The person has not allowed it.
    Denied,
}

impl PendingState {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Allowed, "allowed"),
        (Self::Denied, "denied"),
    ];

    /// The column value.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, name)| name)
    }

    /// From the column value.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(state, _)| *state)
    }
}

/// What is asked for, stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PendingRequest {
    /// Asked for and allowed for the client.
    pub scope: ScopeSet,
    /// Registered APIs that the tokens are for. RFC 8707 §2.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub resource: Vec<String>,
    /// What the person sees at both ends. CIBA §7.1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub binding_message: Option<String>,
}

/// A grant that waits for a person, or has been decided and waits for its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingGrant {
    /// What pages call it.
    pub id: PendingId,
    /// How it was asked for.
    pub kind: PendingKind,
    /// The client.
    pub client_id: ClientId,
    /// The person it belongs to.
    pub user_id: Option<UserId>,
    /// What is asked for.
    pub request: PendingRequest,
    /// How it stands.
    pub state: PendingState,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// What a person types, as it is compared: upper case, without what they put between the letters. RFC 8628 §6.1.
pub fn normal_user_code(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(64)
        .collect()
}

/// A user code as it is shown: `BCDF-GHJK`.
pub fn shown_user_code(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((first, second)) if !second.is_empty() => format!("{first}-{second}"),
        Some(_) | None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_code_is_read_however_it_is_typed() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "b-c-d-f-g-h-j-k"] {
            assert_eq!(normal_user_code(typed), "BCDFGHJK");
        }
        assert_eq!(shown_user_code("BCDFGHJK"), "BCDF-GHJK");
        assert_eq!(shown_user_code("BC"), "BC");
    }

    #[test]
    fn column_values_round_trip() {
        for (kind, name) in PendingKind::ALL {
            assert_eq!((kind.as_str(), PendingKind::parse(name)), (*name, Some(*kind)));
        }
        for (state, name) in PendingState::ALL {
            assert_eq!((state.as_str(), PendingState::parse(name)), (*name, Some(*state)));
        }
    }
}
