//! Emptying the tables that run out, continuously and in small batches.

use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::run;

/// A table that runs out: its name and the statement that deletes one batch of what ran out before `$1`.
pub struct Expiring {
    /// For the log.
    pub table: &'static str,
    sql: &'static str,
}

/// Rows per batch, as in the statement below.
pub const BATCH: u64 = 500;

macro_rules! expiring {
    ($table:literal, $key:literal) => {
        Expiring {
            table: $table,
            sql: concat!(
                "DELETE FROM ",
                $table,
                " WHERE ",
                $key,
                " IN (SELECT ",
                $key,
                " FROM ",
                $table,
                " WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)"
            ),
        }
    };
}

/// Every table with an expiry. The store's tests compare this with the schema.
pub const TABLES: &[Expiring] = &[
    expiring!("api_tokens", "id"),
    expiring!("client_secrets", "id"),
    expiring!("one_time_links", "hash"),
    expiring!("throttle", "bucket"),
    expiring!("registration_tokens", "id"),
    expiring!("browser_sessions", "hash"),
    expiring!("account_sessions", "id"),
    expiring!("authorization_transactions", "id"),
    expiring!("authorization_codes", "hash"),
    expiring!("pushed_requests", "hash"),
    expiring!("pending_grants", "hash"),
    expiring!("refresh_tokens", "hash"),
    expiring!("token_families", "id"),
    expiring!("revoked_access_tokens", "jti"),
    expiring!("opaque_access_tokens", "hash"),
    expiring!("replayed_ids", "hash"),
    expiring!("signing_keys", "kid"),
    expiring!("audit_log", "id"),
    expiring!("outbox", "id"),
    expiring!("decision_traces", "id"),
];

impl Expiring {
    /// Deletes one batch; gives the number of rows.
    pub async fn delete_batch(&self, db: &Db, before: Timestamp) -> Result<u64, StoreError> {
        run(db, self.sql, [before.as_micros().into()]).await
    }
}
