//! Opening the database and bringing its schema up to date.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use sea_orm::ConnectOptions as SeaOptions;
use sea_orm::Database;
use sea_orm::DatabaseBackend;
use sea_orm::sqlx::migrate::Migration;
use sea_orm::sqlx::migrate::Migrator;

use crate::store::Db;
use crate::store::StoreError;

/// Every schema change, in order, the same on both databases.
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`.
    pub url: String,
    /// Connections kept at the most.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is refused.
    pub acquire_timeout: Duration,
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

/// Where the schema stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Version and name of each migration of this program, and whether it has been applied.
    pub migrations: Vec<(i64, String, bool)>,
}

impl MigrationStatus {
    /// Whether nothing is left to apply.
    pub fn is_current(&self) -> bool {
        self.migrations.iter().all(|(.., applied)| *applied)
    }
}

impl Db {
    /// Opens a pool. A SQLite file is created when its URL says `mode=rwc`.
    pub async fn connect(options: &ConnectOptions) -> Result<Self, StoreError> {
        let mut sea = SeaOptions::new(options.url.clone());
        sea.max_connections(options.max_connections)
            .min_connections(1)
            .acquire_timeout(options.acquire_timeout)
            .connect_timeout(options.acquire_timeout)
            .idle_timeout(Duration::from_mins(5))
            .test_before_acquire(false)
            .sqlx_logging(false);
        sea.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
                .pragma("foreign_keys", "ON")
                .busy_timeout(Duration::from_secs(2))
                .statement_cache_capacity(200)
        });
        let connection = Database::connect(sea).await?;
        Ok(Self { connection })
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        // the configuration lets no third database through
        if self.connection.get_database_backend() == DatabaseBackend::Sqlite {
            Backend::Sqlite
        } else {
            Backend::Postgres
        }
    }

    /// Applies what is missing, one process at a time: PostgreSQL by sqlx's advisory lock, SQLite by a lock file
    /// beside the database.
    pub async fn migrate(&self, url: &str) -> Result<(), StoreError> {
        match self.backend() {
            Backend::Postgres => {
                let result = MIGRATIONS
                    .run(self.connection.get_postgres_connection_pool())
                    .await;
                result.map_err(StoreError::Migration)
            }
            Backend::Sqlite => {
                let _lock = sqlite_path(url).as_deref().map(FileLock::take);
                let result = MIGRATIONS.run(self.connection.get_sqlite_connection_pool()).await;
                result.map_err(StoreError::Migration)
            }
        }
    }

    /// What has been applied and what has not.
    pub async fn migration_status(&self) -> Result<MigrationStatus, StoreError> {
        let applied =
            match crate::store::all(self, "SELECT version FROM _sqlx_migrations WHERE success", []).await {
                Ok(rows) => rows
                    .iter()
                    .filter_map(|row| row.try_get_by_index::<i64>(0).ok())
                    .collect(),
                Err(StoreError::Unavailable(error)) => return Err(StoreError::Unavailable(error)),
                // no such table: nothing has been applied yet
                Err(_) => Vec::new(),
            };
        let of = |m: &Migration| (m.version, m.description.to_string(), applied.contains(&m.version));
        Ok(MigrationStatus {
            migrations: MIGRATIONS.iter().map(of).collect(),
        })
    }
}

/// The file behind a SQLite URL; `None` for an in-memory database.
pub(crate) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))?;
    let path = rest.split('?').next().unwrap_or(rest);
    (!path.is_empty() && !path.contains(":memory:")).then(|| PathBuf::from(path))
}

/// Held while migrations run; released when dropped.
struct FileLock(Option<std::fs::File>);

impl FileLock {
    /// Waits for the lock. A directory that cannot be written to means that no second process can create the database
    /// either, so a missing lock file is not an error.
    fn take(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push("-migrate.lock");
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(name)
            .ok();
        Self(file.filter(|f| f.lock().is_ok()))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if let Some(file) = self.0.take() {
            let _ = file.unlock();
        }
    }
}
