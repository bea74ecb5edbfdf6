//! Signing keys: made, published, activated, retired.

use std::sync::Arc;

use crate::crypto::CryptoError;
use crate::crypto::keys;
use crate::crypto::keys::GeneratedKey;
use crate::crypto::keys::KeySet;
use crate::crypto::keys::KeyState;
use crate::crypto::keys::PublicJwk;
use crate::crypto::keys::SigningKey;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::client::MAX_TOKEN_LIFETIME_SECS;
use crate::domain::lifetime::Lifetime;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::store;
use crate::store::Tx;
use crate::store::signing_keys::Retirement;
use crate::store::signing_keys::StoredKey;

const PURPOSE: &str = "signing key";

/// A retired key is published for this long, until the last token that it signed has run out.
const LAST_TOKEN: Lifetime = Lifetime::from_secs(MAX_TOKEN_LIFETIME_SECS as u64);

/// A published key as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// `kid`.
    pub kid: String,
    /// The algorithm that it signs with.
    pub alg: SigningAlg,
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
    /// When the next key is made to follow it, unless somebody asks for one earlier.
    pub rotates_at: Option<Timestamp>,
}

/// What the rotation of one algorithm came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The algorithm.
    pub alg: SigningAlg,
    /// The key that is published and follows.
    pub kid: String,
    /// When it starts to sign.
    pub active_from: Timestamp,
    /// Whether it is new; otherwise it was waiting already.
    pub created: bool,
}

/// Makes sure that every configured algorithm has a key and no other one signs, and loads the set. The first key of an
/// algorithm signs at once: there is no token yet that anybody could fail to verify.
pub async fn ensure(ops: &Ops) -> Result<(), Failure> {
    let now = ops.now();
    let published = store::signing_keys::published(&ops.db, now).await?;
    let missing: Vec<_> = algorithms(ops)
        .filter(|alg| newest(&published, *alg).is_none())
        .collect();
    if missing.is_empty() && unwanted(ops, &published).next().is_none() {
        return reload(ops).await;
    }
    let made = generate(ops, &missing).await?;
    let tx = ops.db.begin().await?;
    store::signing_keys::lock(&tx).await?;
    // another process may have been faster
    let published = store::signing_keys::published(&tx, now).await?;
    for key in made {
        if newest(&published, key.jwk.alg).is_none() {
            store::signing_keys::insert(&tx, &stored(ops, &key, now, now)).await?;
        }
    }
    for key in unwanted(ops, &published) {
        let when = Retirement {
            retired_at: now,
            expires_at: now + LAST_TOKEN,
        };
        store::signing_keys::retire(&tx, key.alg, None, when).await?;
        let event = AuditEvent::new("signing_key.retired", "signing_key", key.kid.clone())
            .because("the algorithm is no longer in keys.algorithms")
            .after(serde_json::json!({ "kid": key.kid, "alg": key.alg, "retired_at": now.rfc3339() }));
        ops.audit(&tx, &system(), event, now).await?;
    }
    tx.commit().await?;
    reload(ops).await
}

fn system() -> Context {
    Context {
        actor: Actor::System,
        origin: Origin::default(),
        request_id: None,
    }
}

fn algorithms(ops: &Ops) -> impl Iterator<Item = SigningAlg> {
    ops.config.keys.algorithms.iter().copied()
}

/// The key of an algorithm that no other one follows yet.
fn newest(published: &[StoredKey], alg: SigningAlg) -> Option<&StoredKey> {
    published
        .iter()
        .rev()
        .find(|k| k.alg == alg && k.retired_at.is_none())
}

/// Keys that would go on signing although their algorithm was taken out of the configuration.
fn unwanted<'a>(ops: &'a Ops, published: &'a [StoredKey]) -> impl Iterator<Item = &'a StoredKey> {
    let listed = &ops.config.keys.algorithms;
    published
        .iter()
        .filter(|k| k.retired_at.is_none() && !listed.contains(&k.alg))
}

/// Makes keys, off the runtime.
async fn generate(ops: &Ops, algs: &[SigningAlg]) -> Result<Vec<GeneratedKey>, Failure> {
    let (bits, algs) = (ops.config.crypto.rsa_bits, algs.to_vec());
    let work = move || algs.into_iter().map(|alg| keys::generate(alg, bits)).collect();
    let made: Result<Vec<_>, CryptoError> = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| CryptoError("making a key was interrupted"))?;
    Ok(made?)
}

