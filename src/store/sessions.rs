//! Account sessions.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::EntityTrait as _;
use sea_orm::PaginatorTrait as _;
use sea_orm::QueryFilter as _;

use crate::domain::address::Origin;
use crate::domain::id::BrowserId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::page::Page;
use crate::domain::page::PageRequest;
use crate::domain::session::AccountSession;
use crate::domain::session::SessionView;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::entity::account_sessions;
use crate::store::one;
use crate::store::page;
use crate::store::page::SortKey;
use crate::store::run;
use crate::store::users;

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "account_sessions",
        column,
    }
}

/// A session about to begin.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// `sid`.
    pub id: &'a SessionId,
    /// The browser.
    pub browser: &'a BrowserId,
    /// The person.
    pub user: &'a UserId,
    /// How they authenticated. RFC 8176.
    pub amr: &'a [&'a str],
    /// "Keep me signed in".
    pub remembered: bool,
    /// Where from.
    pub origin: &'a Origin,
    /// Now, which is also `auth_time`.
    pub now: Timestamp,
    /// When it ends if it is not used.
    pub idle_expires_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Begins a session.
pub async fn insert(tx: &Tx, new: &NewSession<'_>) -> Result<(), StoreError> {
    let now = new.now.as_micros();
    let row = account_sessions::ActiveModel {
        id: Set(new.id.to_string()),
        browser_id: Set(new.browser.to_string()),
        user_id: Set(new.user.to_string()),
        auth_time: Set(now),
        amr: Set(serde_json::to_string(new.amr).unwrap_or_else(|_| "[]".to_owned())),
        remembered: Set(new.remembered),
        ip: Set(new.origin.ip.clone()),
        user_agent: Set(new.origin.user_agent.clone()),
        created_at: Set(now),
        last_seen_at: Set(now),
        idle_expires_at: Set(new.idle_expires_at.as_micros()),
        expires_at: Set(new.expires_at.as_micros()),
        ended_at: Set(None),
        end_reason: Set(None),
    };
    account_sessions::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// The same person authenticated again in the same browser: the session goes on with a new `auth_time`.
pub async fn reauthenticated(
    tx: &Tx,
    id: &SessionId,
    amr: &[&str],
    now: Timestamp,
    idle_expires_at: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE account_sessions SET auth_time = $1, amr = $2, last_seen_at = $1, \
        idle_expires_at = CASE WHEN expires_at < $3 THEN expires_at ELSE $3 END WHERE id = $4 AND ended_at IS NULL";
    let amr = serde_json::to_string(amr).unwrap_or_else(|_| "[]".to_owned());
    let values = [
        now.as_micros().into(),
        amr.into(),
        idle_expires_at.as_micros().into(),
        id.as_str().into(),
    ];
    Ok(run(tx, SQL, values).await? == 1)
}

/// How far back a session may have begun or been used: today's policy, which older sessions keep too.
#[derive(Debug, Clone, Copy)]
pub struct Oldest {
    /// The beginning of one that is not remembered.
    pub begun: Timestamp,
    /// The last use of one that is not remembered.
    pub used: Timestamp,
    /// The beginning of a remembered one.
    pub remembered: Timestamp,
}

/// The live accounts of a browser, most recently used first.
pub async fn of_browser(
    on: &impl Reader,
    browser: &BrowserId,
    oldest: Oldest,
    now: Timestamp,
) -> Result<Vec<AccountSession>, StoreError> {
    const SQL: &str = "SELECT s.id, s.user_id, COALESCE(u.name, u.username), COALESCE(u.email, u.username), \
            s.auth_time, s.amr, s.last_seen_at \
        FROM account_sessions s JOIN users u ON u.id = s.user_id \
        WHERE s.browser_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.idle_expires_at > $2 \
            AND ((s.remembered AND s.created_at > $3) \
                OR (NOT s.remembered AND s.created_at > $4 AND s.last_seen_at > $5)) \
            AND u.status = 'active' ORDER BY s.last_seen_at DESC, s.id DESC";
    let values = [
        browser.as_str().into(),
        now.as_micros().into(),
        oldest.remembered.as_micros().into(),
        oldest.begun.as_micros().into(),
        oldest.used.as_micros().into(),
    ];
    let mut accounts = Vec::new();
    for row in all(on, SQL, values).await? {
        accounts.push(AccountSession {
            id: row
                .try_get_by_index::<String>(0)?
                .parse()
                .map_err(|_| corrupt("id"))?,
            user_id: row
                .try_get_by_index::<String>(1)?
                .parse()
                .map_err(|_| corrupt("user_id"))?,
            name: row.try_get_by_index(2)?,
            address: row.try_get_by_index(3)?,
            auth_time: Timestamp::from_micros(row.try_get_by_index(4)?),
            amr: serde_json::from_str(&row.try_get_by_index::<String>(5)?).map_err(|_| corrupt("amr"))?,
            last_seen_at: Timestamp::from_micros(row.try_get_by_index(6)?),
        });
    }
    Ok(accounts)
}

/// Notes that a session was used, and pushes its idle end.
pub async fn touch(
    on: &impl Reader,
    id: &SessionId,
    now: Timestamp,
    idle_expires_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE account_sessions SET last_seen_at = $1, \
        idle_expires_at = CASE WHEN remembered OR expires_at < $2 THEN expires_at ELSE $2 END \
        WHERE id = $3 AND ended_at IS NULL";
    run(
        on,
        SQL,
        [
            now.as_micros().into(),
            idle_expires_at.as_micros().into(),
            id.as_str().into(),
        ],
    )
    .await
    .map(|_| ())
}

/// Ends a session and gives its person. One conditional statement: `None` when it had ended already or does not exist.
pub async fn end(
    tx: &Tx,
    id: &SessionId,
    reason: &'static str,
    now: Timestamp,
) -> Result<Option<UserId>, StoreError> {
    const SQL: &str = "UPDATE account_sessions SET ended_at = $1, end_reason = $2 \
        WHERE id = $3 AND ended_at IS NULL RETURNING user_id";
    let values = [now.as_micros().into(), reason.into(), id.as_str().into()];
    let Some(row) = one(tx, SQL, values).await? else {
        return Ok(None);
    };
    let user: String = row.try_get_by_index(0)?;
    user.parse().map(Some).map_err(|_| corrupt("user_id"))
}

/// Ends every live session of a person, but for `except`; gives their number.
pub async fn end_of_user(
    tx: &Tx,
    user: &UserId,
    except: Option<&SessionId>,
    reason: &'static str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE account_sessions SET ended_at = $1, end_reason = $2 \
        WHERE user_id = $3 AND id <> $4 AND ended_at IS NULL";
    let except = except.map_or("", SessionId::as_str);
    run(
        tx,
        SQL,
        [
            now.as_micros().into(),
            reason.into(),
            user.as_str().into(),
            except.into(),
        ],
    )
    .await
}

/// Whose session it is, and whether it is still live.
pub async fn owner(
    on: &impl Reader,
    id: &SessionId,
    now: Timestamp,
) -> Result<Option<(UserId, bool)>, StoreError> {
    const SQL: &str = "SELECT user_id, ended_at, expires_at FROM account_sessions WHERE id = $1";
    let Some(row) = one(on, SQL, [id.as_str().into()]).await? else {
        return Ok(None);
    };
    let user: String = row.try_get_by_index(0)?;
    let ended: Option<i64> = row.try_get_by_index(1)?;
    let expires: i64 = row.try_get_by_index(2)?;
    let live = ended.is_none() && expires > now.as_micros();
    Ok(Some((user.parse().map_err(|_| corrupt("user_id"))?, live)))
}

/// Which sessions a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Only this person's.
    pub user: Option<UserId>,
    /// Only live ones.
    pub live: bool,
}

