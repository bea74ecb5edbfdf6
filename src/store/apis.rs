//! Registered APIs.

use sea_orm::QueryResult;

use crate::domain::api::Api;
use crate::domain::api::ApiSettings;
use crate::domain::api::Described;
use crate::domain::id::ApiId;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::one;
use crate::store::run;

/// A query for APIs, with what follows the table's name.
macro_rules! select_apis {
    ($rest:literal) => {
        concat!(
            "SELECT id, identifier, name, scopes, details_types, client_id, created_at, updated_at FROM apis",
            $rest
        )
    };
}

fn api(row: &QueryResult) -> Result<Api, StoreError> {
    let corrupt = |column| StoreError::Corrupt {
        table: "apis",
        column,
    };
    let list = |index: usize, column: &'static str| -> Result<Vec<Described>, StoreError> {
        let json: String = row.try_get_by_index(index)?;
        serde_json::from_str(&json).map_err(|_| corrupt(column))
    };
    let id: String = row.try_get_by_index(0)?;
    let client: Option<String> = row.try_get_by_index(5)?;
    Ok(Api {
        id: id.parse().map_err(|_| corrupt("id"))?,
        settings: ApiSettings {
            identifier: row.try_get_by_index(1)?,
            name: row.try_get_by_index(2)?,
            scopes: list(3, "scopes")?,
            details_types: list(4, "details_types")?,
            client_id: client
                .map(|c| c.parse())
                .transpose()
                .map_err(|_| corrupt("client_id"))?,
        },
        created_at: Timestamp::from_micros(row.try_get_by_index(6)?),
        updated_at: Timestamp::from_micros(row.try_get_by_index(7)?),
    })
}

fn json(list: &[Described]) -> String {
    serde_json::to_string(list).unwrap_or_default()
}

/// Every API, by identifier.
pub async fn list(on: &impl Reader) -> Result<Vec<Api>, StoreError> {
    let rows = all(on, select_apis!(" ORDER BY identifier"), []).await?;
    rows.iter().map(api).collect()
}

/// One API.
pub async fn find(on: &impl Reader, id: &ApiId) -> Result<Option<Api>, StoreError> {
    let row = one(on, select_apis!(" WHERE id = $1"), [id.as_str().into()]).await?;
    row.as_ref().map(api).transpose()
}

/// An API by its identifier, compared exactly.
pub async fn find_by_identifier(on: &impl Reader, identifier: &str) -> Result<Option<Api>, StoreError> {
    let row = one(on, select_apis!(" WHERE identifier = $1"), [identifier.into()]).await?;
    row.as_ref().map(api).transpose()
}

/// Registers an API. Fails with `Conflict` when the identifier is taken.
pub async fn insert(tx: &Tx, new: &Api) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO apis \
        (id, identifier, name, scopes, details_types, client_id, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let settings = &new.settings;
    let values = [
        new.id.as_str().into(),
        settings.identifier.as_str().into(),
        settings.name.as_str().into(),
        json(&settings.scopes).into(),
        json(&settings.details_types).into(),
        settings.client_id.as_ref().map(ToString::to_string).into(),
        new.created_at.as_micros().into(),
        new.updated_at.as_micros().into(),
    ];
    run(tx, SQL, values).await.map(|_| ())
}

/// Changes everything but the identifier; `false` when there is no such API.
pub async fn update(tx: &Tx, id: &ApiId, settings: &ApiSettings, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE apis SET name = $1, scopes = $2, details_types = $3, client_id = $4, \
        updated_at = $5 WHERE id = $6";
    let values = [
        settings.name.as_str().into(),
        json(&settings.scopes).into(),
        json(&settings.details_types).into(),
        settings.client_id.as_ref().map(ToString::to_string).into(),
        now.as_micros().into(),
        id.as_str().into(),
    ];
    Ok(run(tx, SQL, values).await? == 1)
}

/// Deletes an API; `false` when there was none.
pub async fn delete(tx: &Tx, id: &ApiId) -> Result<bool, StoreError> {
    Ok(run(tx, "DELETE FROM apis WHERE id = $1", [id.as_str().into()]).await? == 1)
}
