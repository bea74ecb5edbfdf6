//! The hot path: redeeming codes, asking whether a token still counts.
//!
//! Each is one statement. What may happen once is an insert that a unique index lets through once: a code becomes a
//! family. Every use joins the family, so ending the family ends them all.

use sea_orm::QueryResult;

use crate::domain::grant::Granted;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::id::SessionId;
use crate::domain::id::TokenId;
use crate::domain::id::UserId;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::user::User;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::entity::users;
use crate::store::one;
use crate::store::run;

const REDEEM: &str = "INSERT INTO token_families \
    (id, code_hash, client_id, user_id, session_id, grant_json, offline, created_at, expires_at, bound_to) \
    SELECT $1, c.hash, c.client_id, c.user_id, c.session_id, c.grant_json, c.offline, $3, \
        CASE WHEN c.offline THEN $4 ELSE $5 END, $7 \
    FROM authorization_codes c JOIN users u ON u.id = c.user_id JOIN account_sessions s ON s.id = c.session_id \
    WHERE c.hash = $2 AND c.client_id = $6 AND c.expires_at > $3 AND u.status = 'active' AND s.ended_at IS NULL \
    ON CONFLICT (code_hash) DO NOTHING \
    RETURNING user_id, session_id, grant_json, offline";

const BEGIN: &str = "INSERT INTO token_families \
    (id, client_id, user_id, session_id, grant_json, offline, created_at, expires_at, bound_to) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const COUNTS: &str = "SELECT 1 FROM token_families f JOIN users u ON u.id = f.user_id \
    LEFT JOIN account_sessions s ON s.id = f.session_id \
    WHERE f.id = $1 AND f.ended_at IS NULL AND f.expires_at > $2 AND u.status = 'active' \
        AND (f.offline OR s.ended_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM revoked_access_tokens r WHERE r.jti = $3)";

const PERSON: &str = "SELECT u.*, f.grant_json FROM token_families f JOIN users u ON u.id = f.user_id \
    LEFT JOIN account_sessions s ON s.id = f.session_id \
    WHERE f.id = $1 AND f.ended_at IS NULL AND f.expires_at > $2 AND u.status = 'active' \
        AND (f.offline OR s.ended_at IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM revoked_access_tokens r WHERE r.jti = $3)";

pub(super) const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "token_families",
        column,
    }
}

/// A family as tokens are made from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The row.
    pub id: FamilyId,
    /// The person.
    pub user_id: UserId,
    /// The session it came from.
    pub session_id: Option<SessionId>,
    /// What was granted.
    pub granted: Granted,
}

/// How a code is presented.
#[derive(Debug)]
pub struct Redemption<'a> {
    /// The new family's id.
    pub family: &'a FamilyId,
    /// The code's hash.
    pub code: &'a TokenHash,
    /// The client that authenticated.
    pub client: &'a ClientId,
    /// Now.
    pub now: Timestamp,
    /// When the family ends if it has refresh tokens.
    pub offline_until: Timestamp,
    /// When it ends if it has none.
    pub online_until: Timestamp,
    /// What its refresh tokens are bound to.
    pub bound_to: Option<String>,
}

/// Turns a code into a family, once. `None`: unknown, expired, another client's, already redeemed, or its person or
/// session no longer counts. With the family: whether a refresh token goes with it.
pub async fn redeem(tx: &Tx, r: &Redemption<'_>) -> Result<Option<(Family, bool)>, StoreError> {
    let values = [
        r.family.as_str().into(),
        r.code.as_str().into(),
        r.now.as_micros().into(),
        r.offline_until.as_micros().into(),
        r.online_until.as_micros().into(),
        r.client.as_str().into(),
        r.bound_to.clone().into(),
    ];
    let Some(row) = one(tx, REDEEM, values).await? else {
        return Ok(None);
    };
    let family = Family {
        id: r.family.clone(),
        user_id: text(&row, 0)?.parse().map_err(|_| corrupt("user_id"))?,
        session_id: Some(text(&row, 1)?.parse().map_err(|_| corrupt("session_id"))?),
        granted: granted(&text(&row, 2)?)?,
    };
    Ok(Some((family, row.try_get_by_index(3)?)))
}

