//! Initial access tokens: whoever holds one may register clients. RFC 7591 §1.2.

use crate::domain::id::RegistrationTokenId;
use crate::domain::time::Timestamp;

/// A stored token, as far as an operator may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationToken {
    /// The row.
    pub id: RegistrationTokenId,
    /// What it is for, in the operator's words.
    pub name: String,
    /// Its last characters.
    pub hint: String,
    /// How many clients it may still register; none: any number.
    pub uses_left: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it registered a client last.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}
