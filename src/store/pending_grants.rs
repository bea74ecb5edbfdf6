//! Device codes and CIBA requests: what may happen once is one conditional statement.

use sea_orm::QueryResult;

use crate::domain::grant::Granted;
use crate::domain::id::ClientId;
use crate::domain::id::PendingId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::pending_grant::PendingGrant;
use crate::domain::pending_grant::PendingKind;
use crate::domain::pending_grant::PendingRequest;
use crate::domain::pending_grant::PendingState;
use crate::domain::pending_grant::SLOW_DOWN_SECS;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::one;
use crate::store::run;

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "pending_grants",
        column,
    }
}

/// One that is about to wait.
#[derive(Debug)]
pub struct NewPending<'a> {
    /// Of the `device_code` or `auth_req_id`.
    pub hash: &'a TokenHash,
    /// What pages call it.
    pub id: &'a PendingId,
    /// How it was asked for.
    pub kind: PendingKind,
    /// The client.
    pub client: &'a ClientId,
    /// Of what a person types.
    pub user_code_hash: Option<String>,
    /// The person, where the client has named one.
    pub user: Option<&'a UserId>,
    /// What is asked for.
    pub request: &'a PendingRequest,
    /// Seconds between two questions of the client.
    pub interval_secs: u32,
    /// What a ping needs, sealed.
    pub ping_sealed: Option<String>,
    /// Now.
    pub now: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// Stores one. Fails with `Conflict("hash")` when the user code is taken. One statement.
pub async fn insert(on: &impl Reader, new: &NewPending<'_>) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO pending_grants (hash, id, kind, client_id, user_code_hash, user_id, request, \
        interval_secs, next_poll_at, ping_sealed, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $11)";
    let request = serde_json::to_string(new.request).map_err(|_| corrupt("request"))?;
    let values = [
        new.hash.as_str().into(),
        new.id.as_str().into(),
        new.kind.as_str().into(),
        new.client.as_str().into(),
        new.user_code_hash.clone().into(),
        new.user.map(ToString::to_string).into(),
        request.into(),
        i64::from(new.interval_secs).into(),
        new.now.as_micros().into(),
        new.ping_sealed.clone().into(),
        new.expires_at.as_micros().into(),
    ];
    run(on, SQL, values).await.map(|_| ())
}

/// A query for whole rows, with what follows the table's name.
macro_rules! select_pending {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, client_id, user_id, request, state, created_at, expires_at FROM pending_grants ",
            $rest
        )
    };
}

fn read(row: &QueryResult) -> Result<PendingGrant, StoreError> {
    let text = |index: usize| row.try_get_by_index::<String>(index);
    let user: Option<String> = row.try_get_by_index(3)?;
    let user = user.map(|id| id.parse().map_err(|_| corrupt("user_id")));
    Ok(PendingGrant {
        id: text(0)?.parse().map_err(|_| corrupt("id"))?,
        kind: PendingKind::parse(&text(1)?).ok_or(corrupt("kind"))?,
        client_id: text(2)?.parse().map_err(|_| corrupt("client_id"))?,
        user_id: user.transpose()?,
        request: serde_json::from_str(&text(4)?).map_err(|_| corrupt("request"))?,
        state: PendingState::parse(&text(5)?).ok_or(corrupt("state"))?,
        created_at: Timestamp::from_micros(row.try_get_by_index(6)?),
        expires_at: Timestamp::from_micros(row.try_get_by_index(7)?),
    })
}

/// By the hash of the `device_code` or `auth_req_id`, run out or not.
pub async fn find_by_hash(on: &impl Reader, hash: &TokenHash) -> Result<Option<PendingGrant>, StoreError> {
    let row = one(on, select_pending!("WHERE hash = $1"), [hash.as_str().into()]).await?;
    row.as_ref().map(read).transpose()
}

/// By what pages call it, run out or not.
pub async fn find(on: &impl Reader, id: &PendingId) -> Result<Option<PendingGrant>, StoreError> {
    let row = one(on, select_pending!("WHERE id = $1"), [id.as_str().into()]).await?;
    row.as_ref().map(read).transpose()
}

