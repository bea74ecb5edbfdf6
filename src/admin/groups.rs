//! `/admin/groups`: people with something in common, and the roles that brings them.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::admin::Section;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::listing::Listing;
use crate::admin::listing::Pager;
use crate::admin::listing::counted;
use crate::admin::question::Question;
use crate::admin::typed::Typed;
use crate::app::state::AppState;
use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::role::Group;
use crate::domain::role::Role;
use crate::domain::user::User;
use crate::error::PageError;
use crate::ops;
use crate::ops::roles::Assigned;
use crate::ops::roles::Save;
use crate::store;
use crate::store::users::UserFilter;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::path::PathPair;
use crate::web::shell::Shell;

/// Groups.
pub const SECTION: Section = Section {
    path: "/admin/groups",
    label: "nav-groups",
    icon: "users-round",
    group: crate::admin::Group::People,
    area: Some(Area::Groups),
    router,
};

const WRITE: Permission = Permission::write(Area::Groups);
const LAST_ADMIN: &str = "Nobody could manage users any more. Give somebody else that permission first.";

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/groups", get(list))
        .route("/admin/groups/new", get(form).post(create))
        .route("/admin/groups/{id}", get(detail).post(save))
        .route("/admin/groups/{id}/members/add", post(add_member))
        .route("/admin/groups/{id}/members/{user}/remove", post(remove_member))
        .route("/admin/groups/{id}/roles/add", post(add_role))
        .route("/admin/groups/{id}/roles/{role}/remove", post(remove_role))
        .route("/admin/groups/{id}/delete", get(ask_delete).post(delete))
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/groups.html")]
struct GroupsPage {
    shell: Shell,
    groups: Vec<Group>,
    may_write: bool,
}

/// `GET /admin/groups`.
async fn list(mut admin: Admin) -> Result<GroupsPage, PageError> {
    let shell = admin.shell("Groups").await?;
    Ok(GroupsPage {
        shell,
        groups: store::groups::list(&admin.ops().db).await?,
        may_write: admin.may(WRITE),
    })
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/group_new.html")]
struct NewGroupPage {
    shell: Shell,
    typed: Typed,
}

/// `GET /admin/groups/new`.
async fn form(mut admin: Admin) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    new_page(&mut admin, Typed::default()).await
}

async fn new_page(admin: &mut Admin, typed: Typed) -> Result<Response, PageError> {
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((
        status,
        NewGroupPage {
            shell: admin.shell("Create group").await?,
            typed,
        },
    )
        .into_response())
}

fn note(typed: &mut Typed, saved: &Save<GroupId>) {
    match saved {
        Save::Invalid(field, problem) => typed.wrong(field, problem),
        Save::Taken => typed.wrong("name", "belongs to another group"),
        Save::Locked | Save::Saved(_) | Save::Missing => {}
    }
}

/// `POST /admin/groups/new`.
async fn create(mut admin: Admin, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let (name, description) = (form.text("name"), form.text("description"));
    let saved = ops::groups::create(admin.ops(), &admin.context(), &name, &description).await?;
    if let Save::Saved(id) = &saved {
        return admin.done("ok", "Group created.", &link::group(id)).await;
    }
    let mut typed = Typed::sent(&form);
    note(&mut typed, &saved);
    new_page(&mut admin, typed).await
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/group.html")]
struct GroupPage {
    shell: Shell,
    here: String,
    group: Group,
    typed: Typed,
    roles: Vec<Role>,
    role_options: Vec<(String, String)>,
    members: Vec<User>,
    pager: Pager,
    may_write: bool,
    questions: Vec<Question>,
}

async fn find(admin: &Admin, id: &GroupId) -> Result<Group, PageError> {
    store::groups::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)
}

async fn page(admin: &mut Admin, id: &GroupId, typed: Option<Typed>) -> Result<Response, PageError> {
    let group = find(admin, id).await?;
    let shell = admin.shell(group.name.clone()).await?;
    let db = &admin.ops().db;
    let here = link::group(id);
    let list = Listing::read(admin.query(), here.clone(), &[], "name");
    let filter = UserFilter {
        group: Some(id.clone()),
        ..UserFilter::default()
    };
    let members = store::users::list(db, &filter, &list.request).await?;
    let roles = store::roles::of_group(db, id).await?;
    let mut others = store::roles::list(db).await?;
    others.retain(|role| !roles.iter().any(|r| r.id == role.id));
    let typed = typed.unwrap_or_else(|| {
        Typed::default()
            .with("name", &group.name)
            .with("description", &group.description)
    });
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let may_write = admin.may(WRITE);
    let name = |role: &Role| match &role.client_id {
        None => role.name.clone(),
        Some(client) => format!("{} ({client})", role.name),
    };
    let page = GroupPage {
        pager: list.pager(&members, u64::try_from(group.members).ok()),
        members: members.rows,
        role_options: others
            .iter()
            .map(|role| (role.id.to_string(), name(role)))
            .collect(),
        roles,
        questions: may_write.then(|| question(&group)).into_iter().collect(),
        group,
        typed,
        may_write,
        here,
        shell,
    };
    Ok((status, page).into_response())
}

