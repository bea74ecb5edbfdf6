//! The rows behind session cookies, for tower-sessions. Keyed by the hash of the cookie's value.

use async_trait::async_trait;
use tower_sessions::SessionStore;
use tower_sessions::session::Id;
use tower_sessions::session::Record;
use tower_sessions::session_store::Error;
use tower_sessions::session_store::Result;

use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::one;
use crate::store::run;

/// Browser sessions in the database.
#[derive(Debug, Clone)]
pub struct BrowserSessions {
    db: Db,
}

impl BrowserSessions {
    /// On this pool.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

fn key(id: &Id) -> TokenHash {
    TokenHash::of(&Secret::new(id.to_string()))
}

fn backend(error: &StoreError) -> Error {
    // the session layer keeps only text; whoever turns it into an answer looks for this mark
    let mark = if error.is_unavailable() { UNAVAILABLE } else { "" };
    Error::Backend(format!("{mark}{error}"))
}

/// Starts the text of a session error that is due to the database being away.
const UNAVAILABLE: &str = "unavailable: ";

impl From<tower_sessions::session::Error> for StoreError {
    fn from(error: tower_sessions::session::Error) -> Self {
        let text = error.to_string();
        if text.contains(UNAVAILABLE) {
            return Self::Unavailable(sea_orm::DbErr::Custom(text));
        }
        Self::Session(text)
    }
}

fn micros(record: &Record) -> i64 {
    i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

fn data(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

#[async_trait]
impl SessionStore for BrowserSessions {
    /// A plain insert: two browsers can never get the same row.
    async fn create(&self, record: &mut Record) -> Result<()> {
        const SQL: &str = "INSERT INTO browser_sessions (hash, data, expires_at) VALUES ($1, $2, $3)";
        loop {
            let values = [
                key(&record.id).as_str().into(),
                data(record)?.into(),
                micros(record).into(),
            ];
            match run(&self.db, SQL, values).await {
                Ok(_) => return Ok(()),
                Err(StoreError::Conflict(_)) => record.id = Id::default(),
                Err(error) => return Err(backend(&error)),
            }
        }
    }

    /// An update, never an insert: a request in flight must not bring a deleted session back.
    async fn save(&self, record: &Record) -> Result<()> {
        const SQL: &str = "UPDATE browser_sessions SET data = $1, expires_at = $2 WHERE hash = $3";
        let values = [
            data(record)?.into(),
            micros(record).into(),
            key(&record.id).as_str().into(),
        ];
        run(&self.db, SQL, values)
            .await
            .map(|_| ())
            .map_err(|e| backend(&e))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tower-sessions gives the store no clock"
    )]
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        const SQL: &str = "SELECT data, expires_at FROM browser_sessions WHERE hash = $1";
        let row = one(&self.db, SQL, [key(id).as_str().into()])
            .await
            .map_err(|e| backend(&e))?;
        let Some(row) = row else { return Ok(None) };
        let text: String = row
            .try_get_by_index(0)
            .map_err(|e| Error::Decode(e.to_string()))?;
        let expires_at: i64 = row
            .try_get_by_index(1)
            .map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires_at) * 1000)
            .map_err(|e| Error::Decode(e.to_string()))?;
        if expiry_date <= time::OffsetDateTime::now_utc() {
            return Ok(None);
        }
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_str(&text).map_err(|e| Error::Decode(e.to_string()))?,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        const SQL: &str = "DELETE FROM browser_sessions WHERE hash = $1";
        run(&self.db, SQL, [key(id).as_str().into()])
            .await
            .map(|_| ())
            .map_err(|e| backend(&e))
    }
}
