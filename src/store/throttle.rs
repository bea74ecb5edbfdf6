//! Failed attempts, counted per bucket inside a window.

use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::one;
use crate::store::run;

/// Failures in the bucket's current window, and when the window ends.
pub async fn failures(
    on: &impl Reader,
    bucket: &str,
    now: Timestamp,
) -> Result<Option<(i64, Timestamp)>, StoreError> {
    const SQL: &str = "SELECT failures, expires_at FROM throttle WHERE bucket = $1 AND expires_at > $2";
    let row = one(on, SQL, [bucket.into(), now.as_micros().into()]).await?;
    row.map(|r| {
        Ok((
            r.try_get_by_index(0)?,
            Timestamp::from_micros(r.try_get_by_index(1)?),
        ))
    })
    .transpose()
}

/// Counts one failure. A window that has ended starts anew. One statement.
pub async fn fail(
    on: &impl Reader,
    bucket: &str,
    now: Timestamp,
    window_ends: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO throttle (bucket, failures, expires_at) VALUES ($1, 1, $2) \
        ON CONFLICT (bucket) DO UPDATE SET \
        failures = CASE WHEN throttle.expires_at > $3 THEN throttle.failures + 1 ELSE 1 END, \
        expires_at = CASE WHEN throttle.expires_at > $3 THEN throttle.expires_at ELSE excluded.expires_at END";
    run(
        on,
        SQL,
        [
            bucket.into(),
            window_ends.as_micros().into(),
            now.as_micros().into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Forgets a bucket.
pub async fn clear(on: &impl Reader, bucket: &str) -> Result<(), StoreError> {
    run(on, "DELETE FROM throttle WHERE bucket = $1", [bucket.into()])
        .await
        .map(|_| ())
}
