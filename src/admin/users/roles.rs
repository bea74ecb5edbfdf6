//! The tab for roles and groups: direct ones, and those that a group brings.

use askama::Template;
use askama_web::WebTemplate;
use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::users::WRITE;
use crate::admin::users::actions::LAST_ADMIN;
use crate::admin::users::frame;
use crate::admin::users::frame::Frame;
use crate::admin::users::list;
use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::role::Group;
use crate::domain::role::RoleOfUser;
use crate::error::PageError;
use crate::ops;
use crate::ops::roles::Assigned;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::path::PathPair;
use crate::web::shell::Shell;

#[derive(Template, WebTemplate)]
#[template(path = "admin/users/roles.html")]
pub(super) struct RolesPage {
    shell: Shell,
    frame: Frame,
    roles: Vec<RoleOfUser>,
    groups: Vec<Group>,
    role_options: Vec<(String, String)>,
    group_options: Vec<(String, String)>,
}

/// `GET /admin/users/{id}/roles`.
pub(super) async fn page(mut admin: Admin, Path(id): Path<UserId>) -> Result<RolesPage, PageError> {
    let frame = frame::frame(&admin, &id, "/roles").await?;
    let shell = admin
        .shell(format!("Roles of {}", frame.user.display_name()))
        .await?;
    let db = &admin.ops().db;
    let roles = store::roles::of_user(db, &id).await?;
    let groups = store::groups::of_user(db, &id).await?;
    let mut other_roles = store::roles::list(db).await?;
    other_roles.retain(|role| !roles.iter().any(|r| r.direct && r.role.id == role.id));
    let mut other_groups = store::groups::list(db).await?;
    other_groups.retain(|group| !groups.iter().any(|g| g.id == group.id));
    Ok(RolesPage {
        role_options: list::role_options(&other_roles),
        group_options: list::group_options(&other_groups),
        roles,
        groups,
        frame,
        shell,
    })
}

async fn said(mut admin: Admin, id: &UserId, outcome: Assigned, done: &str) -> Result<Response, PageError> {
    let (level, text) = match outcome {
        Assigned::Done => ("ok", done),
        Assigned::Unchanged => ("info", "Nothing to change: it was so already."),
        Assigned::LastAdmin => ("bad", LAST_ADMIN),
        Assigned::Missing => return Err(PageError::not_found()),
    };
    admin
        .done(level, text, &format!("{}/roles", link::user(id)))
        .await
}

async fn allowed(admin: &Admin, id: &UserId) -> Result<(), PageError> {
    admin.require(WRITE)?;
    admin.require_over(id).await
}

/// `POST /admin/users/{id}/roles/add`.
pub(super) async fn add_role(
    admin: Admin,
    Path(id): Path<UserId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    allowed(&admin, &id).await?;
    let role: RoleId = form.text("role").parse().map_err(|_| PageError::not_found())?;
    admin.require_role(&role).await?;
    let outcome = ops::roles::assign(admin.ops(), &admin.context(), &id, &role).await?;
    said(admin, &id, outcome, "Role added.").await
}

/// `POST /admin/users/{id}/roles/{role}/remove`.
pub(super) async fn remove_role(
    admin: Admin,
    PathPair(id, role): PathPair<UserId, RoleId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    allowed(&admin, &id).await?;
    let outcome = ops::roles::unassign(admin.ops(), &admin.context(), &id, &role).await?;
    said(admin, &id, outcome, "Role removed.").await
}

/// `POST /admin/users/{id}/groups/add`.
pub(super) async fn add_group(
    admin: Admin,
    Path(id): Path<UserId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    allowed(&admin, &id).await?;
    let group: GroupId = form.text("group").parse().map_err(|_| PageError::not_found())?;
    for role in store::roles::of_group(&admin.ops().db, &group).await? {
        admin.require_role(&role.id).await?;
    }
    let outcome = ops::groups::add_member(admin.ops(), &admin.context(), &group, &id).await?;
    said(admin, &id, outcome, "Added to the group.").await
}

/// `POST /admin/users/{id}/groups/{group}/remove`.
pub(super) async fn remove_group(
    admin: Admin,
    PathPair(id, group): PathPair<UserId, GroupId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    allowed(&admin, &id).await?;
    let outcome = ops::groups::remove_member(admin.ops(), &admin.context(), &group, &id).await?;
    said(admin, &id, outcome, "Removed from the group.").await
}
