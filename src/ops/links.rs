//! Links that work once: choosing a new password, and making the first admin.

use crate::crypto::random;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::UserId;
use crate::domain::password::WeakPassword;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::user::User;
use crate::domain::user::UserStatus;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::mails;
use crate::ops::sessions;
use crate::ops::users;
use crate::store;
use crate::store::links::Purpose;

/// A link and how long it works.
#[derive(Debug)]
pub struct Link {
    /// The whole URL.
    pub url: Secret<String>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// An admin makes a link with which a person chooses a new password; older ones become worthless.
pub async fn make_reset_link(ops: &Ops, context: &Context, user: &UserId) -> Result<Option<Link>, Failure> {
    let Some(user) = store::users::find(&ops.db, user).await? else {
        return Ok(None);
    };
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let link = new_reset_link(ops, &tx, &user, now).await?;
    ops.audit(
        &tx,
        context,
        AuditEvent::new("user.reset_link_created", "user", user.id.as_str()),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(Some(link))
}

async fn new_reset_link(ops: &Ops, tx: &store::Tx, user: &User, now: Timestamp) -> Result<Link, Failure> {
    let token = random::token();
    let expires_at = now + ops.config.login.reset_link_lifetime;
    store::links::void(tx, Purpose::PasswordReset, Some(&user.id), now).await?;
    let hash = TokenHash::of(&token);
    store::links::insert(tx, &hash, Purpose::PasswordReset, Some(&user.id), now, expires_at).await?;
    let url = format!("{}/reset?token={}", ops.issuer(), token.expose());
    Ok(Link {
        url: Secret::new(url),
        expires_at,
    })
}

/// Somebody has forgotten a password. If the name is an active person's with an address, a link is sent to it; the
/// answer is the same either way.
pub async fn request_reset(ops: &Ops, context: &Context, login: &str) -> Result<(), Failure> {
    let now = ops.now();
    let bucket = format!(
        "forgot {}",
        TokenHash::of(&Secret::new(login.trim().to_lowercase())).as_str()
    );
    if store::throttle::failures(&ops.db, &bucket, now)
        .await?
        .is_some_and(|(count, _)| count >= 3)
    {
        return Ok(());
    }
    store::throttle::fail(&ops.db, &bucket, now, now + ops.config.login.account_window).await?;
    let found = store::users::find_for_sign_in(&ops.db, login)
        .await?
        .map(|c| c.user);
    let Some(user) = found.filter(|u| u.status == UserStatus::Active && u.email.is_some()) else {
        return Ok(());
    };
    let tx = ops.db.begin().await?;
    let link = new_reset_link(ops, &tx, &user, now).await?;
    mails::queue_reset(ops, &tx, &user, &link, now).await?;
    ops.audit(
        &tx,
        context,
        AuditEvent::new("user.reset_requested", "user", user.id.as_str()),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Whose reset link this is, if it can be used.
pub async fn peek_reset(ops: &Ops, token: &Secret<String>) -> Result<Option<User>, Failure> {
    let found = store::links::peek(&ops.db, &TokenHash::of(token), Purpose::PasswordReset, ops.now()).await?;
    match found.flatten() {
        Some(user) => Ok(store::users::find(&ops.db, &user)
            .await?
            .filter(|u| u.status == UserStatus::Active)),
        None => Ok(None),
    }
}

/// What became of a used reset link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reset {
    /// The password is set and every session has ended.
    Done,
    /// The link was used, ran out, or never was.
    Gone,
    /// The password is too weak; the link still works.
    Weak(WeakPassword),
}

/// Uses a reset link.
pub async fn complete_reset(
    ops: &Ops,
    context: &Context,
    token: &Secret<String>,
    password: Secret<String>,
) -> Result<Reset, Failure> {
    let Some(user) = peek_reset(ops, token).await? else {
        return Ok(Reset::Gone);
    };
    if let Err(weak) = users::check_password(ops, &users::as_input(&user), password.expose()) {
        return Ok(Reset::Weak(weak));
    }
    let hash = ops.passwords.hash(password).await?;
    let now = ops.now();
    let tx = ops.db.begin().await?;
    if !store::links::consume(&tx, &TokenHash::of(token), Purpose::PasswordReset, now).await? {
        return Ok(Reset::Gone);
    }
    users::replace_password(ops, &tx, context, &user.id, &hash, now).await?;
    sessions::end_of_user(ops, &tx, &user.id, None, "password_changed").await?;
    store::families::end_of_user(&tx, &user.id, EndReason::PasswordChanged, now).await?;
    mails::queue_password_changed(ops, &tx, &user, now).await?;
    tx.commit().await?;
    Ok(Reset::Done)
}
