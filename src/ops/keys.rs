//! Signing keys: made, published, activated, retired.

use std::sync::Arc;

use crate::crypto::CryptoError;
use crate::crypto::keys;
use crate::crypto::keys::GeneratedKey;
use crate::crypto::keys::KeySet;
use crate::crypto::keys::KeyState;
use crate::crypto::keys::PublicJwk;
use crate::crypto::keys::SigningKey;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::client::MAX_TOKEN_LIFETIME_SECS;
use crate::domain::lifetime::Lifetime;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::store;
use crate::store::signing_keys::StoredKey;

const PURPOSE: &str = "signing key";
const ALG: &str = "RS256";

/// A published key as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// `kid`.
    pub kid: String,
    /// `RS256`.
    pub alg: String,
    /// How it stands.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it starts to sign.
    pub active_from: Timestamp,
    /// When it stops signing.
    pub retired_at: Option<Timestamp>,
    /// When it stops being published.
    pub expires_at: Option<Timestamp>,
}

/// What a rotation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// A new key is published and signs from then on.
    Scheduled {
        /// Its `kid`.
        kid: String,
        /// When it starts to sign.
        active_from: Timestamp,
    },
    /// A key is waiting already; it signs from then on.
    AlreadyScheduled {
        /// Its `kid`.
        kid: String,
        /// When it starts to sign.
        active_from: Timestamp,
    },
}

/// Makes sure there is a key that signs, and loads the set.
pub async fn ensure(ops: &Ops) -> Result<(), Failure> {
    let now = ops.now();
    if !store::signing_keys::published(&ops.db, now)
        .await?
        .iter()
        .any(|k| k.active_from <= now && k.retired_at.is_none())
    {
        let made = generate(ops, SigningAlg::RS256).await?;
        let tx = ops.db.begin().await?;
        store::signing_keys::lock(&tx).await?;
        // another process may have been faster
        if !store::signing_keys::published(&tx, now)
            .await?
            .iter()
            .any(|k| k.retired_at.is_none())
        {
            store::signing_keys::insert(&tx, &stored(ops, &made, now, now)).await?;
        }
        tx.commit().await?;
    }
    reload(ops).await
}

async fn generate(ops: &Ops, alg: SigningAlg) -> Result<GeneratedKey, Failure> {
    let bits = ops.config.crypto.rsa_bits;
    let made = tokio::task::spawn_blocking(move || keys::generate(alg, bits)).await;
    Ok(made.map_err(|_| CryptoError("making a key was interrupted"))??)
}

fn stored(ops: &Ops, made: &GeneratedKey, now: Timestamp, active_from: Timestamp) -> StoredKey {
    StoredKey {
        kid: made.jwk.kid.clone(),
        alg: made.jwk.alg.as_str().to_owned(),
        public_jwk: serde_json::to_string(&made.jwk).unwrap_or_default(),
        private_sealed: ops.master.seal(PURPOSE, made.private_der.expose()),
        created_at: now,
        active_from,
        retired_at: None,
        expires_at: None,
    }
}

/// Loads the published keys where they differ from those in use. Cheap when nothing has changed.
pub async fn reload(ops: &Ops) -> Result<(), Failure> {
    let rows = store::signing_keys::published(&ops.db, ops.now()).await?;
    let current = ops.keys.current();
    let same = current.iter().count() == rows.len()
        && rows.iter().zip(current.iter()).all(|(row, key)| {
            row.kid == key.jwk.kid && row.active_from == key.active_from && row.retired_at == key.retired_at
        });
    if same {
        return Ok(());
    }
    let mut parsed = Vec::with_capacity(rows.len());
    for row in &rows {
        parsed.push(Arc::new(parse(ops, row)?));
    }
    ops.keys.replace(KeySet::new(parsed));
    Ok(())
}

fn parse(ops: &Ops, row: &StoredKey) -> Result<SigningKey, CryptoError> {
    let private = ops.master.open(PURPOSE, &row.private_sealed).map_err(|_| {
        CryptoError("a signing key does not open with this master key; is crypto.master_key the right one?")
    })?;
    let jwk: PublicJwk =
        serde_json::from_str(&row.public_jwk).map_err(|_| CryptoError("a stored public key is not a JWK"))?;
    SigningKey::parse(jwk, &private, row.active_from, row.retired_at)
}

/// Every published key, newest first.
pub async fn list(ops: &Ops) -> Result<Vec<KeyView>, Failure> {
    let now = ops.now();
    let rows = store::signing_keys::published(&ops.db, now).await?;
    let state = |row: &StoredKey| {
        if row.retired_at.is_some_and(|at| at <= now) {
            KeyState::Retired
        } else if row.active_from > now {
            KeyState::Next
        } else {
            KeyState::Active
        }
    };
    Ok(rows
        .into_iter()
        .rev()
        .map(|row| KeyView {
            state: state(&row),
            kid: row.kid,
            alg: row.alg,
            created_at: row.created_at,
            active_from: row.active_from,
            retired_at: row.retired_at,
            expires_at: row.expires_at,
        })
        .collect())
}

/// Publishes a new key. It signs once every relying party has had time to fetch it; the present key stays published
/// until its last token has run out.
pub async fn rotate(ops: &Ops, context: &Context) -> Result<Rotation, Failure> {
    let made = generate(ops, SigningAlg::RS256).await?;
    let now = ops.now();
    let active_from = now + ops.config.keys.publish_before;
    let tx = ops.db.begin().await?;
    store::signing_keys::lock(&tx).await?;
    let published = store::signing_keys::published(&tx, now).await?;
    if let Some(next) = published.iter().find(|k| k.active_from > now) {
        return Ok(Rotation::AlreadyScheduled {
            kid: next.kid.clone(),
            active_from: next.active_from,
        });
    }
    let new = stored(ops, &made, now, active_from);
    store::signing_keys::insert(&tx, &new).await?;
    let last_token = active_from + Lifetime::from_secs(u64::from(MAX_TOKEN_LIFETIME_SECS));
    store::signing_keys::retire_others(&tx, ALG, &new.kid, active_from, last_token).await?;
    let event = AuditEvent::new("signing_key.rotated", "signing_key", new.kid.clone())
        .after(serde_json::json!({ "kid": new.kid, "alg": new.alg, "active_from": active_from.rfc3339() }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    reload(ops).await?;
    Ok(Rotation::Scheduled {
        kid: new.kid,
        active_from,
    })
}
