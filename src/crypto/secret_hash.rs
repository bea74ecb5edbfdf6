//! Client secrets: HMAC-SHA-256 under a key of the installation, so that a copy of the database alone does not allow
//! guessing a short secret that an operator chose.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::domain::secret::Secret;

/// The installation's key for client secrets and form tokens.
pub struct Pepper(hmac::Key);

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Pepper {
    /// From key bytes.
    pub fn new(key: &Secret<[u8; 32]>) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.expose()))
    }

    /// The stored form of a client secret.
    pub fn hash(&self, secret: &Secret<String>) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, secret.expose().as_bytes()))
    }

    /// A pairwise `sub`: nobody without this key can tell whose it is. OIDC Core §8.1.
    pub fn pairwise(&self, sector: &str, user: &str) -> String {
        // neither a host nor an id holds a space
        let text = format!("pairwise {sector} {user}");
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, text.as_bytes()))
    }

    /// The nonce of DPoP proofs for a stretch of time: every node knows it, and nobody else before it is given out.
    /// RFC 9449 §8.
    pub fn dpop_nonce(&self, stretch: i64) -> String {
        let text = format!("dpop nonce {stretch}");
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, text.as_bytes()))
    }

    /// The stored form of a code short enough to be typed: guessing it takes this key. RFC 8628 §5.1.
    pub fn short_code(&self, kind: &str, code: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, format!("{kind} {code}").as_bytes()))
    }

    /// Whether `secret` is the one that was stored, in constant time.
    pub fn matches(&self, secret: &Secret<String>, stored: &str) -> bool {
        self.hash(secret).as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_matches_under_the_same_key_only() {
        let (one, two) = (
            Pepper::new(&Secret::new([1; 32])),
            Pepper::new(&Secret::new([2; 32])),
        );
        let secret = Secret::new("s3cret".to_owned());
        let stored = one.hash(&secret);
        assert!(one.matches(&secret, &stored));
        assert!(!two.matches(&secret, &stored));
        assert!(!one.matches(&Secret::new(String::new()), &stored));
    }
}
