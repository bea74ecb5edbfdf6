//! What people have allowed clients, remembered.

use crate::domain::id::ClientId;
use crate::domain::id::UserId;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::one;
use crate::store::run;

/// A remembered consent, as its owner or an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentView {
    /// The client.
    pub client_id: ClientId,
    /// Its name.
    pub client_name: String,
    /// What was allowed.
    pub scope: ScopeSet,
    /// First allowed.
    pub granted_at: Timestamp,
    /// Last allowed.
    pub updated_at: Timestamp,
}

/// What this person allowed this client.
pub async fn find(
    on: &impl Reader,
    user: &UserId,
    client: &ClientId,
) -> Result<Option<ScopeSet>, StoreError> {
    const SQL: &str = "SELECT scope FROM consents WHERE user_id = $1 AND client_id = $2";
    let row = one(on, SQL, [user.as_str().into(), client.as_str().into()]).await?;
    Ok(row
        .map(|r| r.try_get_by_index::<String>(0))
        .transpose()?
        .map(|s| s.parse().unwrap_or_default()))
}

/// Remembers a consent, together with what was allowed before.
pub async fn remember(
    tx: &Tx,
    user: &UserId,
    client: &ClientId,
    scope: &ScopeSet,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO consents (user_id, client_id, scope, granted_at, updated_at) \
        VALUES ($1, $2, $3, $4, $4) \
        ON CONFLICT (user_id, client_id) DO UPDATE SET scope = excluded.scope, updated_at = excluded.updated_at";
    let before = find(tx, user, client).await?.unwrap_or_default();
    let all = before.union(scope).to_string();
    run(
        tx,
        SQL,
        [
            user.as_str().into(),
            client.as_str().into(),
            all.into(),
            now.as_micros().into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Forgets a consent; `false` when there was none.
pub async fn forget(tx: &Tx, user: &UserId, client: &ClientId) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2";
    Ok(run(tx, SQL, [user.as_str().into(), client.as_str().into()]).await? == 1)
}

/// Everything a person has allowed, by client name.
pub async fn of_user(on: &impl Reader, user: &UserId) -> Result<Vec<ConsentView>, StoreError> {
    const SQL: &str = "SELECT c.client_id, k.name, c.scope, c.granted_at, c.updated_at FROM consents c \
        JOIN clients k ON k.id = c.client_id WHERE c.user_id = $1 ORDER BY k.name_lower LIMIT 500";
    let mut consents = Vec::new();
    for row in all(on, SQL, [user.as_str().into()]).await? {
        consents.push(ConsentView {
            client_id: row
                .try_get_by_index::<String>(0)?
                .parse()
                .map_err(|_| StoreError::Corrupt {
                    table: "consents",
                    column: "client_id",
                })?,
            client_name: row.try_get_by_index(1)?,
            scope: row.try_get_by_index::<String>(2)?.parse().unwrap_or_default(),
            granted_at: Timestamp::from_micros(row.try_get_by_index(3)?),
            updated_at: Timestamp::from_micros(row.try_get_by_index(4)?),
        });
    }
    Ok(consents)
}
