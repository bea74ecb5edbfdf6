//! Refresh-token families as people look at them, and ending many at once.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::EntityTrait as _;
use sea_orm::QueryFilter as _;
use sea_orm::QueryOrder as _;

use crate::domain::address::Origin;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::id::RepeatId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::page::Page;
use crate::domain::page::PageRequest;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::token_family::FamilyDetail;
use crate::domain::token_family::FamilyState;
use crate::domain::token_family::FamilyView;
use crate::domain::token_family::LineageToken;
use crate::domain::token_family::RepeatedUse;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::clients;
use crate::store::entity::families;
use crate::store::entity::refresh_tokens;
use crate::store::entity::repeats;
use crate::store::page;
use crate::store::page::SortKey;
use crate::store::run;
use crate::store::users;

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "token_families",
        column,
    }
}

/// Which families a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FamilyFilter {
    /// Only this person's.
    pub user: Option<UserId>,
    /// Only this client's.
    pub client: Option<ClientId>,
    /// Only those from this session.
    pub session: Option<SessionId>,
    /// Only those in this state; expired ones count as ended.
    pub state: Option<StateFilter>,
}

/// A state to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFilter {
    /// Can be used.
    Active,
    /// Ended for any reason.
    Ended,
    /// Ended because a token came back.
    Reuse,
}

const SORT_KEYS: &[SortKey<families::Entity>] = &[SortKey {
    // ids sort by age
    name: "created",
    column: families::Column::Id,
    numeric: false,
    value: |r| r.id.clone(),
}];

/// One page of families that have refresh tokens.
pub async fn list(
    db: &Db,
    filter: &FamilyFilter,
    request: &PageRequest,
    now: Timestamp,
) -> Result<Page<FamilyView>, StoreError> {
    let mut select = families::Entity::find().filter(families::Column::Offline.eq(true));
    if let Some(user) = &filter.user {
        select = select.filter(families::Column::UserId.eq(user.as_str()));
    }
    if let Some(client) = &filter.client {
        select = select.filter(families::Column::ClientId.eq(client.as_str()));
    }
    if let Some(session) = &filter.session {
        select = select.filter(families::Column::SessionId.eq(session.as_str()));
    }
    let ended = families::Column::EndedAt;
    select = match filter.state {
        None => select,
        Some(StateFilter::Active) => select
            .filter(ended.is_null())
            .filter(families::Column::ExpiresAt.gt(now.as_micros())),
        Some(StateFilter::Ended) => select.filter(ended.is_not_null()),
        Some(StateFilter::Reuse) => select.filter(families::Column::EndReason.is_in(["reuse", "code_reuse"])),
    };
    let page = page::load(
        db,
        select,
        SORT_KEYS,
        (families::Column::Id, |r| r.id.clone()),
        request,
    )
    .await?;
    let Page { rows, previous, next } = page;
    Ok(Page {
        rows: views(db, rows, now).await?,
        previous,
        next,
    })
}

/// The families that ended since then because a token or code came back, latest first.
pub async fn ended_by_reuse(
    on: &impl Reader,
    since: Timestamp,
    limit: u64,
    now: Timestamp,
) -> Result<Vec<FamilyView>, StoreError> {
    use sea_orm::QuerySelect as _;
    let rows = families::Entity::find()
        .filter(families::Column::EndReason.is_in(["reuse", "code_reuse"]))
        .filter(families::Column::EndedAt.gte(since.as_micros()))
        .order_by_desc(families::Column::EndedAt)
        .limit(limit)
        .all(on.connection())
        .await?;
    views(on, rows, now).await
}

async fn views(
    on: &impl Reader,
    rows: Vec<families::Model>,
    now: Timestamp,
) -> Result<Vec<FamilyView>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let user_names = users::names(on, rows.iter().map(|r| r.user_id.clone())).await?;
    let client_names = clients::names(on, rows.iter().map(|r| r.client_id.clone())).await?;
    let newest = newest_tokens(on, rows.iter().map(|r| r.id.clone())).await?;
    rows.into_iter()
        .map(|row| {
            let (generation, last_used) = newest.get(&row.id).copied().unwrap_or((0, row.created_at));
            let name = |names: &HashMap<String, String>, id: &str| {
                names.get(id).cloned().unwrap_or_else(|| id.to_owned())
            };
            Ok(FamilyView {
                client_name: name(&client_names, &row.client_id),
                user_name: name(&user_names, &row.user_id),
                id: row.id.parse().map_err(|_| corrupt("id"))?,
                client_id: row.client_id.parse().map_err(|_| corrupt("client_id"))?,
                user_id: row.user_id.parse().map_err(|_| corrupt("user_id"))?,
                session_id: row.session_id.and_then(|s| s.parse().ok()),
                state: state(row.ended_at, row.end_reason.as_deref(), row.expires_at, now),
                generation,
                created_at: Timestamp::from_micros(row.created_at),
                last_used_at: Timestamp::from_micros(last_used),
                expires_at: Timestamp::from_micros(row.expires_at),
            })
        })
        .collect()
}

