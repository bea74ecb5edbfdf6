//! What people do with their own account.

use crate::crypto::password_hash::Check;
use crate::domain::audit::Context;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::password::WeakPassword;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::mails;
use crate::ops::sessions;
use crate::ops::users;
use crate::store;

/// What became of a wish for a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangePassword {
    /// Changed; this many other sessions have ended.
    Done(u64),
    /// The current password is not that.
    WrongCurrent,
    /// The new one is too weak.
    Weak(WeakPassword),
    /// Too many wrong current passwords; try again then.
    Throttled(Timestamp),
}

/// Changes one's own password. Every other session and everything issued for it ends.
pub async fn change_password(
    ops: &Ops,
    context: &Context,
    user: &UserId,
    session: &SessionId,
    current: Secret<String>,
    new: Secret<String>,
) -> Result<ChangePassword, Failure> {
    let now = ops.now();
    let bucket = format!("change-password {user}");
    let limit = i64::from(ops.config.login.account_failures);
    if let Some((failures, until)) = store::throttle::failures(&ops.db, &bucket, now).await?
        && failures >= limit
    {
        return Ok(ChangePassword::Throttled(until));
    }
    let stored = store::users::password_hash(&ops.db, user).await?;
    if matches!(ops.passwords.check(current, stored).await?, Check::Wrong) {
        store::throttle::fail(&ops.db, &bucket, now, now + ops.config.login.account_window).await?;
        return Ok(ChangePassword::WrongCurrent);
    }
    let Some(known) = store::users::find(&ops.db, user).await? else {
        return Ok(ChangePassword::WrongCurrent);
    };
    if let Err(weak) = users::check_password(ops, &users::as_input(&known), new.expose()) {
        return Ok(ChangePassword::Weak(weak));
    }
    let hash = ops.passwords.hash(new).await?;
    let tx = ops.db.begin().await?;
    users::replace_password(ops, &tx, context, user, &hash, now).await?;
    for other in store::sessions::live_of_user(&tx, user, now)
        .await?
        .iter()
        .filter(|s| *s != session)
    {
        store::families::end_of_session(&tx, other, true, now).await?;
    }
    let reason = EndReason::PasswordChanged.as_str();
    let ended = sessions::end_of_user(ops, &tx, user, Some(session), reason).await?;
    mails::queue_password_changed(ops, &tx, &known, now).await?;
    tx.commit().await?;
    Ok(ChangePassword::Done(ended))
}