/// `GET /admin/groups/{id}`.
async fn detail(mut admin: Admin, Path(id): Path<GroupId>) -> Result<Response, PageError> {
    page(&mut admin, &id, None).await
}

/// `POST /admin/groups/{id}`.
async fn save(
    mut admin: Admin,
    Path(id): Path<GroupId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let (name, description) = (form.text("name"), form.text("description"));
    let saved = ops::groups::update(admin.ops(), &admin.context(), &id, &name, &description).await?;
    if matches!(saved, Save::Saved(_)) {
        return admin.done("ok", "Group saved.", &link::group(&id)).await;
    }
    let mut typed = Typed::sent(&form);
    note(&mut typed, &saved);
    page(&mut admin, &id, Some(typed)).await
}

/// Whoever changes what a group brings needs what it brings.
async fn require_carried(admin: &Admin, id: &GroupId) -> Result<(), PageError> {
    for role in store::roles::of_group(&admin.ops().db, id).await? {
        admin.require_role(&role.id).await?;
    }
    Ok(())
}

async fn said(mut admin: Admin, id: &GroupId, outcome: Assigned, done: &str) -> Result<Response, PageError> {
    let (level, text) = match outcome {
        Assigned::Done => ("ok", done),
        Assigned::Unchanged => ("info", "Nothing to change: it was so already."),
        Assigned::LastAdmin => ("bad", LAST_ADMIN),
        Assigned::Missing => return Err(PageError::not_found()),
    };
    admin.done(level, text, &link::group(id)).await
}

/// `POST /admin/groups/{id}/members/add`.
async fn add_member(
    mut admin: Admin,
    Path(id): Path<GroupId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    require_carried(&admin, &id).await?;
    let Some(user) = store::users::find_by_any(&admin.ops().db, &form.text("user")).await? else {
        let mut typed = Typed::sent(&form);
        typed.wrong("user", "there is no user with that name, address or ID");
        let group = find(&admin, &id).await?;
        let typed = typed
            .with("name", group.name)
            .with("description", group.description);
        return page(&mut admin, &id, Some(typed)).await;
    };
    let outcome = ops::groups::add_member(admin.ops(), &admin.context(), &id, &user.id).await?;
    said(admin, &id, outcome, "Member added.").await
}

/// `POST /admin/groups/{id}/members/{user}/remove`.
async fn remove_member(
    admin: Admin,
    PathPair(id, user): PathPair<GroupId, UserId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    require_carried(&admin, &id).await?;
    let outcome = ops::groups::remove_member(admin.ops(), &admin.context(), &id, &user).await?;
    said(admin, &id, outcome, "Member removed.").await
}

/// `POST /admin/groups/{id}/roles/add`.
async fn add_role(
    admin: Admin,
    Path(id): Path<GroupId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let role: RoleId = form.text("role").parse().map_err(|_| PageError::not_found())?;
    admin.require_role(&role).await?;
    let outcome = ops::roles::assign_to_group(admin.ops(), &admin.context(), &id, &role).await?;
    said(admin, &id, outcome, "Role added.").await
}

/// `POST /admin/groups/{id}/roles/{role}/remove`.
async fn remove_role(
    admin: Admin,
    PathPair(id, role): PathPair<GroupId, RoleId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    admin.require_role(&role).await?;
    let outcome = ops::roles::unassign_from_group(admin.ops(), &admin.context(), &id, &role).await?;
    said(admin, &id, outcome, "Role removed.").await
}

fn question(group: &Group) -> Question {
    let members = u64::try_from(group.members).unwrap_or(0);
    Question {
        id: "delete",
        opener: "Delete group…",
        title: format!("Delete {}?", group.name),
        text: format!(
            "{} lose the roles that it brings. This cannot be undone.",
            counted(members, "member")
        ),
        action: format!("{}/delete", link::group(&group.id)),
        verb: "Delete group",
        type_this: group.name.clone(),
        ..Question::default()
    }
}

/// `GET /admin/groups/{id}/delete`.
async fn ask_delete(mut admin: Admin, Path(id): Path<GroupId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let group = find(&admin, &id).await?;
    question(&group)
        .page(&mut admin, ("Back to the group", link::group(&id)))
        .await
}

/// `POST /admin/groups/{id}/delete`.
async fn delete(
    mut admin: Admin,
    Path(id): Path<GroupId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    require_carried(&admin, &id).await?;
    let group = find(&admin, &id).await?;
    if let Some(again) = question(&group)
        .check(&mut admin, &form, ("Back to the group", link::group(&id)))
        .await?
    {
        return Ok(again);
    }
    match ops::groups::delete(admin.ops(), &admin.context(), &id).await? {
        Save::Locked => admin.done("bad", LAST_ADMIN, &link::group(&id)).await,
        Save::Saved(_) | Save::Invalid(..) | Save::Taken | Save::Missing => {
            admin.done("ok", "Group deleted.", SECTION.path).await
        }
    }
}
