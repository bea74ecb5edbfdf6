//! Parked authorization requests.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;

use crate::domain::authorization::AuthorizeRequest;
use crate::domain::authorization::Progress;
use crate::domain::authorization::Transaction;
use crate::domain::id::TransactionId;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::entity::transactions;
use crate::store::run;

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "authorization_transactions",
        column,
    }
}

/// Parks a request. One statement.
pub async fn park(
    db: &Db,
    id: &TransactionId,
    request: &AuthorizeRequest,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let row = transactions::ActiveModel {
        id: Set(id.to_string()),
        client_id: Set(request.return_to.client_id().to_string()),
        request: Set(serde_json::to_string(request).map_err(|_| corrupt("request"))?),
        progress: Set("{}".to_owned()),
        created_at: Set(now.as_micros()),
        expires_at: Set(expires_at.as_micros()),
    };
    transactions::Entity::insert(row)
        .exec_without_returning(db.connection())
        .await?;
    Ok(())
}

/// Finds a parked request that has not run out.
pub async fn find(
    on: &impl Reader,
    id: &TransactionId,
    now: Timestamp,
) -> Result<Option<Transaction>, StoreError> {
    let row = transactions::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?;
    let Some(row) = row.filter(|r| r.expires_at > now.as_micros()) else {
        return Ok(None);
    };
    Ok(Some(Transaction {
        id: id.clone(),
        request: serde_json::from_str(&row.request).map_err(|_| corrupt("request"))?,
        progress: serde_json::from_str(&row.progress).map_err(|_| corrupt("progress"))?,
        created_at: Timestamp::from_micros(row.created_at),
    }))
}

/// Notes what has been settled. One statement.
pub async fn set_progress(
    on: &impl Reader,
    id: &TransactionId,
    progress: &Progress,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE authorization_transactions SET progress = $1 WHERE id = $2";
    let json = serde_json::to_string(progress).map_err(|_| corrupt("progress"))?;
    run(on, SQL, [json.into(), id.as_str().into()]).await.map(|_| ())
}
