//! Access tokens that say nothing themselves: their claims are kept here.

use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::one;
use crate::store::run;

/// Keeps the claims of a token, as JSON. One statement.
pub async fn insert(
    db: &Db,
    hash: &TokenHash,
    claims: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO opaque_access_tokens (hash, claims, expires_at) VALUES ($1, $2, $3)";
    let values = [hash.as_str().into(), claims.into(), expires_at.as_micros().into()];
    run(db, SQL, values).await.map(|_| ())
}

/// The claims of a token, as JSON. One statement.
pub async fn claims(db: &Db, hash: &TokenHash) -> Result<Option<String>, StoreError> {
    const SQL: &str = "SELECT claims FROM opaque_access_tokens WHERE hash = $1";
    let row = one(db, SQL, [hash.as_str().into()]).await?;
    row.map(|row| Ok(row.try_get_by_index(0)?)).transpose()
}
