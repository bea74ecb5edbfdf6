//! Account sessions: which are live in a browser, and ending them.

use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::BrowserId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::session::AccountSession;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::logout;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::sessions::Oldest;

/// Seconds between two notes that a session is in use: a page costs a read, not a write.
const TOUCH_SECS: i64 = 300;

/// The live accounts of a browser, most recently used first.
pub async fn of_browser(ops: &Ops, browser: &BrowserId) -> Result<Vec<AccountSession>, Failure> {
    let (now, login) = (ops.now(), &ops.config.login);
    let oldest = Oldest {
        begun: now - login.session_absolute_lifetime,
        used: now - login.session_idle_lifetime,
        remembered: now - login.remember_lifetime,
    };
    Ok(store::sessions::of_browser(&ops.db, browser, oldest, now).await?)
}

/// Notes that a session is in use, at most every few minutes.
pub async fn touch(ops: &Ops, session: &AccountSession) -> Result<(), Failure> {
    let now = ops.now();
    if now.secs_since(session.last_seen_at) >= TOUCH_SECS {
        store::sessions::touch(
            &ops.db,
            &session.id,
            now,
            now + ops.config.login.session_idle_lifetime,
        )
        .await?;
    }
    Ok(())
}

/// How a session comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its person signs out of the browser. What was granted for offline access stays.
    SignOut,
    /// Its person or an admin ends it from a list: everything that came from it stops.
    Terminated,
}

/// Ends a session; `false` when it had ended already.
pub async fn end(ops: &Ops, context: &Context, session: &SessionId, ending: Ending) -> Result<bool, Failure> {
    let now = ops.now();
    let (reason, offline_too, action) = match ending {
        Ending::SignOut => ("signed_out", false, "session.signed_out"),
        Ending::Terminated => ("terminated", true, "session.terminated"),
    };
    let tx = ops.db.begin().await?;
    let ended = store::sessions::end(&tx, session, reason, now).await?;
    if let Some(user) = &ended {
        logout::queue(ops, &tx, user, session, now).await?;
        let families = store::families::end_of_session(&tx, session, offline_too, now).await?;
        let event = AuditEvent::new(action, "session", session.as_str())
            .after(serde_json::json!({ "token_families_ended": families }));
        ops.audit(&tx, context, event, now).await?;
    }
    tx.commit().await?;
    Ok(ended.is_some())
}

/// Ends every session of a person but `except`, in the caller's transaction, and tells its clients; gives their number.
pub(in crate::ops) async fn end_of_user(
    ops: &Ops,
    tx: &Tx,
    user: &UserId,
    except: Option<&SessionId>,
    reason: &'static str,
) -> Result<u64, StoreError> {
    let now = ops.now();
    logout::queue_all(ops, tx, user, except, now).await?;
    store::sessions::end_of_user(tx, user, except, reason, now).await
}

/// Ends every session of a person but `except`, and everything that came from them; gives their number.
pub async fn end_all(
    ops: &Ops,
    context: &Context,
    user: &UserId,
    except: Option<&SessionId>,
) -> Result<u64, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let sessions = store::sessions::live_of_user(&tx, user, now).await?;
    for session in sessions.iter().filter(|s| Some(*s) != except) {
        store::families::end_of_session(&tx, session, true, now).await?;
    }
    let count = end_of_user(ops, &tx, user, except, "terminated").await?;
    if count > 0 {
        let event = AuditEvent::new("session.terminated_all", "user", user.as_str())
            .after(serde_json::json!({ "sessions_ended": count }));
        ops.audit(&tx, context, event, now).await?;
    }
    tx.commit().await?;
    Ok(count)
}
