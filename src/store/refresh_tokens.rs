//! Refresh tokens: the first of a family, its successors, and what a presented one has become.
//!
//! Each is one statement. A token is used as soon as its family has the next generation, and a unique index lets only
//! one successor exist.

use sea_orm::QueryResult;

use crate::domain::address::Origin;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::one;
use crate::store::run;
use crate::store::tokens::Family;
use crate::store::tokens::corrupt;
use crate::store::tokens::granted;
use crate::store::tokens::text;

const FIRST: &str = "INSERT INTO refresh_tokens \
    (hash, family_id, generation, created_at, expires_at, ip, user_agent) VALUES ($1, $2, 1, $3, $4, $5, $6)";

const ROTATE: &str = "INSERT INTO refresh_tokens \
    (hash, family_id, generation, sealed, created_at, expires_at, ip, user_agent) \
    SELECT $1, t.family_id, t.generation + 1, $2, $3, \
        CASE WHEN f.expires_at < $4 THEN f.expires_at ELSE $4 END, $5, $6 \
    FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id JOIN users u ON u.id = f.user_id \
    WHERE t.hash = $7 AND t.expires_at > $3 AND f.client_id = $8 AND f.ended_at IS NULL AND f.expires_at > $3 \
        AND u.status = 'active' AND COALESCE(f.bound_to, '') = $9 \
    ON CONFLICT (family_id, generation) DO NOTHING \
    RETURNING family_id, (SELECT f.user_id || ' ' || COALESCE(f.session_id, '') || ' ' || f.grant_json \
        FROM token_families f WHERE f.id = refresh_tokens.family_id)";

const KEEP: &str = "UPDATE refresh_tokens SET expires_at = \
        (SELECT CASE WHEN f.expires_at < $1 THEN f.expires_at ELSE $1 END FROM token_families f \
         WHERE f.id = refresh_tokens.family_id) \
    WHERE hash = $2 AND expires_at > $3 AND EXISTS \
        (SELECT 1 FROM token_families f JOIN users u ON u.id = f.user_id \
         WHERE f.id = refresh_tokens.family_id AND f.client_id = $4 AND f.ended_at IS NULL AND f.expires_at > $3 \
            AND u.status = 'active' AND COALESCE(f.bound_to, '') = $5) \
        AND NOT EXISTS (SELECT 1 FROM refresh_tokens n \
         WHERE n.family_id = refresh_tokens.family_id AND n.generation = refresh_tokens.generation + 1) \
    RETURNING family_id, (SELECT f.user_id || ' ' || COALESCE(f.session_id, '') || ' ' || f.grant_json \
        FROM token_families f WHERE f.id = refresh_tokens.family_id)";

const PRESENTED: &str = "SELECT t.family_id, t.generation, t.expires_at, f.client_id, f.user_id, f.session_id, \
        f.grant_json, f.expires_at, f.ended_at, u.status, n.sealed, n.created_at, \
        (SELECT COUNT(*) FROM refresh_tokens x WHERE x.family_id = t.family_id AND x.generation = t.generation + 2), \
        COALESCE(f.bound_to, '') \
    FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id JOIN users u ON u.id = f.user_id \
    LEFT JOIN refresh_tokens n ON n.family_id = t.family_id AND n.generation = t.generation + 1 \
    WHERE t.hash = $1";

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
    /// What the client has shown to own, where its refresh tokens are bound; else empty.
    pub bound_to: &'a str,
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
        r.bound_to.into(),
    ];
    let Some(row) = one(db, ROTATE, values).await? else {
        return Ok(None);
    };
    unpack(&row).map(Some)
}

/// Lets a refresh token be used again, for a client whose tokens are not rotated. `None`: it does not count.
pub async fn keep(db: &Db, r: &Rotation<'_>) -> Result<Option<Family>, StoreError> {
    let values = [
        r.idle_until.as_micros().into(),
        r.presented.as_str().into(),
        r.now.as_micros().into(),
        r.client.as_str().into(),
        r.bound_to.into(),
    ];
    one(db, KEEP, values).await?.as_ref().map(unpack).transpose()
}

/// A family from its id and its packed members.
fn unpack(row: &QueryResult) -> Result<Family, StoreError> {
    let packed = text(row, 1)?;
    let mut parts = packed.splitn(3, ' ');
    let mut next = || parts.next().unwrap_or("");
    let (user, session, grant) = (next(), next(), next());
    Ok(Family {
        id: text(row, 0)?.parse().map_err(|_| corrupt("id"))?,
        user_id: user.parse().map_err(|_| corrupt("user_id"))?,
        session_id: session.parse().ok(),
        granted: granted(grant)?,
    })
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
    /// What it is bound to; empty when it is not.
    pub bound_to: String,
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
        bound_to: text(&row, 13)?,
    }))
}
