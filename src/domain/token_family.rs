//! Refresh-token families: everything that descends from one sign-in at one client.

use crate::domain::address::Origin;
use crate::domain::grant::Granted;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;

/// Why a family ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// A used refresh token came back outside the repeat window.
    Reuse,
    /// A used code came back.
    CodeReuse,
    /// The code came back with the wrong verifier or redirect URI.
    CodeMismatch,
    /// The client revoked its token. RFC 7009.
    ClientRevoked,
    /// An admin revoked it.
    AdminRevoked,
    /// The person removed the application.
    ConsentRemoved,
    /// The session it came from ended.
    SessionEnded,
    /// The account was disabled.
    UserDisabled,
    /// The client was disabled.
    ClientDisabled,
    /// The password was changed.
    PasswordChanged,
}

impl EndReason {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Reuse, "reuse", "reuse detected"),
        (Self::CodeReuse, "code_reuse", "authorization code used twice"),
        (
            Self::CodeMismatch,
            "code_mismatch",
            "authorization code presented wrongly",
        ),
        (Self::ClientRevoked, "client_revoked", "revoked by the client"),
        (Self::AdminRevoked, "admin_revoked", "revoked by an admin"),
        (
            Self::ConsentRemoved,
            "consent_removed",
            "access removed by the user",
        ),
        (Self::SessionEnded, "session_ended", "session ended"),
        (Self::UserDisabled, "user_disabled", "user disabled"),
        (Self::ClientDisabled, "client_disabled", "client disabled"),
        (Self::PasswordChanged, "password_changed", "password changed"),
    ];

    /// The column value.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(r, ..)| *r == self)
            .map_or("", |(_, name, _)| name)
    }

    /// In words, for the console.
    pub fn words(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(r, ..)| *r == self)
            .map_or("", |(.., words)| words)
    }

    /// From the column value.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, name, _)| *name == text)
            .map(|(r, ..)| *r)
    }
}

/// How a family stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyState {
    /// Its newest token can be used.
    Active,
    /// It ran out.
    Expired,
    /// It was ended, with the reason.
    Ended(Timestamp, EndReason),
}

/// A family in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyView {
    /// The row.
    pub id: FamilyId,
    /// The client.
    pub client_id: ClientId,
    /// Its name.
    pub client_name: String,
    /// The person.
    pub user_id: UserId,
    /// Their name.
    pub user_name: String,
    /// The session it came from.
    pub session_id: Option<SessionId>,
    /// Active, expired, ended.
    pub state: FamilyState,
    /// How many refresh tokens it has had; 0 when none was issued.
    pub generation: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// The last rotation.
    pub last_used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// One refresh token of a lineage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineageToken {
    /// 1 is the one issued with the code.
    pub generation: i64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Where the request that got it came from.
    pub origin: Origin,
    /// Later presentations of the token after it had been used.
    pub repeats: Vec<RepeatedUse>,
}

/// A used token presented again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedUse {
    /// `true`: a lost answer, given again. `false`: reuse.
    pub allowed: bool,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub origin: Origin,
}

/// A family with its lineage, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyDetail {
    /// The list's facts.
    pub view: FamilyView,
    /// What it was granted.
    pub granted: Granted,
    /// Survives sign-out.
    pub offline: bool,
    /// Its refresh tokens.
    pub lineage: Vec<LineageToken>,
}