/// The family that a code became, if it was redeemed by this client.
pub async fn family_of_code(
    on: &impl Reader,
    code: &TokenHash,
    client: &ClientId,
) -> Result<Option<FamilyId>, StoreError> {
    const SQL: &str = "SELECT id FROM token_families WHERE code_hash = $1 AND client_id = $2";
    let row = one(on, SQL, [code.as_str().into(), client.as_str().into()]).await?;
    row.map(|r| text(&r, 0)?.parse().map_err(|_| corrupt("id")))
        .transpose()
}

pub(super) fn text(row: &QueryResult, index: usize) -> Result<String, StoreError> {
    Ok(row.try_get_by_index(index)?)
}

pub(super) fn granted(json: &str) -> Result<Granted, StoreError> {
    serde_json::from_str(json).map_err(|_| corrupt("grant_json"))
}

/// A family that does not come from a code.
#[derive(Debug)]
pub struct NewFamily<'a> {
    /// Id, person, session and grant.
    pub family: &'a Family,
    /// Its client.
    pub client: &'a ClientId,
    /// Whether it outlives its session.
    pub offline: bool,
    /// Now.
    pub now: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What its refresh tokens are bound to.
    pub bound_to: Option<String>,
}

/// Stores a family that does not come from a code. One statement.
pub async fn begin_family(on: &impl Reader, new: &NewFamily<'_>) -> Result<(), StoreError> {
    let session = new.family.session_id.as_ref().map(ToString::to_string);
    let values = [
        new.family.id.as_str().into(),
        new.client.as_str().into(),
        new.family.user_id.as_str().into(),
        session.into(),
        serde_json::to_string(&new.family.granted)
            .map_err(|_| corrupt("grant_json"))?
            .into(),
        new.offline.into(),
        new.now.as_micros().into(),
        new.expires_at.as_micros().into(),
        new.bound_to.clone().into(),
    ];
    run(on, BEGIN, values).await.map(|_| ())
}

/// Whether an access token of this family still counts. One statement.
pub async fn counts(db: &Db, family: &FamilyId, token: &TokenId, now: Timestamp) -> Result<bool, StoreError> {
    let values = [
        family.as_str().into(),
        now.as_micros().into(),
        token.as_str().into(),
    ];
    Ok(one(db, COUNTS, values).await?.is_some())
}

/// Whether an access token of no family (client credentials) still counts. One statement.
pub async fn is_revoked(db: &Db, token: &TokenId) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT 1 FROM revoked_access_tokens WHERE jti = $1";
    Ok(one(db, SQL, [token.as_str().into()]).await?.is_some())
}

/// The person behind an access token that still counts, and what they granted. One statement.
pub async fn person(
    db: &Db,
    family: &FamilyId,
    token: &TokenId,
    now: Timestamp,
) -> Result<Option<(User, Granted)>, StoreError> {
    use sea_orm::FromQueryResult as _;
    let values = [
        family.as_str().into(),
        now.as_micros().into(),
        token.as_str().into(),
    ];
    let Some(row) = one(db, PERSON, values).await? else {
        return Ok(None);
    };
    let user = users::Model::from_query_result(&row, "")?.try_into()?;
    Ok(Some((user, granted(&row.try_get::<String>("", "grant_json")?)?)))
}

/// Revokes one access token until it would have run out. One statement.
pub async fn revoke_access_token(db: &Db, token: &TokenId, expires_at: Timestamp) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO revoked_access_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING";
    run(db, SQL, [token.as_str().into(), expires_at.as_micros().into()])
        .await
        .map(|_| ())
}

/// Ends a family. One conditional statement: `false` when it had ended already or does not exist.
pub async fn end_family(
    on: &impl Reader,
    family: &FamilyId,
    reason: EndReason,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE token_families SET ended_at = $1, end_reason = $2 WHERE id = $3 AND ended_at IS NULL";
    Ok(run(
        on,
        SQL,
        [
            now.as_micros().into(),
            reason.as_str().into(),
            family.as_str().into(),
        ],
    )
    .await?
        == 1)
}
