//! Values that must not be seen, and the hashes that stand for them in the database.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// A value that is never printed: its `Debug` says `[secret]`, and it has neither `Display` nor `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Each use is a place to look at in a review.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl From<String> for Secret<String> {
    fn from(value: String) -> Self {
        Self(value)
    }
}

/// SHA-256 of a token, as base64url text. The only form in which the store knows tokens.
///
/// For values with at least 128 bits of randomness only: those need neither salt nor stretching.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a presented or freshly made token.
    pub fn of(token: &Secret<String>) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose().as_bytes())))
    }

    /// The hash of something that is told apart by its kind: what is one kind's is never found as another's.
    pub fn of_kind(kind: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(kind.as_bytes());
        for part in parts {
            // the length keeps neighbours apart
            hash.update(format!(" {}:", part.len()).as_bytes());
            hash.update(part.as_bytes());
        }
        Self(URL_SAFE_NO_PAD.encode(hash.finalize()))
    }

    /// The column value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are the same hash, in time independent of where they differ.
    pub fn matches(&self, stored: &str) -> bool {
        self.0.as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hash]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(format!("{:?}", TokenHash::of(&secret)), "[hash]");
    }

    #[test]
    fn kinds_and_parts_are_kept_apart() {
        let of = |kind, parts: &[&str]| TokenHash::of_kind(kind, parts).as_str().to_owned();
        assert_ne!(of("device code", &["a"]), of("user code", &["a"]));
        assert_ne!(of("jti", &["ab", "c"]), of("jti", &["a", "bc"]));
        assert_eq!(of("jti", &["ab", "c"]), of("jti", &["ab", "c"]));
    }

    #[test]
    fn a_hash_matches_only_its_own_token() {
        let hash = TokenHash::of(&Secret::new("abc".to_owned()));
        assert_eq!(hash.as_str(), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert!(hash.matches("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"));
        assert!(!hash.matches(TokenHash::of(&Secret::new("abd".to_owned())).as_str()));
    }
}
