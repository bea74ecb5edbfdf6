//! How Gatepost says no: one private cause, and a vocabulary for each surface.
//!
//! The public text says what happened and what to do. The cause goes to the log, once, when the answer is made.

pub mod page;
pub mod protocol;

use crate::crypto::CryptoError;
use crate::crypto::password_hash::Busy;
use crate::store::StoreError;

pub use page::PageError;
pub use page::PageErrorKind;
pub use protocol::ProtocolError;

/// A failure of ours: nothing that the person or the client did.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The crypto library, or a key that is not there.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// Too many passwords are waiting.
    #[error(transparent)]
    Busy(#[from] Busy),
}

impl Failure {
    /// Whether the same request may succeed in a moment.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Store(error) => error.is_unavailable(),
            Self::Busy(_) => true,
            Self::Crypto(_) => false,
        }
    }
}

impl From<tower_sessions::session::Error> for Failure {
    fn from(error: tower_sessions::session::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why, for the log.
#[derive(Debug)]
pub enum Cause {
    /// Something about the request, in a few words without secrets.
    Request(&'static str),
    /// Something of ours.
    Ours(Failure),
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Request(reason) => f.write_str(reason),
            Self::Ours(failure) => {
                write!(f, "{failure}")?;
                let mut source = std::error::Error::source(failure);
                while let Some(inner) = source {
                    write!(f, ": {inner}")?;
                    source = inner.source();
                }
                Ok(())
            }
        }
    }
}
