//! `/admin/roles`: what people may do, here and at clients.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::admin::Group;
use crate::admin::Section;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::listing::counted;
use crate::admin::question::Question;
use crate::admin::typed::Typed;
use crate::app::state::AppState;
use crate::domain::id::RoleId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::permission::Permissions;
use crate::domain::role::Role;
use crate::error::PageError;
use crate::ops;
use crate::ops::roles::RoleInput;
use crate::ops::roles::Save;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::params::Params;
use crate::web::path::Path;
use crate::web::shell::Shell;

/// Roles.
pub const SECTION: Section = Section {
    path: "/admin/roles",
    label: "nav-roles",
    icon: "shield",
    group: Group::People,
    area: Some(Area::Roles),
    router,
};

const WRITE: Permission = Permission::write(Area::Roles);

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/roles", get(list))
        .route("/admin/roles/new", get(form).post(create))
        .route("/admin/roles/{id}", get(detail).post(save))
        .route("/admin/roles/{id}/delete", get(ask_delete).post(delete))
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/roles.html")]
struct RolesPage {
    shell: Shell,
    roles: Vec<Role>,
    may_write: bool,
}

/// `GET /admin/roles`.
async fn list(mut admin: Admin) -> Result<RolesPage, PageError> {
    let shell = admin.shell("Roles").await?;
    Ok(RolesPage {
        shell,
        roles: store::roles::list(&admin.ops().db).await?,
        may_write: admin.may(WRITE),
    })
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/role.html")]
struct RolePage {
    shell: Shell,
    title: String,
    action: String,
    role: Option<Role>,
    typed: Typed,
    built_in: bool,
    may_write: bool,
    questions: Vec<Question>,
}

impl RolePage {
    /// Each area with the words of its two permissions.
    fn areas() -> impl Iterator<Item = (&'static str, String, String)> {
        let words = |area: &Area| (area.as_str(), Permission::read(*area), Permission::write(*area));
        Area::ALL
            .iter()
            .map(words)
            .map(|(area, read, write)| (area, read.to_string(), write.to_string()))
    }
}

async fn page(admin: &mut Admin, role: Option<Role>, typed: Typed) -> Result<Response, PageError> {
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = role
        .as_ref()
        .map_or("Create role".to_owned(), |role| role.name.clone());
    let built_in = role.as_ref().is_some_and(ops::roles::is_built_in);
    let may_write = admin.may(WRITE);
    let page = RolePage {
        shell: admin.shell(title.clone()).await?,
        action: role
            .as_ref()
            .map_or("/admin/roles/new".to_owned(), |role| link::role(&role.id)),
        questions: role
            .iter()
            .filter(|_| may_write && !built_in)
            .map(question)
            .collect(),
        title,
        role,
        typed,
        built_in,
        may_write,
    };
    Ok((status, page).into_response())
}

/// `GET /admin/roles/new`.
async fn form(mut admin: Admin) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    page(&mut admin, None, Typed::default()).await
}

async fn find(admin: &Admin, id: &RoleId) -> Result<Role, PageError> {
    store::roles::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)
}

/// `GET /admin/roles/{id}`.
async fn detail(mut admin: Admin, Path(id): Path<RoleId>) -> Result<Response, PageError> {
    let role = find(&admin, &id).await?;
    let typed = Typed::default()
        .with("name", &role.name)
        .with("description", &role.description);
    let typed = role
        .permissions
        .iter()
        .fold(typed, |typed, word| typed.with("permissions", word));
    page(&mut admin, Some(role), typed).await
}

fn input(form: &Params) -> RoleInput {
    RoleInput {
        name: form.text("name"),
        description: form.text("description"),
        client_id: None,
        permissions: form.all("permissions").map(str::to_owned).collect(),
    }
}

/// Nobody makes a role that allows more than they may do themselves.
fn covers(admin: &Admin, typed: &mut Typed, permissions: &[String]) {
    let wanted = Permissions::from_words(permissions.iter().map(String::as_str));
    if let Some(missing) = admin.lacks(&wanted) {
        typed.wrong(
            "permissions",
            &format!("you cannot give {missing}, which you do not have"),
        );
    }
}

fn note(typed: &mut Typed, saved: &Save<RoleId>) {
    match saved {
        Save::Invalid(field, problem) => typed.wrong(field, problem),
        Save::Taken => typed.wrong("name", "belongs to another role"),
        Save::Locked => typed.wrong("name", "belongs to the built-in role, which cannot be changed"),
        Save::Saved(_) | Save::Missing => {}
    }
}

/// `POST /admin/roles/new`.
async fn create(mut admin: Admin, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let mut typed = Typed::sent(&form);
    let mut input = input(&form);
    covers(&admin, &mut typed, &input.permissions);
    match form.get("client_id").map(|c| c.trim().parse()) {
        None => {}
        Some(Ok(client)) => input.client_id = Some(client),
        Some(Err(_)) => typed.wrong("client_id", "names a client that does not exist"),
    }
    if !typed.is_refused() {
        let saved = ops::roles::create(admin.ops(), &admin.context(), input).await?;
        if let Save::Saved(id) = &saved {
            return admin.done("ok", "Role created.", &link::role(id)).await;
        }
        note(&mut typed, &saved);
    }
    page(&mut admin, None, typed).await
}

/// `POST /admin/roles/{id}`.
async fn save(
    mut admin: Admin,
    Path(id): Path<RoleId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    admin.require_role(&id).await?;
    let role = find(&admin, &id).await?;
    let mut typed = Typed::sent(&form);
    let input = input(&form);
    covers(&admin, &mut typed, &input.permissions);
    if !typed.is_refused() {
        let saved = ops::roles::update(admin.ops(), &admin.context(), &id, input).await?;
        if let Save::Saved(id) = &saved {
            return admin.done("ok", "Role saved.", &link::role(id)).await;
        }
        note(&mut typed, &saved);
    }
    page(&mut admin, Some(role), typed).await
}

fn question(role: &Role) -> Question {
    let members = u64::try_from(role.members).unwrap_or(0);
    Question {
        id: "delete",
        opener: "Delete role…",
        title: format!("Delete {}?", role.name),
        text: format!(
            "{} lose it at once. This cannot be undone.",
            counted(members, "member")
        ),
        action: format!("{}/delete", link::role(&role.id)),
        verb: "Delete role",
        type_this: role.name.clone(),
        ..Question::default()
    }
}

/// `GET /admin/roles/{id}/delete`.
async fn ask_delete(mut admin: Admin, Path(id): Path<RoleId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let role = find(&admin, &id).await?;
    question(&role)
        .page(&mut admin, ("Back to the role", link::role(&id)))
        .await
}

/// `POST /admin/roles/{id}/delete`.
async fn delete(
    mut admin: Admin,
    Path(id): Path<RoleId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    admin.require_role(&id).await?;
    let role = find(&admin, &id).await?;
    if let Some(again) = question(&role)
        .check(&mut admin, &form, ("Back to the role", link::role(&id)))
        .await?
    {
        return Ok(again);
    }
    match ops::roles::delete(admin.ops(), &admin.context(), &id).await? {
        Save::Locked => {
            admin
                .done("bad", "The built-in role cannot be deleted.", &link::role(&id))
                .await
        }
        Save::Saved(_) | Save::Invalid(..) | Save::Taken | Save::Missing => {
            admin.done("ok", "Role deleted.", SECTION.path).await
        }
    }
}
