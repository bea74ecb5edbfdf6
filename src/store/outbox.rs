//! What has to be sent: written with its cause, delivered later.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;

use crate::domain::id::OutboxId;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::Reader as _;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::entity::outbox;
use crate::store::run;

/// Something to send.
#[derive(Debug)]
pub struct NewDelivery<'a> {
    /// The row.
    pub id: &'a OutboxId,
    /// `mail`, `backchannel_logout`, `webhook`, `ciba_ping`.
    pub kind: &'static str,
    /// JSON, sealed under the master key.
    pub payload_sealed: &'a str,
    /// To whom, for the operator's eyes.
    pub target: &'a str,
    /// Now.
    pub now: Timestamp,
    /// When to give up.
    pub expires_at: Timestamp,
}

/// Puts something into the outbox.
pub async fn push(tx: &Tx, new: &NewDelivery<'_>) -> Result<(), StoreError> {
    let row = outbox::ActiveModel {
        id: Set(new.id.to_string()),
        kind: Set(new.kind.to_owned()),
        payload_sealed: Set(new.payload_sealed.to_owned()),
        target: Set(new.target.to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(new.now.as_micros()),
        delivered_at: Set(None),
        last_error: Set(None),
        created_at: Set(new.now.as_micros()),
        expires_at: Set(new.expires_at.as_micros()),
    };
    outbox::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// A delivery that somebody has to make now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The row.
    pub id: String,
    /// `mail` …
    pub kind: String,
    /// JSON, sealed.
    pub payload_sealed: String,
    /// Attempts so far, this one included.
    pub attempts: i64,
}

/// Claims up to `limit` due deliveries of one kind for this process until `until`; another process will not see them
/// before then.
pub async fn claim(
    db: &Db,
    kind: &'static str,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Due>, StoreError> {
    const SQL: &str = "UPDATE outbox SET next_attempt_at = $1, attempts = attempts + 1 \
        WHERE delivered_at IS NULL AND next_attempt_at <= $2 AND expires_at > $2 AND id IN \
        (SELECT id FROM outbox WHERE delivered_at IS NULL AND next_attempt_at <= $2 AND expires_at > $2 AND kind = $4 \
         ORDER BY next_attempt_at LIMIT $3) \
        RETURNING id, kind, payload_sealed, attempts";
    let rows = all(
        db,
        SQL,
        [
            until.as_micros().into(),
            now.as_micros().into(),
            limit.into(),
            kind.into(),
        ],
    )
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                id: row.try_get_by_index(0)?,
                kind: row.try_get_by_index(1)?,
                payload_sealed: row.try_get_by_index(2)?,
                attempts: row.try_get_by_index(3)?,
            })
        })
        .collect()
}

/// Notes a delivery.
pub async fn delivered(db: &Db, id: &str, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE outbox SET delivered_at = $1, last_error = NULL WHERE id = $2";
    run(db, SQL, [now.as_micros().into(), id.into()])
        .await
        .map(|_| ())
}

/// Notes a failure and when to try again.
pub async fn failed(db: &Db, id: &str, error: &str, next_attempt_at: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE outbox SET last_error = $1, next_attempt_at = $2 WHERE id = $3";
    run(
        db,
        SQL,
        [error.into(), next_attempt_at.as_micros().into(), id.into()],
    )
    .await
    .map(|_| ())
}
