//! The keys in use, and which of them signs.

use std::sync::Arc;
use std::sync::RwLock;

use bytes::Bytes;

use crate::crypto::CryptoError;
use crate::crypto::jose::Verifier;
use crate::crypto::keys::PublicJwk;
use crate::crypto::keys::pair::Pair;
use crate::domain::secret::Secret;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published, and will sign later.
    Next,
    /// Signs.
    Active,
    /// Signs no more; published until the last of its tokens has run out.
    Retired,
}

impl KeyState {
    /// The state at `now` of a key that signs from `active_from` until `retired_at`.
    pub fn at(now: Timestamp, active_from: Timestamp, retired_at: Option<Timestamp>) -> Self {
        if retired_at.is_some_and(|at| at <= now) {
            Self::Retired
        } else if active_from > now {
            Self::Next
        } else {
            Self::Active
        }
    }
}

/// One key of the set, parsed.
pub struct SigningKey {
    /// The public part.
    pub jwk: PublicJwk,
    /// When it starts to sign.
    pub active_from: Timestamp,
    /// When it stops signing.
    pub retired_at: Option<Timestamp>,
    pair: Pair,
    verifier: Verifier,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("alg", &self.jwk.alg)
            .field("kid", &self.jwk.kid)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Parses a key, once for all its signatures.
    pub fn parse(
        jwk: PublicJwk,
        private_der: &Secret<Vec<u8>>,
        active_from: Timestamp,
        retired_at: Option<Timestamp>,
    ) -> Result<Self, CryptoError> {
        let pair = Pair::parse(jwk.alg, private_der.expose())?;
        let verifier = Verifier::new(&jwk.material)?;
        if !verifier.fits(jwk.alg) {
            return Err(CryptoError("a stored public key does not fit its algorithm"));
        }
        Ok(Self {
            jwk,
            active_from,
            retired_at,
            pair,
            verifier,
        })
    }

    /// The only algorithm that it signs with.
    pub fn alg(&self) -> SigningAlg {
        self.jwk.alg
    }

    /// Signs with the key's algorithm.
    pub(in crate::crypto) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.pair.sign(message)
    }

    pub(in crate::crypto) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// How the key stands at `now`.
    pub fn state(&self, now: Timestamp) -> KeyState {
        KeyState::at(now, self.active_from, self.retired_at)
    }
}

/// Every published key, and the JWKS document made of them.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Arc<SigningKey>>,
    /// The document, ready to send. RFC 7517 §5.
    pub jwks_json: Bytes,
}

impl KeySet {
    /// From parsed keys, oldest first.
    pub fn new(keys: Vec<Arc<SigningKey>>) -> Self {
        let published: Vec<&PublicJwk> = keys.iter().map(|k| &k.jwk).collect();
        let jwks_json = serde_json::json!({ "keys": published }).to_string().into();
        Self { keys, jwks_json }
    }

    /// The key that signs with `alg` at `now`: the youngest active one.
    pub fn active(&self, alg: SigningAlg, now: Timestamp) -> Option<&Arc<SigningKey>> {
        self.keys
            .iter()
            .rev()
            .find(|k| k.jwk.alg == alg && k.state(now) == KeyState::Active)
    }

    /// Whether tokens can be made at all: with the default algorithm.
    pub fn can_sign(&self, now: Timestamp) -> bool {
        self.active(SigningAlg::default(), now).is_some()
    }

    /// A published key.
    pub fn find(&self, kid: &str) -> Option<&Arc<SigningKey>> {
        self.keys.iter().find(|k| k.jwk.kid == kid)
    }

    /// Every published key, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SigningKey>> {
        self.keys.iter()
    }
}

/// The key set in use; readers take a cheap copy of the pointer.
#[derive(Debug, Clone, Default)]
pub struct Keys(Arc<RwLock<Arc<KeySet>>>);

impl Keys {
    /// The set as it is now.
    pub fn current(&self) -> Arc<KeySet> {
        Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Replaces the set.
    pub fn replace(&self, set: KeySet) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(set);
    }
}
