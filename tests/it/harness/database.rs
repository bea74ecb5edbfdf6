//! A fresh database per test: a copy of a migrated file, or a schema of its own in a PostgreSQL database.

use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use gatepost::store::ConnectOptions;
use gatepost::store::Db;
use gatepost::store::Reader as _;
use sea_orm::ConnectionTrait as _;
use sea_orm::DatabaseConnection;
use sea_orm::DbBackend;
use sea_orm::Statement;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Which databases the tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// What `TEST_DB` says.
    pub(crate) fn chosen() -> Self {
        match variable("TEST_DB").as_deref() {
            None | Some("" | "sqlite") => Self::Sqlite,
            Some("postgres") => Self::Postgres,
            Some(_) => panic!("TEST_DB must be sqlite or postgres"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own settings, not the product's"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A migrated SQLite file, copied for each test.
static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();

/// Whether schemas that earlier runs left behind have been dropped.
static SWEPT: OnceCell<()> = OnceCell::const_new();

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A database that nobody else uses.
pub(crate) struct Database {
    url: String,
    dir: Option<TempDir>,
}

impl Database {
    /// Migrated and empty.
    pub(crate) async fn fresh() -> Self {
        match Kind::chosen() {
            Kind::Sqlite => {
                let (_, template) = TEMPLATE.get_or_init(template).await;
                let dir = TempDir::new().expect("a temporary directory");
                let file = dir.path().join("test.db");
                std::fs::copy(template, &file).expect("a copy of the template");
                Self::in_dir(dir)
            }
            // the application migrates at its start; here that is what makes the tables
            Kind::Postgres => Self::empty().await,
        }
    }

    /// Without any table.
    pub(crate) async fn empty() -> Self {
        match Kind::chosen() {
            Kind::Sqlite => Self::in_dir(TempDir::new().expect("a temporary directory")),
            Kind::Postgres => Self::schema().await,
        }
    }

    fn in_dir(dir: TempDir) -> Self {
        Self {
            url: format!("sqlite://{}?mode=rwc", dir.path().join("test.db").display()),
            dir: Some(dir),
        }
    }

    async fn schema() -> Self {
        let server = variable("TEST_DATABASE_URL").filter(|url| !url.is_empty()).expect(
            "TEST_DB=postgres needs TEST_DATABASE_URL, the address of a PostgreSQL database in which schemas may \
             be made; scripts/test.sh starts one",
        );
        let connection = sea_orm::Database::connect(&server)
            .await
            .expect("PostgreSQL answers");
        SWEPT.get_or_init(async || sweep(&connection).await).await;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("gatepost_test_{}_{number}", std::process::id());
        run(&connection, &format!("CREATE SCHEMA {schema}")).await;
        connection.close().await.expect("closed");
        let separator = if server.contains('?') { '&' } else { '?' };
        Self {
            url: format!("{server}{separator}options=-c%20search_path%3D{schema}"),
            dir: None,
        }
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Another connection to it.
    pub(crate) async fn connect(&self) -> Db {
        Self::connect_to(&self.url).await
    }

    /// A connection to this address.
    pub(crate) async fn connect_to(url: &str) -> Db {
        let options = ConnectOptions {
            url: url.to_owned(),
            max_connections: 4,
            acquire_timeout: std::time::Duration::from_secs(30),
        };
        Db::connect(&options).await.expect("the database opens")
    }
}

async fn template() -> (TempDir, PathBuf) {
    let dir = TempDir::new().expect("a temporary directory");
    let database = Database::in_dir(dir);
    let db = database.connect().await;
    db.migrate(database.url()).await.expect("the migrations run");
    // closing the last connection writes the log back into the file
    db.connection().clone().close().await.expect("closed");
    let dir = database.dir.expect("made above");
    let file = dir.path().join("test.db");
    (dir, file)
}

/// Schemas are named after their process; those of processes that are gone are left-overs.
async fn sweep(connection: &DatabaseConnection) {
    let sql = "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'gatepost_test_%'";
    let found = Statement::from_string(DbBackend::Postgres, sql);
    for row in connection
        .query_all_raw(found)
        .await
        .expect("the catalogue reads")
    {
        let name: String = row.try_get_by_index(0).expect("a name");
        let process = name.split('_').nth(2).unwrap_or("");
        if !PathBuf::from(format!("/proc/{process}")).exists() {
            run(connection, &format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await;
        }
    }
}

async fn run(connection: &DatabaseConnection, sql: &str) {
    connection
        .execute_unprepared(sql)
        .await
        .expect("the statement runs");
}