const SORT_KEYS: &[SortKey<account_sessions::Entity>] = &[SortKey {
    name: "created",
    column: account_sessions::Column::CreatedAt,
    numeric: true,
    value: |r| r.created_at.to_string(),
}];

/// One page of sessions.
pub async fn list(
    db: &Db,
    filter: &SessionFilter,
    request: &PageRequest,
    now: Timestamp,
) -> Result<Page<SessionView>, StoreError> {
    let mut select = account_sessions::Entity::find();
    if let Some(user) = &filter.user {
        select = select.filter(account_sessions::Column::UserId.eq(user.as_str()));
    }
    if filter.live {
        select = select
            .filter(account_sessions::Column::EndedAt.is_null())
            .filter(account_sessions::Column::ExpiresAt.gt(now.as_micros()))
            .filter(account_sessions::Column::IdleExpiresAt.gt(now.as_micros()));
    }
    let id = (
        account_sessions::Column::Id,
        (|r| r.id.clone()) as fn(&account_sessions::Model) -> String,
    );
    let Page { rows, previous, next } = page::load(db, select, SORT_KEYS, id, request).await?;
    Ok(Page {
        rows: views(db, rows).await?,
        previous,
        next,
    })
}

/// One session, live or ended.
pub async fn find(on: &impl Reader, id: &SessionId) -> Result<Option<SessionView>, StoreError> {
    let row = account_sessions::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?;
    Ok(views(on, row.into_iter().collect()).await?.pop())
}

