//! Rows that several pages show: sessions, families and events, in words.

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::domain::audit::AuditEntry;
use crate::domain::permission::Area;
use crate::domain::session::SessionView;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::token_family::FamilyState;
use crate::domain::token_family::FamilyView;
use crate::web::when::When;

/// A session in a list.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its page.
    pub href: String,
    /// Whose it is.
    pub user: String,
    /// Their page.
    pub user_href: String,
    /// "Firefox on Linux".
    pub device: String,
    /// The address.
    pub ip: String,
    /// Clients with a live family from it.
    pub clients: String,
    /// When it began.
    pub started: When,
    /// When it was last used.
    pub last_active: When,
    /// Class of the badge.
    pub kind: &'static str,
    /// "Live", "Ended", "Expired".
    pub state: &'static str,
    /// Where to end it, for who may.
    pub end: Option<String>,
}

/// A row of a session; `back` is where its end leads to.
pub fn session(admin: &Admin, view: &SessionView, back: &str) -> SessionRow {
    let now = admin.now();
    let (kind, state) = session_state(view, now);
    let may_end = state == "Live" && admin.may_write(Area::Sessions);
    let href = link::session(&view.id);
    SessionRow {
        end: may_end.then(|| format!("{href}/end?return={}", link::encode(back))),
        href,
        user: view.user_name.clone(),
        user_href: link::user(&view.user_id),
        device: view.origin.device(),
        ip: view.origin.ip.clone(),
        clients: if view.clients.is_empty() {
            "none".to_owned()
        } else {
            view.clients.join(", ")
        },
        started: When::ago(view.created_at, now),
        last_active: When::ago(view.last_seen_at, now),
        kind,
        state,
    }
}

/// Class and words for how a session stands.
pub fn session_state(view: &SessionView, now: Timestamp) -> (&'static str, &'static str) {
    match view.ended_at {
        Some(_) => ("", "Ended"),
        None if view.expires_at <= now => ("", "Expired"),
        None => ("ok", "Live"),
    }
}

/// A refresh-token family in a list.
#[derive(Debug, Clone)]
pub struct FamilyRow {
    /// Its page.
    pub href: String,
    /// The id, cut for a table.
    pub short: String,
    /// The person.
    pub user: String,
    /// Their page.
    pub user_href: String,
    /// The client.
    pub client: String,
    /// Its page.
    pub client_href: String,
    /// Class of the badge.
    pub kind: &'static str,
    /// "Active", "Ended: reuse detected".
    pub state: String,
    /// How many refresh tokens it has had.
    pub generation: i64,
    /// When it began.
    pub started: When,
    /// The last rotation.
    pub last_used: When,
    /// Where to revoke it, for who may.
    pub revoke: Option<String>,
}

/// A row of a family; `back` is where its revocation leads to.
pub fn family(admin: &Admin, view: &FamilyView, back: &str) -> FamilyRow {
    let now = admin.now();
    let (kind, state) = family_state(view.state);
    let href = link::family(&view.id);
    let may_revoke = view.state == FamilyState::Active && admin.may_write(Area::Tokens);
    FamilyRow {
        revoke: may_revoke.then(|| format!("{href}/revoke?return={}", link::encode(back))),
        href,
        short: short(view.id.as_str()),
        user: view.user_name.clone(),
        user_href: link::user(&view.user_id),
        client: view.client_name.clone(),
        client_href: link::client(&view.client_id),
        kind,
        state,
        generation: view.generation,
        started: When::ago(view.created_at, now),
        last_used: When::ago(view.last_used_at, now),
    }
}

/// Class and words for how a family stands.
pub fn family_state(state: FamilyState) -> (&'static str, String) {
    match state {
        FamilyState::Active => ("ok", "Active".to_owned()),
        FamilyState::Expired => ("", "Expired".to_owned()),
        FamilyState::Ended(_, reason @ (EndReason::Reuse | EndReason::CodeReuse)) => {
            ("bad", format!("Revoked: {}", reason.words()))
        }
        FamilyState::Ended(_, reason) => ("", format!("Ended: {}", reason.words())),
    }
}

