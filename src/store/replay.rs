//! Identifiers that may be seen once: `jti` of assertions, proofs and request objects. Shared by all nodes.

use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::run;

/// Notes an identifier; `false` when it was noted before. One statement, so that of two nodes only one wins.
/// `until` is when the bearer of the identifier would be refused for its age anyway.
pub async fn first_use(on: &impl Reader, id: &TokenHash, until: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str =
        "INSERT INTO replayed_ids (hash, expires_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    let values = [id.as_str().into(), until.as_micros().into()];
    Ok(run(on, SQL, values).await? == 1)
}
