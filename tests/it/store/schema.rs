//! The schema: migrated once whoever comes first, and every table that runs out is emptied.

use std::collections::BTreeSet;

use gatepost::domain::lifetime::Lifetime;
use gatepost::store::Backend;
use gatepost::store::Db;
use gatepost::store::Reader as _;
use gatepost::store::expiry;
use sea_orm::ConnectionTrait as _;
use sea_orm::Statement;

use crate::harness::Database;
use crate::harness::TestApp;

/// The first column of every row.
async fn names(db: &Db, sql: &str) -> BTreeSet<String> {
    let connection = db.connection();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection
        .query_all_raw(statement)
        .await
        .expect("the catalogue reads");
    rows.iter()
        .map(|row| row.try_get_by_index(0).expect("a name"))
        .collect()
}

const SQLITE_COLUMNS: &str = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND c.name = 'expires_at'";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text FROM information_schema.columns \
    WHERE table_schema = current_schema() AND column_name = 'expires_at'";
const SQLITE_INDEXES: &str = "SELECT m.name FROM sqlite_master m JOIN pragma_index_list(m.name) i \
    JOIN pragma_index_info(i.name) c WHERE m.type = 'table' AND c.seqno = 0 AND c.name = 'expires_at'";
const POSTGRES_INDEXES: &str = "SELECT tablename::text FROM pg_indexes \
    WHERE schemaname = current_schema() AND indexdef LIKE '%(expires_at%'";

#[tokio::test]
async fn every_table_with_an_expiry_is_emptied_and_has_an_index_for_it() {
    let app = TestApp::start().await;
    let db = &app.ops().db;
    let (columns, indexes) = match db.backend() {
        Backend::Sqlite => (SQLITE_COLUMNS, SQLITE_INDEXES),
        Backend::Postgres => (POSTGRES_COLUMNS, POSTGRES_INDEXES),
    };
    let expiring = names(db, columns).await;
    let emptied: BTreeSet<String> = expiry::TABLES.iter().map(|t| t.table.to_owned()).collect();
    assert_eq!(expiring, emptied);
    assert!(expiring.len() > 10, "{expiring:?}");
    assert_eq!(expiring, names(db, indexes).await);
}

#[tokio::test]
async fn emptying_takes_what_has_run_out_and_leaves_the_rest() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let alice = app.user("alice").create().await;
    let mut browser = app.browser();
    browser.sign_in(&alice).await;
    let tokens = browser.tokens(&rp, "openid offline_access").await;
    let db = &app.ops().db;
    for table in expiry::TABLES {
        table.delete_batch(db, app.clock.now()).await.unwrap();
    }
    let tokens = rp.refresh(tokens.refresh()).await.expect_tokens();
    app.advance(Lifetime::from_days(4000).as_secs());
    let mut deleted = BTreeSet::new();
    for table in expiry::TABLES {
        if table.delete_batch(db, app.clock.now()).await.unwrap() > 0 {
            deleted.insert(table.table);
        }
        assert_eq!(
            table.delete_batch(db, app.clock.now()).await.unwrap(),
            0,
            "{}",
            table.table
        );
    }
    for table in [
        "authorization_codes",
        "refresh_tokens",
        "token_families",
        "account_sessions",
    ] {
        assert!(
            deleted.contains(table) || names(db, &format!("SELECT 'x' FROM {table}")).await.is_empty(),
            "{table} keeps what has run out: {deleted:?}"
        );
    }
    rp.refresh(tokens.refresh()).await.expect_error("invalid_grant");
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let database = Database::empty().await;
    let db = database.connect().await;
    db.migrate(database.url()).await.unwrap();
    let status = db.migration_status().await.unwrap();
    assert!(status.is_current() && !status.migrations.is_empty(), "{status:?}");
    db.migrate(database.url()).await.unwrap();
    assert_eq!(db.migration_status().await.unwrap(), status);
}

#[tokio::test]
async fn before_migrating_the_status_says_so() {
    let database = Database::empty().await;
    let status = database.connect().await.migration_status().await.unwrap();
    assert!(!status.is_current());
    assert!(status.migrations.iter().all(|(.., applied)| !applied));
}

#[tokio::test]
async fn processes_that_start_together_migrate_once() {
    let database = Database::empty().await;
    let url = database.url().to_owned();
    let started: Vec<_> = (0..5)
        .map(|_| {
            let url = url.clone();
            // a thread with a runtime of its own is as alone as a process
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(async {
                    let db = Database::connect_to(&url).await;
                    db.migrate(&url).await
                })
            })
        })
        .collect();
    for process in started {
        process.join().expect("no panic").unwrap();
    }
    let db = database.connect().await;
    assert!(db.migration_status().await.unwrap().is_current());
}
