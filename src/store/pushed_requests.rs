//! Pushed authorization requests: written once, opened by the browser, answered once.

use crate::domain::authorization::AuthorizeRequest;
use crate::domain::id::ClientId;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::one;
use crate::store::run;

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "pushed_requests",
        column,
    }
}

/// A pushed request about to be stored.
#[derive(Debug)]
pub struct NewPushedRequest<'a> {
    /// Of its `request_uri`.
    pub hash: &'a TokenHash,
    /// The checked request.
    pub request: &'a AuthorizeRequest,
    /// Until when it may be opened.
    pub open_until: Timestamp,
    /// Until when an open one may be answered.
    pub expires_at: Timestamp,
}

/// A stored one.
#[derive(Debug)]
pub struct PushedRequest {
    /// The checked request.
    pub request: AuthorizeRequest,
    /// Until when it may be opened.
    pub open_until: Timestamp,
    /// Whether it has been answered.
    pub used: bool,
}

/// Stores a request. One statement.
pub async fn insert(on: &impl Reader, new: &NewPushedRequest<'_>) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO pushed_requests (hash, client_id, request, open_until, expires_at) \
        VALUES ($1, $2, $3, $4, $5)";
    let json = serde_json::to_string(new.request).map_err(|_| corrupt("request"))?;
    let values = [
        new.hash.as_str().into(),
        new.request.return_to.client_id().as_str().into(),
        json.into(),
        new.open_until.as_micros().into(),
        new.expires_at.as_micros().into(),
    ];
    run(on, SQL, values).await.map(|_| ())
}

/// Finds a request of this client, open or not.
pub async fn find(
    on: &impl Reader,
    hash: &TokenHash,
    client: &ClientId,
) -> Result<Option<PushedRequest>, StoreError> {
    const SQL: &str =
        "SELECT request, open_until, used_at FROM pushed_requests WHERE hash = $1 AND client_id = $2";
    let row = one(on, SQL, [hash.as_str().into(), client.as_str().into()]).await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let json: String = row.try_get_by_index(0)?;
    let used_at: Option<i64> = row.try_get_by_index(2)?;
    Ok(Some(PushedRequest {
        request: serde_json::from_str(&json).map_err(|_| corrupt("request"))?,
        open_until: Timestamp::from_micros(row.try_get_by_index(1)?),
        used: used_at.is_some(),
    }))
}

/// Notes that a request is answered; `false` when it was before. One conditional statement, so that of two tabs only
/// one gets the answer.
pub async fn answer(on: &impl Reader, hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE pushed_requests SET used_at = $1 WHERE hash = $2 AND used_at IS NULL";
    Ok(run(on, SQL, [now.as_micros().into(), hash.into()]).await? == 1)
}