/// An id cut for a table: its last characters tell it apart from its neighbours.
pub fn short(id: &str) -> String {
    match id.split_once('_') {
        Some((prefix, rest)) if rest.len() > 8 => {
            format!("{prefix}_…{}", rest.get(rest.len() - 8..).unwrap_or(rest))
        }
        _ => id.to_owned(),
    }
}

/// An event in a list.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Its page.
    pub href: String,
    /// When.
    pub at: When,
    /// "User disabled".
    pub what: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// Their page.
    pub actor_href: Option<String>,
    /// To which, cut.
    pub subject: String,
    /// Its page.
    pub subject_href: Option<String>,
    /// From where.
    pub ip: String,
}

/// A row of the audit log.
pub fn event(entry: &AuditEntry, now: Timestamp) -> EventRow {
    let (actor, actor_href) = actor(entry);
    EventRow {
        href: format!("/admin/audit/{}", entry.id),
        at: When::ago(entry.at, now),
        what: action(&entry.action),
        reason: entry.reason.as_deref().map(reason).unwrap_or_default(),
        actor,
        actor_href,
        subject: short(&entry.subject_id),
        subject_href: subject_href(entry),
        ip: entry.origin.ip.clone(),
    }
}

/// Who acted, and their page.
pub fn actor(entry: &AuditEntry) -> (String, Option<String>) {
    let id = entry.actor_id.clone().unwrap_or_default();
    match entry.actor_kind.as_str() {
        "user" => match &entry.actor_name {
            Some(name) => (name.clone(), Some(format!("/admin/users/{id}"))),
            None => (short(&id), None),
        },
        "client" => (format!("client {id}"), Some(link::client(&id))),
        "cli" => ("command line".to_owned(), None),
        "job" => (format!("job {id}"), None),
        _ => ("Gatepost".to_owned(), None),
    }
}

/// The page of an event's subject; what was deleted has none.
pub fn subject_href(entry: &AuditEntry) -> Option<String> {
    if entry.action.ends_with(".deleted") {
        return None;
    }
    match entry.subject_kind.as_str() {
        "client" => Some(link::client(&entry.subject_id)),
        "signing_key" => Some("/admin/keys".to_owned()),
        _ => link::of_id(&entry.subject_id),
    }
}

/// `user.sign_in_failed` as words: "User sign in failed".
pub fn action(action: &str) -> String {
    let known = match action {
        "user.signed_in" => "Signed in",
        "user.sign_in_failed" => "Sign-in failed",
        "user.reset_link_created" => "Reset link made",
        "user.reset_requested" => "Password reset requested",
        "token_family.revoked" => "Token family revoked",
        "token_family.revoked_all" => "Token families revoked",
        "session.terminated_all" => "All sessions ended",
        "session.terminated" => "Session ended",
        "session.signed_out" => "Signed out",
        "group.member_added" => "Added to group",
        "group.member_removed" => "Removed from group",
        _ => "",
    };
    if known.is_empty() {
        capital(&action.replace(['.', '_'], " "))
    } else {
        known.to_owned()
    }
}

fn reason(code: &str) -> String {
    EndReason::parse(code).map_or_else(|| code.replace('_', " "), |r| r.words().to_owned())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(chars)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_and_ids_read_like_words() {
        assert_eq!(action("user.sign_in_failed"), "Sign-in failed");
        assert_eq!(action("client.secret_rotated"), "Client secret rotated");
        assert_eq!(short("fam_01jd0000000000000081d0abcd"), "fam_…81d0abcd");
        assert_eq!(short("ledger-web"), "ledger-web");
    }

    #[test]
    fn only_reuse_is_an_alarm() {
        let at = Timestamp::from_secs(1);
        assert_eq!(family_state(FamilyState::Ended(at, EndReason::Reuse)).0, "bad");
        assert_eq!(
            family_state(FamilyState::Ended(at, EndReason::AdminRevoked)).0,
            ""
        );
    }
}
