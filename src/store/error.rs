//! What can go wrong with the database.

use sea_orm::DbErr;
use sea_orm::RuntimeErr;
use sea_orm::SqlErr;
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::migrate::MigrateError;

/// Why a store function failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique value is taken; holds the column: `username`, `email`, `name`, `id` …
    #[error("{0} is taken")]
    Conflict(&'static str),
    /// The database is away, or too busy to take the request. Trying again later may help.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// A stored value cannot be what it is.
    #[error("{table} holds a row with an impossible {column}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A session that cannot be read or written; from the session layer.
    #[error("session: {0}")]
    Session(String),
    /// The schema could not be brought up to date.
    #[error("migrations failed")]
    Migration(#[source] MigrateError),
    /// Anything else.
    #[error("the database refused a statement")]
    Db(#[source] DbErr),
}

impl StoreError {
    /// Whether the request may succeed later, unchanged.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

const UNIQUE_COLUMNS: &[&str] = &["username", "email", "name", "hash", "id", "kid"];

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(detail)) = error.sql_err() {
            let column = UNIQUE_COLUMNS
                .iter()
                .copied()
                .find(|c| detail.contains(c))
                .unwrap_or("id");
            return Self::Conflict(column);
        }
        if is_unavailable(&error) {
            Self::Unavailable(error)
        } else {
            Self::Db(error)
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything else is a mistake of ours"
)]
fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
            match &**inner {
                SqlxError::Io(_)
                | SqlxError::Tls(_)
                | SqlxError::PoolTimedOut
                | SqlxError::PoolClosed
                | SqlxError::WorkerCrashed
                | SqlxError::Protocol(_) => true,
                // PostgreSQL: 08 connection, 53 resources, 57 operator intervention, 40 serialisation; SQLite: 5 busy
                SqlxError::Database(db) => db.code().is_some_and(|code| {
                    ["08", "53", "57", "40"]
                        .iter()
                        .any(|class| code.len() == 5 && code.starts_with(class))
                        || code == "5"
                        || code == "517"
                        || code == "261"
                }),
                _ => false,
            }
        }
        _ => false,
    }
}