fn state(ended_at: Option<i64>, reason: Option<&str>, expires_at: i64, now: Timestamp) -> FamilyState {
    match ended_at {
        Some(at) => {
            let reason = reason
                .and_then(EndReason::parse)
                .unwrap_or(EndReason::AdminRevoked);
            FamilyState::Ended(Timestamp::from_micros(at), reason)
        }
        None if expires_at <= now.as_micros() => FamilyState::Expired,
        None => FamilyState::Active,
    }
}

/// The highest generation of each family and when it was issued.
async fn newest_tokens(
    on: &impl Reader,
    ids: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, (i64, i64)>, StoreError> {
    use sea_orm::QuerySelect as _;
    let rows: Vec<(String, i64, i64)> = refresh_tokens::Entity::find()
        .select_only()
        .column(refresh_tokens::Column::FamilyId)
        .column_as(refresh_tokens::Column::Generation.max(), "generation")
        .column_as(refresh_tokens::Column::CreatedAt.max(), "created_at")
        .filter(refresh_tokens::Column::FamilyId.is_in(ids))
        .group_by(refresh_tokens::Column::FamilyId)
        .into_tuple()
        .all(on.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, generation, at)| (id, (generation, at)))
        .collect())
}

/// A family with its lineage.
pub async fn find(
    on: &impl Reader,
    id: &FamilyId,
    now: Timestamp,
) -> Result<Option<FamilyDetail>, StoreError> {
    let Some(row) = families::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?
    else {
        return Ok(None);
    };
    let granted = serde_json::from_str(&row.grant_json).map_err(|_| corrupt("grant_json"))?;
    let offline = row.offline;
    let tokens = refresh_tokens::Entity::find()
        .filter(refresh_tokens::Column::FamilyId.eq(id.as_str()))
        .order_by_asc(refresh_tokens::Column::Generation)
        .all(on.connection())
        .await?;
    let seen = repeats::Entity::find()
        .filter(repeats::Column::FamilyId.eq(id.as_str()))
        .order_by_asc(repeats::Column::Id)
        .all(on.connection())
        .await?;
    let lineage = tokens
        .into_iter()
        .map(|token| LineageToken {
            generation: token.generation,
            issued_at: Timestamp::from_micros(token.created_at),
            origin: Origin {
                ip: token.ip,
                user_agent: token.user_agent,
            },
            repeats: seen
                .iter()
                .filter(|r| r.generation == token.generation)
                .map(repeat)
                .collect(),
        })
        .collect();
    let view = views(on, vec![row], now).await?.pop();
    Ok(view.map(|view| FamilyDetail {
        view,
        granted,
        offline,
        lineage,
    }))
}

fn repeat(row: &repeats::Model) -> RepeatedUse {
    RepeatedUse {
        allowed: row.outcome == "repeated",
        at: Timestamp::from_micros(row.presented_at),
        origin: Origin {
            ip: row.ip.clone(),
            user_agent: row.user_agent.clone(),
        },
    }
}

/// Notes that a used token was presented again.
pub async fn note_repeat(
    tx: &Tx,
    id: &RepeatId,
    family: &FamilyId,
    generation: i64,
    seen: &RepeatedUse,
) -> Result<(), StoreError> {
    let row = repeats::ActiveModel {
        id: Set(id.to_string()),
        family_id: Set(family.to_string()),
        generation: Set(generation),
        outcome: Set(if seen.allowed { "repeated" } else { "reuse" }.to_owned()),
        presented_at: Set(seen.at.as_micros()),
        ip: Set(seen.origin.ip.clone()),
        user_agent: Set(seen.origin.user_agent.clone()),
    };
    repeats::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Ends every live family of a person; gives their number.
pub async fn end_of_user(
    tx: &Tx,
    user: &UserId,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str =
        "UPDATE token_families SET ended_at = $1, end_reason = $2 WHERE user_id = $3 AND ended_at IS NULL";
    run(
        tx,
        SQL,
        [
            now.as_micros().into(),
            reason.as_str().into(),
            user.as_str().into(),
        ],
    )
    .await
}

/// Ends every live family of a client; gives their number.
pub async fn end_of_client(
    tx: &Tx,
    client: &ClientId,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str =
        "UPDATE token_families SET ended_at = $1, end_reason = $2 WHERE client_id = $3 AND ended_at IS NULL";
    run(
        tx,
        SQL,
        [
            now.as_micros().into(),
            reason.as_str().into(),
            client.as_str().into(),
        ],
    )
    .await
}

/// Ends every live family of a person at a client; gives their number.
pub async fn end_of_user_at_client(
    tx: &Tx,
    user: &UserId,
    client: &ClientId,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE token_families SET ended_at = $1, end_reason = $2 \
        WHERE user_id = $3 AND client_id = $4 AND ended_at IS NULL";
    let values = [
        now.as_micros().into(),
        reason.as_str().into(),
        user.as_str().into(),
        client.as_str().into(),
    ];
    run(tx, SQL, values).await
}

/// Ends the live families of a session; those with offline access only where `offline_too`. Gives their number.
pub async fn end_of_session(
    tx: &Tx,
    session: &SessionId,
    offline_too: bool,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE token_families SET ended_at = $1, end_reason = 'session_ended' \
        WHERE session_id = $2 AND ended_at IS NULL AND (NOT offline OR $3)";
    run(
        tx,
        SQL,
        [
            now.as_micros().into(),
            session.as_str().into(),
            offline_too.into(),
        ],
    )
    .await
}
