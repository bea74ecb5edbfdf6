//! One entry of the audit log.

use askama::Template;
use askama_web::WebTemplate;
use serde_json::json;

use crate::admin::audit::diff;
use crate::admin::audit::diff::Change;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::view;
use crate::domain::audit::AuditEntry;
use crate::domain::id::AuditId;
use crate::error::PageError;
use crate::store;
use crate::web::path::Path;
use crate::web::shell::Shell;
use crate::web::when::When;

#[derive(Template, WebTemplate)]
#[template(path = "admin/audit_entry.html")]
pub(super) struct EntryPage {
    shell: Shell,
    entry: AuditEntry,
    what: String,
    at: When,
    actor: String,
    actor_href: Option<String>,
    subject_href: Option<String>,
    client_href: Option<String>,
    changes: Vec<Change>,
    json: String,
}

/// `GET /admin/audit/{id}`.
pub(super) async fn page(mut admin: Admin, Path(id): Path<AuditId>) -> Result<EntryPage, PageError> {
    let entry = store::audit::find(&admin.ops().db, &id)
        .await?
        .ok_or_else(PageError::not_found)?;
    let what = view::action(&entry.action);
    let (actor, actor_href) = view::actor(&entry);
    Ok(EntryPage {
        shell: admin.shell(what.clone()).await?,
        what,
        at: When::exact(entry.at),
        actor,
        actor_href,
        subject_href: view::subject_href(&entry),
        client_href: entry.client_id.as_ref().map(link::client),
        changes: diff::changes(entry.before.as_ref(), entry.after.as_ref()),
        json: serde_json::to_string_pretty(&raw(&entry)).unwrap_or_default(),
        entry,
    })
}

fn raw(entry: &AuditEntry) -> serde_json::Value {
    json!({
        "id": entry.id,
        "at": entry.at.rfc3339(),
        "action": entry.action,
        "actor": { "kind": entry.actor_kind, "id": entry.actor_id },
        "subject": { "kind": entry.subject_kind, "id": entry.subject_id },
        "client_id": entry.client_id,
        "ip": entry.origin.ip,
        "user_agent": entry.origin.user_agent,
        "request_id": entry.request_id,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
    })
}
