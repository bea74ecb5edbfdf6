//! Issuers of others whose JWTs count here.

use serde_json::Value;

use crate::domain::time::Timestamp;

/// Where an issuer's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerKeys {
    /// Given: a JWK set. RFC 7517 §5.
    Set(Value),
    /// Published there.
    Uri(String),
}

/// What an issuer's `sub` is of a person here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectRule {
    /// The user name.
    Username,
    /// The mail address, which must be verified.
    Email,
    /// The id (`usr_…`).
    Id,
}

impl SubjectRule {
    /// Every rule.
    pub const ALL: &'static [Self] = &[Self::Username, Self::Email, Self::Id];

    /// The column value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Id => "id",
        }
    }

    /// From the column value.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == text)
    }
}

/// An issuer that an operator trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Exactly as its tokens say it (`iss`).
    pub issuer: String,
    /// Its keys.
    pub keys: IssuerKeys,
    /// How its subjects are people here; `None`: they are not.
    pub subjects: Option<SubjectRule>,
    /// Since when.
    pub created_at: Timestamp,
}
