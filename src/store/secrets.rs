//! Random keys of this installation, sealed under the master key.

use crate::store::Db;
use crate::store::StoreError;
use crate::store::one;
use crate::store::run;

/// The sealed secret of this name.
pub async fn find(db: &Db, name: &'static str) -> Result<Option<String>, StoreError> {
    let row = one(
        db,
        "SELECT sealed FROM sealed_secrets WHERE name = $1",
        [name.into()],
    )
    .await?;
    Ok(row.map(|r| r.try_get_by_index(0)).transpose()?)
}

/// Stores a secret unless another process was first.
pub async fn insert_if_absent(db: &Db, name: &'static str, sealed: &str) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO sealed_secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    run(db, SQL, [name.into(), sealed.into()]).await.map(|_| ())
}
