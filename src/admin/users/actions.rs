//! What can be done to a person: disable, enable, sign out, give a reset link, delete.

use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::listing::counted;
use crate::admin::question::Question;
use crate::admin::users::SECTION;
use crate::admin::users::WRITE;
use crate::admin::users::create;
use crate::admin::users::frame;
use crate::domain::id::UserId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::user::User;
use crate::domain::user::UserStatus;
use crate::error::PageError;
use crate::ops;
use crate::ops::users::Changed;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::redirect;

/// Said where the last person who can manage people would be lost.
pub(super) const LAST_ADMIN: &str =
    "This is the last active user who can manage users. Give another one that permission first.";

/// The questions of the page's head.
pub(super) fn questions(user: &User, sessions: u64) -> Vec<Question> {
    let switch = if user.status == UserStatus::Active {
        disable_question(user, sessions)
    } else {
        enable_question(user)
    };
    vec![reset_question(user), switch, delete_question(user)]
}

fn disable_question(user: &User, sessions: u64) -> Question {
    Question {
        id: "disable",
        opener: "Disable…",
        title: format!("Disable {}?", user.display_name()),
        text: format!(
            "{} end and every token stops working. The user cannot sign in until enabled again.",
            counted(sessions, "live session")
        ),
        action: format!("{}/disable", link::user(&user.id)),
        verb: "Disable user",
        ..Question::default()
    }
}

fn enable_question(user: &User) -> Question {
    Question {
        id: "enable",
        opener: "Enable…",
        title: format!("Enable {}?", user.display_name()),
        text: "The user can sign in again. Sessions and tokens from before stay ended.".to_owned(),
        action: format!("{}/enable", link::user(&user.id)),
        verb: "Enable user",
        harmless: true,
        ..Question::default()
    }
}

fn reset_question(user: &User) -> Question {
    Question {
        id: "reset-link",
        opener: "Reset link…",
        title: format!("Make a reset link for {}?", user.display_name()),
        text: "Whoever has the link can choose a new password, once. Links made before stop working."
            .to_owned(),
        action: format!("{}/reset-link", link::user(&user.id)),
        verb: "Make reset link",
        harmless: true,
        ..Question::default()
    }
}

fn delete_question(user: &User) -> Question {
    Question {
        id: "delete",
        opener: "Delete…",
        title: format!("Delete {}?", user.display_name()),
        text: "The account, its sessions, tokens and consents are deleted. This cannot be undone. The audit log keeps \
               what the user did."
            .to_owned(),
        action: format!("{}/delete", link::user(&user.id)),
        verb: "Delete user",
        type_this: user.username.clone(),
        ..Question::default()
    }
}

fn sign_out_question(user: &User, sessions: u64) -> Question {
    Question {
        id: "end-all",
        opener: "End all sessions…",
        title: format!("Sign {} out everywhere?", user.display_name()),
        text: format!(
            "{} end, and every token that came from them stops working.",
            counted(sessions, "live session")
        ),
        action: format!("{}/sessions/end", link::user(&user.id)),
        verb: "End all sessions",
        ..Question::default()
    }
}

/// Asks before every session of a person ends.
pub(super) async fn end_all_question(admin: &Admin, user: &User) -> Result<Question, PageError> {
    let live = store::sessions::live_of_user(&admin.ops().db, &user.id, admin.now()).await?;
    Ok(sign_out_question(user, live.len() as u64))
}

async fn allowed(admin: &Admin, id: &UserId) -> Result<User, PageError> {
    admin.require(WRITE)?;
    let user = frame::find(admin, id).await?;
    admin.require_over(id).await?;
    Ok(user)
}

fn back(user: &User) -> (&'static str, String) {
    ("Back to the user", link::user(&user.id))
}

/// `GET /admin/users/{id}/disable`.
pub(super) async fn ask_disable(mut admin: Admin, Path(id): Path<UserId>) -> Result<Response, PageError> {
    let user = allowed(&admin, &id).await?;
    let live = store::sessions::live_of_user(&admin.ops().db, &id, admin.now()).await?;
    disable_question(&user, live.len() as u64)
        .page(&mut admin, back(&user))
        .await
}

