//! Revoking one family, or all of a person or a client.

use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::listing::counted;
use crate::admin::question::Question;
use crate::admin::sessions::own_path;
use crate::admin::view;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::id::UserId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::token_family::EndReason;
use crate::domain::token_family::FamilyView;
use crate::error::PageError;
use crate::ops;
use crate::ops::tokens::FamiliesOf;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;

const WRITE: Permission = Permission::write(Area::Tokens);

/// Asks before one family is revoked.
pub(super) fn question(family: &FamilyView, back: &str) -> Question {
    Question {
        id: "revoke",
        opener: "Revoke family…",
        title: "Revoke this family?".to_owned(),
        text: format!(
            "Every token of {} stops working for {}. They must sign in there again.",
            view::short(family.id.as_str()),
            family.user_name
        ),
        action: format!("{}/revoke", link::family(&family.id)),
        verb: "Revoke family",
        hidden: vec![("return", back.to_owned())],
        ..Question::default()
    }
}

/// Asks before all families of a person are revoked.
pub fn question_user(id: &UserId, name: &str) -> Question {
    Question {
        id: "revoke-user",
        opener: "Revoke all of this user…",
        title: format!("Revoke every token of {name}?"),
        text: format!("Every client of {name} loses its tokens. {name} must sign in again everywhere."),
        action: format!("/admin/families/of-user/{id}/revoke"),
        verb: "Revoke all tokens",
        ..Question::default()
    }
}

/// Asks before all families of a client are revoked.
pub fn question_client(id: &ClientId, name: &str) -> Question {
    Question {
        id: "revoke-client",
        opener: "Revoke all of this client…",
        title: format!("Revoke every token of {name}?"),
        text: format!("Everybody who uses {name} must sign in there again."),
        action: format!("/admin/families/of-client/{}/revoke", link::encode(id.as_str())),
        verb: "Revoke all tokens",
        ..Question::default()
    }
}

async fn find(admin: &Admin, id: &FamilyId) -> Result<FamilyView, PageError> {
    let found = store::families::find(&admin.ops().db, id, admin.now()).await?;
    found.map(|detail| detail.view).ok_or_else(PageError::not_found)
}

/// `GET /admin/families/{id}/revoke`.
pub(super) async fn ask_one(mut admin: Admin, Path(id): Path<FamilyId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let family = find(&admin, &id).await?;
    let back = own_path(admin.query().text("return"), &link::family(&id));
    question(&family, &back).page(&mut admin, ("Back", back)).await
}

/// `POST /admin/families/{id}/revoke`.
pub(super) async fn one(
    mut admin: Admin,
    Path(id): Path<FamilyId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    find(&admin, &id).await?;
    let revoked =
        ops::tokens::revoke_family(admin.ops(), &admin.context(), &id, EndReason::AdminRevoked).await?;
    let text = if revoked {
        "Family revoked."
    } else {
        "The family had ended already."
    };
    admin
        .done("ok", text, &own_path(form.text("return"), &link::family(&id)))
        .await
}

async fn user_name(admin: &Admin, id: &UserId) -> Result<String, PageError> {
    let user = store::users::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)?;
    Ok(user.display_name().to_owned())
}

async fn client_name(admin: &Admin, id: &ClientId) -> Result<String, PageError> {
    let client = store::clients::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)?;
    Ok(client.name().to_owned())
}

/// `GET /admin/families/of-user/{id}/revoke`.
pub(super) async fn ask_user(mut admin: Admin, Path(id): Path<UserId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let name = user_name(&admin, &id).await?;
    question_user(&id, &name)
        .page(&mut admin, ("Back", format!("{}/tokens", link::user(&id))))
        .await
}

/// `POST /admin/families/of-user/{id}/revoke`.
pub(super) async fn user(
    mut admin: Admin,
    Path(id): Path<UserId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    user_name(&admin, &id).await?;
    let whose = FamiliesOf::User(id.clone());
    let count = ops::tokens::revoke_all(admin.ops(), &admin.context(), &whose).await?;
    admin
        .done(
            "ok",
            format!("{} revoked.", families(count)),
            &format!("{}/tokens", link::user(&id)),
        )
        .await
}

/// `GET /admin/families/of-client/{id}/revoke`.
pub(super) async fn ask_client(mut admin: Admin, Path(id): Path<ClientId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let name = client_name(&admin, &id).await?;
    question_client(&id, &name)
        .page(&mut admin, ("Back", format!("{}/tokens", link::client(&id))))
        .await
}

/// `POST /admin/families/of-client/{id}/revoke`.
pub(super) async fn client(
    mut admin: Admin,
    Path(id): Path<ClientId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    client_name(&admin, &id).await?;
    let whose = FamiliesOf::Client(id.clone());
    let count = ops::tokens::revoke_all(admin.ops(), &admin.context(), &whose).await?;
    admin
        .done(
            "ok",
            format!("{} revoked.", families(count)),
            &format!("{}/tokens", link::client(&id)),
        )
        .await
}

fn families(count: u64) -> String {
    if count == 1 {
        "1 family".to_owned()
    } else {
        counted(count, "familie")
    }
}