async fn views(on: &impl Reader, rows: Vec<account_sessions::Model>) -> Result<Vec<SessionView>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let names = users::names(on, rows.iter().map(|r| r.user_id.clone())).await?;
    let mut clients = clients_of(on, &rows).await?;
    rows.into_iter()
        .map(|row| {
            Ok(SessionView {
                user_name: names
                    .get(&row.user_id)
                    .cloned()
                    .unwrap_or_else(|| row.user_id.clone()),
                clients: clients.remove(&row.id).unwrap_or_default(),
                id: row.id.parse().map_err(|_| corrupt("id"))?,
                user_id: row.user_id.parse().map_err(|_| corrupt("user_id"))?,
                origin: Origin {
                    ip: row.ip,
                    user_agent: row.user_agent,
                },
                created_at: Timestamp::from_micros(row.created_at),
                last_seen_at: Timestamp::from_micros(row.last_seen_at),
                expires_at: Timestamp::from_micros(row.expires_at.min(row.idle_expires_at)),
                ended_at: row.ended_at.map(Timestamp::from_micros),
                amr: serde_json::from_str(&row.amr).map_err(|_| corrupt("amr"))?,
            })
        })
        .collect()
}

/// Names of the clients with a live family from each session.
async fn clients_of(
    on: &impl Reader,
    rows: &[account_sessions::Model],
) -> Result<HashMap<String, Vec<String>>, StoreError> {
    use crate::store::entity::families;
    let found = families::Entity::find()
        .filter(families::Column::SessionId.is_in(rows.iter().map(|r| r.id.clone())))
        .filter(families::Column::EndedAt.is_null())
        .all(on.connection())
        .await?;
    let names = crate::store::clients::names(on, found.iter().map(|f| f.client_id.clone())).await?;
    let mut of_session: HashMap<String, Vec<String>> = HashMap::new();
    for family in found {
        let name = names.get(&family.client_id).cloned().unwrap_or(family.client_id);
        let list = of_session
            .entry(family.session_id.unwrap_or_default())
            .or_default();
        if !list.contains(&name) {
            list.push(name);
        }
    }
    Ok(of_session)
}

/// How many sessions are live.
pub async fn count_live(on: &impl Reader, now: Timestamp) -> Result<u64, StoreError> {
    Ok(account_sessions::Entity::find()
        .filter(account_sessions::Column::EndedAt.is_null())
        .filter(account_sessions::Column::ExpiresAt.gt(now.as_micros()))
        .filter(account_sessions::Column::IdleExpiresAt.gt(now.as_micros()))
        .count(on.connection())
        .await?)
}

/// The ids of a person's live sessions.
pub async fn live_of_user(
    on: &impl Reader,
    user: &UserId,
    now: Timestamp,
) -> Result<Vec<SessionId>, StoreError> {
    const SQL: &str =
        "SELECT id FROM account_sessions WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2";
    let rows = all(on, SQL, [user.as_str().into(), now.as_micros().into()]).await?;
    rows.iter()
        .map(|r| {
            r.try_get_by_index::<String>(0)?
                .parse()
                .map_err(|_| corrupt("id"))
        })
        .collect()
}