fn stored(ops: &Ops, made: &GeneratedKey, now: Timestamp, active_from: Timestamp) -> StoredKey {
    StoredKey {
        kid: made.jwk.kid.clone(),
        alg: made.jwk.alg,
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
    let view = |row: &StoredKey| KeyView {
        state: KeyState::at(now, row.active_from, row.retired_at),
        kid: row.kid.clone(),
        alg: row.alg,
        created_at: row.created_at,
        active_from: row.active_from,
        retired_at: row.retired_at,
        expires_at: row.expires_at,
        rotates_at: rotates_at(ops, &rows, row),
    };
    Ok(rows.iter().rev().map(view).collect())
}

/// When another key is made by itself to follow this one.
fn rotates_at(ops: &Ops, published: &[StoredKey], key: &StoredKey) -> Option<Timestamp> {
    let interval = ops.config.keys.rotation_interval?;
    let is_last = newest(published, key.alg).is_some_and(|newest| newest.kid == key.kid);
    let is_wanted = ops.config.keys.algorithms.contains(&key.alg);
    (is_last && is_wanted).then(|| key.created_at + interval)
}

/// Publishes new keys for those of `algs` that are configured. They sign once every relying party has had time to fetch
/// them; the present ones stay published until the last of their tokens has run out. Where a key is waiting already,
/// whoever made it, nothing changes.
pub async fn rotate(ops: &Ops, context: &Context, algs: &[SigningAlg]) -> Result<Vec<Rotation>, Failure> {
    let now = ops.now();
    let published = store::signing_keys::published(&ops.db, now).await?;
    let algs: Vec<_> = algorithms(ops).filter(|alg| algs.contains(alg)).collect();
    let without_next = |alg: &SigningAlg| next(&published, *alg, now).is_none();
    let needed: Vec<_> = algs.iter().copied().filter(without_next).collect();
    let made = generate(ops, &needed).await?;
    let tx = ops.db.begin().await?;
    store::signing_keys::lock(&tx).await?;
    // another process may have been faster
    let published = store::signing_keys::published(&tx, now).await?;
    let mut done = Vec::with_capacity(algs.len());
    for alg in algs {
        if let Some(next) = next(&published, alg, now) {
            done.push(Rotation {
                alg,
                kid: next.kid.clone(),
                active_from: next.active_from,
                created: false,
            });
        } else if let Some(key) = made.iter().find(|key| key.jwk.alg == alg) {
            done.push(publish(ops, &tx, context, key, now).await?);
        }
    }
    tx.commit().await?;
    reload(ops).await?;
    Ok(done)
}

/// The key of an algorithm that is published and does not sign yet.
fn next(published: &[StoredKey], alg: SigningAlg, now: Timestamp) -> Option<&StoredKey> {
    newest(published, alg).filter(|key| key.active_from > now)
}

async fn publish(
    ops: &Ops,
    tx: &Tx,
    context: &Context,
    made: &GeneratedKey,
    now: Timestamp,
) -> Result<Rotation, Failure> {
    let active_from = now + ops.config.keys.publish_before;
    let new = stored(ops, made, now, active_from);
    store::signing_keys::insert(tx, &new).await?;
    let when = Retirement {
        retired_at: active_from,
        expires_at: active_from + LAST_TOKEN,
    };
    store::signing_keys::retire(tx, new.alg, Some(&new.kid), when).await?;
    let event = AuditEvent::new("signing_key.rotated", "signing_key", new.kid.clone())
        .after(serde_json::json!({ "kid": new.kid, "alg": new.alg, "active_from": active_from.rfc3339() }));
    ops.audit(tx, context, event, now).await?;
    Ok(Rotation {
        alg: new.alg,
        kid: new.kid,
        active_from,
        created: true,
    })
}

/// Rotates the algorithms whose newest key has reached the configured age.
pub async fn rotate_due(ops: &Ops, context: &Context) -> Result<Vec<Rotation>, Failure> {
    let now = ops.now();
    let due: Vec<_> = list(ops)
        .await?
        .iter()
        .filter(|key| key.rotates_at.is_some_and(|at| at <= now))
        .map(|key| key.alg)
        .collect();
    if due.is_empty() {
        return Ok(Vec::new());
    }
    rotate(ops, context, &due).await
}
