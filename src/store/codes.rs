//! Authorization codes: written when issued, turned into a family when redeemed.

use crate::domain::grant::Granted;
use crate::domain::id::ClientId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::run;

/// A code about to be handed out.
#[derive(Debug)]
pub struct NewCode<'a> {
    /// Its hash.
    pub hash: &'a TokenHash,
    /// Who may redeem it.
    pub client: &'a ClientId,
    /// Who granted it.
    pub user: &'a UserId,
    /// In which session.
    pub session: &'a SessionId,
    /// Whether it brings a refresh token.
    pub offline: bool,
    /// What it brings.
    pub granted: &'a Granted,
    /// Now.
    pub now: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Stores a code. One statement.
pub async fn issue(db: &Db, code: &NewCode<'_>) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO authorization_codes \
        (hash, client_id, user_id, session_id, offline, grant_json, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let json = serde_json::to_string(code.granted).map_err(|_| StoreError::Corrupt {
        table: "authorization_codes",
        column: "grant_json",
    })?;
    let values = [
        code.hash.as_str().into(),
        code.client.as_str().into(),
        code.user.as_str().into(),
        code.session.as_str().into(),
        code.offline.into(),
        json.into(),
        code.now.as_micros().into(),
        code.expires_at.as_micros().into(),
    ];
    run(db, SQL, values).await.map(|_| ())
}