/// The CIBA requests that wait for a person, the newest first.
pub async fn waiting(
    on: &impl Reader,
    user: &UserId,
    now: Timestamp,
) -> Result<Vec<PendingGrant>, StoreError> {
    const SQL: &str = select_pending!(
        "WHERE user_id = $1 AND kind = 'ciba' AND state = 'pending' AND expires_at > $2 ORDER BY id DESC LIMIT 50"
    );
    let rows = all(on, SQL, [user.as_str().into(), now.as_micros().into()]).await?;
    rows.iter().map(read).collect()
}

/// Gives a device's request to the first person who enters its code; nobody else gets it afterwards. One statement.
pub async fn bind(
    on: &impl Reader,
    user_code_hash: &str,
    user: &UserId,
    now: Timestamp,
) -> Result<Option<PendingId>, StoreError> {
    const SQL: &str = "UPDATE pending_grants SET user_id = $2 WHERE user_code_hash = $1 AND kind = 'device' \
        AND state = 'pending' AND expires_at > $3 AND (user_id IS NULL OR user_id = $2) RETURNING id";
    let values = [
        user_code_hash.into(),
        user.as_str().into(),
        now.as_micros().into(),
    ];
    let row = one(on, SQL, values).await?;
    row.map(|row| {
        row.try_get_by_index::<String>(0)?
            .parse()
            .map_err(|_| corrupt("id"))
    })
    .transpose()
}

/// Notes a question of the client; `false` when it came too early. `grace` is how much too early is not counted.
/// One statement.
pub async fn polled(
    on: &impl Reader,
    hash: &TokenHash,
    now: Timestamp,
    grace_micros: i64,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE pending_grants SET next_poll_at = $2 + interval_secs * 1000000 - $3 \
        WHERE hash = $1 AND next_poll_at <= $2";
    let values = [hash.as_str().into(), now.as_micros().into(), grace_micros.into()];
    Ok(run(on, SQL, values).await? == 1)
}

/// A client asks too often: it has to wait longer from now on. One statement.
pub async fn slow_down(
    on: &impl Reader,
    hash: &TokenHash,
    now: Timestamp,
    grace_micros: i64,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE pending_grants SET interval_secs = interval_secs + $2, \
        next_poll_at = $3 + (interval_secs + $2) * 1000000 - $4 WHERE hash = $1";
    let values = [
        hash.as_str().into(),
        i64::from(SLOW_DOWN_SECS).into(),
        now.as_micros().into(),
        grace_micros.into(),
    ];
    run(on, SQL, values).await.map(|_| ())
}

/// Settles a request that belongs to this person; the inner value is what a ping needs. `None`: it is settled already,
/// has run out, or is somebody else's. One statement.
pub async fn decide(
    tx: &Tx,
    id: &PendingId,
    user: &UserId,
    state: PendingState,
    now: Timestamp,
) -> Result<Option<Option<String>>, StoreError> {
    const SQL: &str = "UPDATE pending_grants SET state = $3 WHERE id = $1 AND user_id = $2 AND state = 'pending' \
        AND expires_at > $4 RETURNING ping_sealed";
    let values = [
        id.as_str().into(),
        user.as_str().into(),
        state.as_str().into(),
        now.as_micros().into(),
    ];
    let row = one(tx, SQL, values).await?;
    row.map(|row| Ok(row.try_get_by_index(0)?)).transpose()
}

/// Makes a code of an allowed request: redeeming it is the same single-use statement as for any other code.
pub async fn keep_code(
    tx: &Tx,
    id: &PendingId,
    session: &SessionId,
    offline: bool,
    granted: &Granted,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO authorization_codes \
        (hash, client_id, user_id, session_id, offline, grant_json, created_at, expires_at) \
        SELECT hash, client_id, user_id, $2, $3, $4, $5, expires_at FROM pending_grants \
        WHERE id = $1 AND state = 'allowed'";
    let json = serde_json::to_string(granted).map_err(|_| corrupt("request"))?;
    let values = [
        id.as_str().into(),
        session.as_str().into(),
        offline.into(),
        json.into(),
        now.as_micros().into(),
    ];
    run(tx, SQL, values).await.map(|_| ())
}