/// `POST /admin/users/{id}/disable`.
pub(super) async fn disable(
    admin: Admin,
    Path(id): Path<UserId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    set_status(admin, &id, UserStatus::Disabled, "User disabled.").await
}

/// `GET /admin/users/{id}/enable`.
pub(super) async fn ask_enable(mut admin: Admin, Path(id): Path<UserId>) -> Result<Response, PageError> {
    let user = allowed(&admin, &id).await?;
    enable_question(&user).page(&mut admin, back(&user)).await
}

/// `POST /admin/users/{id}/enable`.
pub(super) async fn enable(
    admin: Admin,
    Path(id): Path<UserId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    set_status(admin, &id, UserStatus::Active, "User enabled.").await
}

async fn set_status(
    mut admin: Admin,
    id: &UserId,
    status: UserStatus,
    said: &str,
) -> Result<Response, PageError> {
    allowed(&admin, id).await?;
    let (level, text) = match ops::users::set_status(admin.ops(), &admin.context(), id, status).await? {
        Changed::Done => ("ok", said),
        Changed::Unchanged => ("info", "Nothing to change: the user was in that state already."),
        Changed::LastAdmin => ("bad", LAST_ADMIN),
    };
    admin.done(level, text, &link::user(id)).await
}

/// `GET /admin/users/{id}/reset-link`.
pub(super) async fn ask_reset_link(mut admin: Admin, Path(id): Path<UserId>) -> Result<Response, PageError> {
    let user = allowed(&admin, &id).await?;
    reset_question(&user).page(&mut admin, back(&user)).await
}

/// `POST /admin/users/{id}/reset-link`.
pub(super) async fn reset_link(
    mut admin: Admin,
    Path(id): Path<UserId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    allowed(&admin, &id).await?;
    create::give_link(&mut admin, &id, "Reset link made.").await?;
    Ok(redirect::to_own_page(&link::user(&id)))
}

/// `GET /admin/users/{id}/delete`.
pub(super) async fn ask_delete(mut admin: Admin, Path(id): Path<UserId>) -> Result<Response, PageError> {
    let user = allowed(&admin, &id).await?;
    delete_question(&user).page(&mut admin, back(&user)).await
}

/// `POST /admin/users/{id}/delete`.
pub(super) async fn delete(
    mut admin: Admin,
    Path(id): Path<UserId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    let user = allowed(&admin, &id).await?;
    if let Some(again) = delete_question(&user)
        .check(&mut admin, &form, back(&user))
        .await?
    {
        return Ok(again);
    }
    match ops::users::delete(admin.ops(), &admin.context(), &id).await? {
        Changed::LastAdmin => admin.done("bad", LAST_ADMIN, &link::user(&id)).await,
        Changed::Done | Changed::Unchanged => admin.done("ok", "User deleted.", SECTION.path).await,
    }
}

/// `GET /admin/users/{id}/sessions/end`.
pub(super) async fn ask_sign_out(mut admin: Admin, Path(id): Path<UserId>) -> Result<Response, PageError> {
    admin.require(Permission::write(Area::Sessions))?;
    let user = frame::find(&admin, &id).await?;
    end_all_question(&admin, &user)
        .await?
        .page(&mut admin, back(&user))
        .await
}

/// `POST /admin/users/{id}/sessions/end`.
pub(super) async fn sign_out(
    mut admin: Admin,
    Path(id): Path<UserId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(Permission::write(Area::Sessions))?;
    frame::find(&admin, &id).await?;
    let count = ops::sessions::end_all(admin.ops(), &admin.context(), &id, None).await?;
    admin
        .done(
            "ok",
            format!("{} ended.", counted(count, "session")),
            &format!("{}/sessions", link::user(&id)),
        )
        .await
}
