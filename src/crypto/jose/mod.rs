//! Keys and JWTs of others: clients, issuers, DPoP proofs. RFC 7515, RFC 7517, RFC 8725.
//!
//! The algorithm comes from the caller's list and has to fit the key; a token chooses among them at the most. Keys and
//! secrets are different types for different functions, so that one is never taken for the other.

pub mod claims;
pub mod dpop;
mod foreign;
mod header;
mod keys;
mod verifier;

pub use foreign::Foreign;
pub use foreign::peek;
pub use foreign::verify_foreign;
pub use foreign::verify_with_secret;
pub use header::ForeignError;
pub use header::JoseHeader;
pub use header::MAX_FOREIGN_JWT_BYTES;
pub use keys::ForeignKeys;
pub use keys::MAX_KEYS;
pub(in crate::crypto) use verifier::Verifier;

#[cfg(test)]
mod tests;
