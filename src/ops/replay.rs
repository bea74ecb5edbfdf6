//! Identifiers that count once: `jti` of assertions, DPoP proofs and request objects.

use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::store;

/// What kind of thing an identifier names; the same text may name one thing of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An assertion of a client. RFC 7523 §3.
    ClientAssertion,
    /// A DPoP proof. RFC 9449 §11.1.
    DpopProof,
    /// A CIBA request. CIBA §7.1.1.
    CibaRequest,
    /// The word of a trusted issuer. RFC 7523 §2.1.
    Assertion,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ClientAssertion => "jti of a client assertion",
            Self::DpopProof => "jti of a DPoP proof",
            Self::CibaRequest => "jti of a CIBA request",
            Self::Assertion => "jti of an assertion",
        }
    }
}

/// Notes an identifier of somebody; `false` when any node has seen it before. `until` is when whatever bears it would
/// be refused for its age anyway.
pub async fn first_use(
    ops: &Ops,
    kind: Kind,
    whose: &str,
    jti: &str,
    until: Timestamp,
) -> Result<bool, Failure> {
    let id = TokenHash::of_kind(kind.as_str(), &[whose, jti]);
    Ok(store::replay::first_use(&ops.db, &id, until).await?)
}
