//! Signing keys: public part in the clear, private part sealed.

use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::EntityTrait as _;
use sea_orm::QueryFilter as _;
use sea_orm::QueryOrder as _;

use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::entity::signing_keys;
use crate::store::run;

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// `kid`.
    pub kid: String,
    /// The algorithm that it is for.
    pub alg: SigningAlg,
    /// The public JWK, JSON.
    pub public_jwk: String,
    /// PKCS#8 DER, sealed.
    pub private_sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it starts to sign; published from the beginning.
    pub active_from: Timestamp,
    /// When it stops signing.
    pub retired_at: Option<Timestamp>,
    /// When it stops being published.
    pub expires_at: Option<Timestamp>,
}

/// Every key that is published, oldest first. Keys for an algorithm of another version are none of ours.
pub async fn published(on: &impl Reader, now: Timestamp) -> Result<Vec<StoredKey>, StoreError> {
    let expires = signing_keys::Column::ExpiresAt;
    let rows = signing_keys::Entity::find()
        .filter(
            sea_orm::Condition::any()
                .add(expires.is_null())
                .add(expires.gt(now.as_micros())),
        )
        .order_by_asc(signing_keys::Column::ActiveFrom)
        .order_by_asc(signing_keys::Column::Kid)
        .all(on.connection())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(StoredKey {
                alg: SigningAlg::parse(&row.alg)?,
                kid: row.kid,
                public_jwk: row.public_jwk,
                private_sealed: row.private_sealed,
                created_at: Timestamp::from_micros(row.created_at),
                active_from: Timestamp::from_micros(row.active_from),
                retired_at: row.retired_at.map(Timestamp::from_micros),
                expires_at: row.expires_at.map(Timestamp::from_micros),
            })
        })
        .collect())
}

/// Stores a key.
pub async fn insert(tx: &Tx, key: &StoredKey) -> Result<(), StoreError> {
    let row = signing_keys::ActiveModel {
        kid: Set(key.kid.clone()),
        alg: Set(key.alg.as_str().to_owned()),
        public_jwk: Set(key.public_jwk.clone()),
        private_sealed: Set(key.private_sealed.clone()),
        created_at: Set(key.created_at.as_micros()),
        active_from: Set(key.active_from.as_micros()),
        retired_at: Set(key.retired_at.map(Timestamp::as_micros)),
        expires_at: Set(key.expires_at.map(Timestamp::as_micros)),
    };
    signing_keys::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// When keys stop signing, and when they disappear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retirement {
    /// They sign until then.
    pub retired_at: Timestamp,
    /// They are published until then.
    pub expires_at: Timestamp,
}

/// Retires the keys of an algorithm that are not retired yet, but for the one that follows them.
pub async fn retire(
    tx: &Tx,
    alg: SigningAlg,
    successor: Option<&str>,
    when: Retirement,
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE signing_keys SET retired_at = $1, expires_at = $2 \
        WHERE alg = $3 AND kid <> $4 AND retired_at IS NULL";
    let values = [
        when.retired_at.as_micros().into(),
        when.expires_at.as_micros().into(),
        alg.as_str().into(),
        // no thumbprint is empty
        successor.unwrap_or_default().into(),
    ];
    run(tx, SQL, values).await
}

/// Serialises key changes between processes: PostgreSQL locks the table's writers, SQLite has the write lock already.
pub async fn lock(tx: &Tx) -> Result<(), StoreError> {
    use sea_orm::ConnectionTrait as _;
    if tx.connection().get_database_backend() == sea_orm::DatabaseBackend::Postgres {
        run(tx, "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE", []).await?;
    }
    Ok(())
}
