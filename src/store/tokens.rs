//! The hot path: redeeming codes, rotating refresh tokens, asking whether a token still counts.
//!
//! Each is one statement. What may happen once is an insert that a unique index lets through once: a code becomes a
//! family, a refresh token gets a successor. Every use joins the family, so ending the family ends them all.

use sea_orm::QueryResult;

use crate::domain::address::Origin;
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
    (id, code_hash, client_id, user_id, session_id, grant_json, offline, created_at, expires_at) \
    SELECT $1, c.hash, c.client_id, c.user_id, c.session_id, c.grant_json, c.offline, $3, \
        CASE WHEN c.offline THEN $4 ELSE $5 END \
    FROM authorization_codes c JOIN users u ON u.id = c.user_id JOIN account_sessions s ON s.id = c.session_id \
    WHERE c.hash = $2 AND c.client_id = $6 AND c.expires_at > $3 AND u.status = 'active' AND s.ended_at IS NULL \
    ON CONFLICT (code_hash) DO NOTHING \
    RETURNING user_id, session_id, grant_json, offline";

const FIRST: &str = "INSERT INTO refresh_tokens \
    (hash, family_id, generation, created_at, expires_at, ip, user_agent) VALUES ($1, $2, 1, $3, $4, $5, $6)";

const ROTATE: &str = "INSERT INTO refresh_tokens \
    (hash, family_id, generation, sealed, created_at, expires_at, ip, user_agent) \
    SELECT $1, t.family_id, t.generation + 1, $2, $3, \
        CASE WHEN f.expires_at < $4 THEN f.expires_at ELSE $4 END, $5, $6 \
    FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id JOIN users u ON u.id = f.user_id \
    WHERE t.hash = $7 AND t.expires_at > $3 AND f.client_id = $8 AND f.ended_at IS NULL AND f.expires_at > $3 \
        AND u.status = 'active' \
    ON CONFLICT (family_id, generation) DO NOTHING \
    RETURNING family_id, (SELECT f.user_id || ' ' || COALESCE(f.session_id, '') || ' ' || f.grant_json \
        FROM token_families f WHERE f.id = refresh_tokens.family_id)";

const PRESENTED: &str = "SELECT t.family_id, t.generation, t.expires_at, f.client_id, f.user_id, f.session_id, \
        f.grant_json, f.expires_at, f.ended_at, u.status, n.sealed, n.created_at, \
        (SELECT COUNT(*) FROM refresh_tokens x WHERE x.family_id = t.family_id AND x.generation = t.generation + 2) \
    FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id JOIN users u ON u.id = f.user_id \
    LEFT JOIN refresh_tokens n ON n.family_id = t.family_id AND n.generation = t.generation + 1 \
    WHERE t.hash = $1";

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

const fn corrupt(column: &'static str) -> StoreError {
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

fn text(row: &QueryResult, index: usize) -> Result<String, StoreError> {
    Ok(row.try_get_by_index(index)?)
}

fn granted(json: &str) -> Result<Granted, StoreError> {
    serde_json::from_str(json).map_err(|_| corrupt("grant_json"))
}

/// Stores the first refresh token of a family. One statement.
pub async fn issue_first(
    tx: &Tx,
    family: &FamilyId,
    hash: &TokenHash,
    origin: &Origin,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let values = [
        hash.as_str().into(),
        family.as_str().into(),
        now.as_micros().into(),
        expires_at.as_micros().into(),
        origin.ip.as_str().into(),
        origin.user_agent.as_str().into(),
    ];
    run(tx, FIRST, values).await.map(|_| ())
}

/// How a refresh token is presented, and what it shall become.
#[derive(Debug)]
pub struct Rotation<'a> {
    /// The presented token's hash.
    pub presented: &'a TokenHash,
    /// The client that authenticated.
    pub client: &'a ClientId,
    /// The successor's hash.
    pub successor: &'a TokenHash,
    /// The successor, sealed under a key derived from the presented token.
    pub sealed: &'a str,
    /// Where from.
    pub origin: &'a Origin,
    /// Now.
    pub now: Timestamp,
    /// When the successor runs out if it is not used.
    pub idle_until: Timestamp,
}

/// Gives a refresh token its one successor. `None`: it has one already, or does not count; [`presented`] tells which.
pub async fn rotate(db: &Db, r: &Rotation<'_>) -> Result<Option<Family>, StoreError> {
    let values = [
        r.successor.as_str().into(),
        r.sealed.into(),
        r.now.as_micros().into(),
        r.idle_until.as_micros().into(),
        r.origin.ip.as_str().into(),
        r.origin.user_agent.as_str().into(),
        r.presented.as_str().into(),
        r.client.as_str().into(),
    ];
    let Some(row) = one(db, ROTATE, values).await? else {
        return Ok(None);
    };
    let packed = text(&row, 1)?;
    let mut parts = packed.splitn(3, ' ');
    let mut next = || parts.next().unwrap_or("");
    let (user, session, grant) = (next(), next(), next());
    Ok(Some(Family {
        id: text(&row, 0)?.parse().map_err(|_| corrupt("id"))?,
        user_id: user.parse().map_err(|_| corrupt("user_id"))?,
        session_id: session.parse().ok(),
        granted: granted(grant)?,
    }))
}

/// A refresh token that could not simply be rotated.
#[derive(Debug)]
pub struct Presented {
    /// Its family.
    pub family: Family,
    /// The family's client.
    pub client_id: ClientId,
    /// Its place in the family.
    pub generation: i64,
    /// Whether the token or the family has run out.
    pub expired: bool,
    /// Whether the family has ended or its person is disabled.
    pub ended: bool,
    /// Its successor.
    pub successor: Option<Successor>,
}

/// What a refresh token became.
#[derive(Debug)]
pub struct Successor {
    /// Sealed under a key derived from its predecessor.
    pub sealed: String,
    /// When the predecessor was used.
    pub issued_at: Timestamp,
    /// Whether it has been used itself.
    pub used: bool,
}

/// Looks at a refresh token that [`rotate`] refused.
pub async fn presented(
    on: &impl Reader,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Presented>, StoreError> {
    let Some(row) = one(on, PRESENTED, [hash.as_str().into()]).await? else {
        return Ok(None);
    };
    let session: Option<String> = row.try_get_by_index(5)?;
    let times: (i64, i64, Option<i64>) = (
        row.try_get_by_index(2)?,
        row.try_get_by_index(7)?,
        row.try_get_by_index(8)?,
    );
    let sealed: Option<String> = row.try_get_by_index(10)?;
    let issued_at: Option<i64> = row.try_get_by_index(11)?;
    let after_next: i64 = row.try_get_by_index(12)?;
    Ok(Some(Presented {
        family: Family {
            id: text(&row, 0)?.parse().map_err(|_| corrupt("id"))?,
            user_id: text(&row, 4)?.parse().map_err(|_| corrupt("user_id"))?,
            session_id: session.and_then(|s| s.parse().ok()),
            granted: granted(&text(&row, 6)?)?,
        },
        client_id: text(&row, 3)?.parse().map_err(|_| corrupt("client_id"))?,
        generation: row.try_get_by_index(1)?,
        expired: times.0 <= now.as_micros() || times.1 <= now.as_micros(),
        ended: times.2.is_some() || text(&row, 9)? != "active",
        successor: issued_at.map(|at| Successor {
            sealed: sealed.unwrap_or_default(),
            issued_at: Timestamp::from_micros(at),
            used: after_next > 0,
        }),
    }))
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
