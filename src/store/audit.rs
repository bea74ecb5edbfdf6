//! The audit log, and the figures drawn from it.

use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::Condition;
use sea_orm::EntityTrait as _;
use sea_orm::QueryFilter as _;
use sea_orm::QueryOrder as _;
use sea_orm::QuerySelect as _;

use crate::domain::address::Origin;
use crate::domain::audit::AuditEntry;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::AuditId;
use crate::domain::page::Page;
use crate::domain::page::PageRequest;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::entity::audit_log;
use crate::store::page;
use crate::store::page::SortKey;
use crate::store::users;

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Writes an entry in the transaction of its cause.
pub async fn append(
    tx: &Tx,
    id: &AuditId,
    context: &Context,
    event: AuditEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (actor_kind, actor_id) = context.actor.columns();
    let row = audit_log::ActiveModel {
        id: Set(id.to_string()),
        at: Set(now.as_micros()),
        actor_kind: Set(actor_kind.to_owned()),
        actor_id: Set(actor_id),
        action: Set(event.action.to_owned()),
        subject_kind: Set(event.subject_kind.to_owned()),
        subject_id: Set(event.subject_id),
        client_id: Set(event.client_id.map(|c| c.to_string())),
        ip: Set(some(&context.origin.ip)),
        user_agent: Set(some(&context.origin.user_agent)),
        request_id: Set(context.request_id.as_ref().map(ToString::to_string)),
        reason: Set(event.reason),
        before_json: Set(event.before.map(|v| v.to_string())),
        after_json: Set(event.after.map(|v| v.to_string())),
        expires_at: Set(None),
    };
    audit_log::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Which entries a list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The start of an action: `user.`, `token_family.revoked`.
    pub action: String,
    /// An actor's id.
    pub actor: String,
    /// A subject's id, or one whose entries as actor count too (a person's own page).
    pub subject: String,
    /// A client's id.
    pub client: String,
    /// An address.
    pub ip: String,
    /// From here on.
    pub since: Option<Timestamp>,
    /// Up to here.
    pub until: Option<Timestamp>,
}

const SORT_KEYS: &[SortKey<audit_log::Entity>] = &[SortKey {
    name: "at",
    column: audit_log::Column::At,
    numeric: true,
    value: |r| r.at.to_string(),
}];

/// One page of the log, in the requested direction of time.
pub async fn list(
    db: &Db,
    filter: &AuditFilter,
    request: &PageRequest,
) -> Result<Page<AuditEntry>, StoreError> {
    use audit_log::Column as C;
    let mut all = Condition::all();
    if !filter.action.is_empty() {
        all = all.add(C::Action.like(page::prefix(&filter.action)));
    }
    if !filter.actor.is_empty() {
        all = all.add(C::ActorId.eq(filter.actor.trim()));
    }
    if !filter.subject.is_empty() {
        let subject = filter.subject.trim();
        all = all.add(
            Condition::any()
                .add(C::SubjectId.eq(subject))
                .add(C::ActorId.eq(subject)),
        );
    }
    if !filter.client.is_empty() {
        let client = filter.client.trim();
        all = all.add(
            Condition::any()
                .add(C::ClientId.eq(client))
                .add(C::SubjectId.eq(client)),
        );
    }
    if !filter.ip.is_empty() {
        all = all.add(C::Ip.eq(filter.ip.trim()));
    }
    if let Some(since) = filter.since {
        all = all.add(C::At.gte(since.as_micros()));
    }
    if let Some(until) = filter.until {
        all = all.add(C::At.lt(until.as_micros()));
    }
    let select = audit_log::Entity::find().filter(all);
    let page = page::load(db, select, SORT_KEYS, (C::Id, |r| r.id.clone()), request).await?;
    let Page { rows, previous, next } = page;
    Ok(Page {
        rows: entries(db, rows).await?,
        previous,
        next,
    })
}

/// The latest entries of these actions.
pub async fn latest(on: &impl Reader, actions: &[&str], limit: u64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = audit_log::Entity::find()
        .filter(audit_log::Column::Action.is_in(actions.iter().copied()))
        .order_by_desc(audit_log::Column::At)
        .order_by_desc(audit_log::Column::Id)
        .limit(limit)
        .all(on.connection())
        .await?;
    entries(on, rows).await
}

/// One entry.
pub async fn find(on: &impl Reader, id: &AuditId) -> Result<Option<AuditEntry>, StoreError> {
    let row = audit_log::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?;
    Ok(entries(on, row.into_iter().collect()).await?.pop())
}

async fn entries(on: &impl Reader, rows: Vec<audit_log::Model>) -> Result<Vec<AuditEntry>, StoreError> {
    let people = rows
        .iter()
        .filter(|r| r.actor_kind == "user")
        .filter_map(|r| r.actor_id.clone());
    let names = users::names(on, people.collect::<Vec<_>>()).await?;
    let json = |text: Option<String>| text.and_then(|t| serde_json::from_str(&t).ok());
    rows.into_iter()
        .map(|row| {
            Ok(AuditEntry {
                id: row.id.parse().map_err(|_| StoreError::Corrupt {
                    table: "audit_log",
                    column: "id",
                })?,
                at: Timestamp::from_micros(row.at),
                actor_name: row.actor_id.as_ref().and_then(|id| names.get(id).cloned()),
                actor_kind: row.actor_kind,
                actor_id: row.actor_id,
                action: row.action,
                subject_kind: row.subject_kind,
                subject_id: row.subject_id,
                client_id: row.client_id,
                origin: Origin {
                    ip: row.ip.unwrap_or_default(),
                    user_agent: row.user_agent.unwrap_or_default(),
                },
                request_id: row.request_id,
                reason: row.reason,
                before: json(row.before_json),
                after: json(row.after_json),
            })
        })
        .collect()
}

/// How often `action` happened on each day since `since`: day number (days since 1970, UTC) and count.
pub async fn per_day(
    on: &impl Reader,
    action: &'static str,
    since: Timestamp,
) -> Result<Vec<(i64, i64)>, StoreError> {
    const SQL: &str = "SELECT at / 86400000000, COUNT(*) FROM audit_log WHERE action = $1 AND at >= $2 \
        GROUP BY at / 86400000000 ORDER BY 1";
    let rows = all(on, SQL, [action.into(), since.as_micros().into()]).await?;
    rows.iter()
        .map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?)))
        .collect()
}
