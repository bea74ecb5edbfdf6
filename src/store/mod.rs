//! The database: the only place that names sea-orm or sqlx.
//!
//! One code path for SQLite and PostgreSQL. Functions take and return domain types; rows are private. Ordinary
//! queries are entity queries; the hot path is `const` SQL with `$1` placeholders, which both drivers read.

pub mod apis;
pub mod audit;
pub mod browser_sessions;
pub mod clients;
pub mod codes;
mod connect;
pub mod consents;
mod entity;
mod error;
pub mod expiry;
pub mod families;
pub mod groups;
pub mod links;
pub mod opaque_tokens;
pub mod outbox;
mod page;
pub mod pending_grants;
pub mod pushed_requests;
pub mod refresh_tokens;
pub mod registration;
pub mod replay;
pub mod roles;
pub mod secrets;
pub mod session_clients;
pub mod sessions;
pub mod signing_keys;
pub mod throttle;
pub mod tokens;
pub mod transactions;
pub mod trusted_issuers;
pub mod users;

pub use connect::Backend;
pub use connect::ConnectOptions;
pub use connect::MigrationStatus;
pub use error::StoreError;

use sea_orm::ConnectionTrait;
use sea_orm::DatabaseConnection;
use sea_orm::DatabaseTransaction;
use sea_orm::QueryResult;
use sea_orm::SqliteTransactionMode;
use sea_orm::Statement;
use sea_orm::TransactionOptions;
use sea_orm::TransactionTrait as _;
use sea_orm::Value;

/// A pool of connections.
#[derive(Debug, Clone)]
pub struct Db {
    connection: DatabaseConnection,
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx(DatabaseTransaction);

/// Where a read may run: on the pool, or inside a transaction.
pub trait Reader: Sync {
    /// The driver's connection.
    type Connection: ConnectionTrait;

    /// The driver's connection.
    fn connection(&self) -> &Self::Connection;
}

impl Reader for Db {
    type Connection = DatabaseConnection;

    fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }
}

impl Reader for Tx {
    type Connection = DatabaseTransaction;

    fn connection(&self) -> &DatabaseTransaction {
        &self.0
    }
}

impl Db {
    /// Begins a transaction that will write. On SQLite it takes the write lock at once, so that reading first and
    /// writing later cannot fail with a stale snapshot.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Tx(self.connection.begin_with_options(options).await?))
    }

    /// Closes every connection, for all who share the pool. SQLite tidies its files up.
    pub async fn close(&self) {
        // a connection that cannot be closed properly is closed with the process
        let _ = self.connection.clone().close().await;
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        run(self, "SELECT 1", []).await.map(|_| ())
    }
}

impl Tx {
    /// Makes everything that was written hold.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }
}

/// Runs a statement and gives the number of rows it changed.
async fn run<const N: usize>(
    on: &impl Reader,
    sql: &'static str,
    values: [Value; N],
) -> Result<u64, StoreError> {
    let connection = on.connection();
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    Ok(connection.execute_raw(statement).await?.rows_affected())
}

/// Runs a statement and gives its first row.
async fn one<const N: usize>(
    on: &impl Reader,
    sql: &'static str,
    values: [Value; N],
) -> Result<Option<QueryResult>, StoreError> {
    let connection = on.connection();
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    Ok(connection.query_one_raw(statement).await?)
}

/// Runs a statement and gives all its rows.
async fn all<const N: usize>(
    on: &impl Reader,
    sql: &'static str,
    values: [Value; N],
) -> Result<Vec<QueryResult>, StoreError> {
    let connection = on.connection();
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    Ok(connection.query_all_raw(statement).await?)
}
