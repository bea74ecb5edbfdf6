//! People, as admins and the command line manage them.

use serde_json::json;

use crate::crypto::random;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::UserId;
use crate::domain::password;
use crate::domain::password::WeakPassword;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::user::InvalidUser;
use crate::domain::user::User;
use crate::domain::user::UserInput;
use crate::domain::user::UserStatus;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::logout;
use crate::ops::sessions;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;

/// What became of a request to save a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveUser {
    /// Saved.
    Saved(UserId),
    /// Fields that break a rule.
    Invalid(Vec<InvalidUser>),
    /// `username` or `email` belongs to somebody else.
    Taken(&'static str),
    /// The password is too weak.
    Weak(WeakPassword),
    /// There is no such person.
    Missing,
}

/// Checks a new password of this person.
pub fn check_password(ops: &Ops, input: &UserInput, password: &str) -> Result<(), WeakPassword> {
    let context = [
        input.username.as_str(),
        input.email.as_deref().unwrap_or(""),
        input.name.as_deref().unwrap_or(""),
        ops.config.branding.product_name.as_str(),
    ];
    password::check(password, ops.config.login.password_min_length, &context)
}

/// What a person's fields are now, as an input.
pub fn as_input(user: &User) -> UserInput {
    UserInput {
        username: user.username.clone(),
        email: user.email.clone(),
        email_verified: user.email_verified,
        name: user.name.clone(),
        profile: user.profile.clone(),
    }
}

/// Creates a person.
pub async fn create(
    ops: &Ops,
    context: &Context,
    input: UserInput,
    password: Option<Secret<String>>,
) -> Result<SaveUser, Failure> {
    let input = input.trimmed();
    let problems = input.problems();
    if !problems.is_empty() {
        return Ok(SaveUser::Invalid(problems));
    }
    let hash = match password {
        Some(password) => {
            if let Err(weak) = check_password(ops, &input, password.expose()) {
                return Ok(SaveUser::Weak(weak));
            }
            Some(ops.passwords.hash(password).await?)
        }
        None => None,
    };
    let now = ops.now();
    let id = UserId::from_bits(random::id_bits(now));
    let tx = ops.db.begin().await?;
    let new = NewUser {
        id: &id,
        input: &input,
        hash,
    };
    match insert(ops, &tx, context, new, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict(field)) => return Ok(SaveUser::Taken(field)),
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    Ok(SaveUser::Saved(id))
}

/// A person about to be written.
pub(in crate::ops) struct NewUser<'a> {
    /// The new id.
    pub(in crate::ops) id: &'a UserId,
    /// Checked.
    pub(in crate::ops) input: &'a UserInput,
    /// The password's hash.
    pub(in crate::ops) hash: Option<String>,
}

/// Writes a person and the audit entry, in the caller's transaction.
pub(in crate::ops) async fn insert(
    ops: &Ops,
    tx: &Tx,
    context: &Context,
    new: NewUser<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let NewUser { id, input, hash } = new;
    store::users::insert(tx, id, input, hash, now).await?;
    let event = AuditEvent::new("user.created", "user", id.as_str()).after(json!(input));
    ops.audit(tx, context, event, now).await
}

/// Changes a person.
pub async fn update(
    ops: &Ops,
    context: &Context,
    id: &UserId,
    input: UserInput,
) -> Result<SaveUser, Failure> {
    let input = input.trimmed();
    let problems = input.problems();
    if !problems.is_empty() {
        return Ok(SaveUser::Invalid(problems));
    }
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::users::find(&tx, id).await? else {
        return Ok(SaveUser::Missing);
    };
    match store::users::update(&tx, id, &input, now).await {
        Ok(_) => {}
        Err(StoreError::Conflict(field)) => return Ok(SaveUser::Taken(field)),
        Err(error) => return Err(error.into()),
    }
    let event = AuditEvent::new("user.updated", "user", id.as_str())
        .before(json!(as_input(&before)))
        .after(json!(input));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(SaveUser::Saved(id.clone()))
}

/// What became of a change of status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Done.
    Done,
    /// It was so already, or there is no such person.
    Unchanged,
    /// It would leave nobody who can manage people.
    LastAdmin,
}

/// Disables or enables a person. Disabling ends their sessions and tokens at once.
pub async fn set_status(
    ops: &Ops,
    context: &Context,
    id: &UserId,
    status: UserStatus,
) -> Result<Changed, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let disabling = status == UserStatus::Disabled;
    if disabling && is_last_admin(&tx, id).await? {
        return Ok(Changed::LastAdmin);
    }
    if !store::users::set_status(&tx, id, status, now).await? {
        return Ok(Changed::Unchanged);
    }
    if disabling {
        store::families::end_of_user(&tx, id, EndReason::UserDisabled, now).await?;
        sessions::end_of_user(ops, &tx, id, None, "user_disabled").await?;
    }
    let action = if disabling {
        "user.disabled"
    } else {
        "user.enabled"
    };
    ops.audit(&tx, context, AuditEvent::new(action, "user", id.as_str()), now)
        .await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

/// Deletes a person and everything that belongs to them; the audit log keeps what they did.
pub async fn delete(ops: &Ops, context: &Context, id: &UserId) -> Result<Changed, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::users::find(&tx, id).await? else {
        return Ok(Changed::Unchanged);
    };
    if is_last_admin(&tx, id).await? {
        return Ok(Changed::LastAdmin);
    }
    logout::queue_all(ops, &tx, id, None, now).await?;
    if !store::users::delete(&tx, id).await? {
        return Ok(Changed::Unchanged);
    }
    let event = AuditEvent::new("user.deleted", "user", id.as_str()).before(json!(as_input(&before)));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

/// Whether nobody else could manage people without this person.
pub(in crate::ops) async fn is_last_admin(tx: &Tx, id: &UserId) -> Result<bool, StoreError> {
    let wanted = Permission::write(Area::Users);
    let is_admin = store::roles::permissions(tx, id).await?.allow(wanted);
    Ok(is_admin && store::roles::others_with_permission(tx, &wanted.to_string(), id).await? == 0)
}

/// Sets a password on behalf of an operator. Ends the person's sessions and tokens.
pub async fn set_password(
    ops: &Ops,
    context: &Context,
    id: &UserId,
    password: Secret<String>,
) -> Result<SaveUser, Failure> {
    let Some(user) = store::users::find(&ops.db, id).await? else {
        return Ok(SaveUser::Missing);
    };
    if let Err(weak) = check_password(ops, &as_input(&user), password.expose()) {
        return Ok(SaveUser::Weak(weak));
    }
    let hash = ops.passwords.hash(password).await?;
    let now = ops.now();
    let tx = ops.db.begin().await?;
    replace_password(ops, &tx, context, id, &hash, now).await?;
    sessions::end_of_user(ops, &tx, id, None, "password_changed").await?;
    store::families::end_of_user(&tx, id, EndReason::PasswordChanged, now).await?;
    tx.commit().await?;
    Ok(SaveUser::Saved(id.clone()))
}

/// Writes a password and the audit entry, in the caller's transaction. Every unused reset link becomes worthless.
pub(in crate::ops) async fn replace_password(
    ops: &Ops,
    tx: &Tx,
    context: &Context,
    id: &UserId,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    store::users::set_password(tx, id, hash, now).await?;
    store::links::void(tx, store::links::Purpose::PasswordReset, Some(id), now).await?;
    ops.audit(
        tx,
        context,
        AuditEvent::new("user.password_changed", "user", id.as_str()),
        now,
    )
    .await
}
