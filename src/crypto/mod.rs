//! Randomness, hashes, seals, keys and JWTs. The only place that names rsa, argon2, jsonwebtoken, aws-lc or
//! x509-parser.

pub mod certificate;
mod distinguished_name;
pub mod jose;
pub mod jwt;
pub mod keys;
pub mod password_hash;
pub mod random;
pub mod relying_party;
pub mod seal;
pub mod secret_hash;
#[cfg(test)]
mod test_keys;

/// An operation that the crypto library refused. The reason is for the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CryptoError(pub &'static str);
