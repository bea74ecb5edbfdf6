//! The list of people.

use askama::Template;
use askama_web::WebTemplate;
use askama_web::WebTemplateExt as _;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::listing::Listing;
use crate::admin::listing::Pager;
use crate::admin::users::SECTION;
use crate::admin::users::WRITE;
use crate::domain::id::UserId;
use crate::domain::role::Group;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::domain::user::UserStatus;
use crate::error::PageError;
use crate::store;
use crate::store::users::UserFilter;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::when::When;

#[derive(Template, WebTemplate)]
#[template(path = "admin/users/list.html", blocks = ["results"])]
struct UsersPage {
    shell: Shell,
    list: Listing,
    rows: Vec<Row>,
    pager: Pager,
    total: u64,
    roles: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    chips: Vec<(&'static str, String)>,
    may_write: bool,
}

struct Row {
    id: String,
    href: String,
    name: String,
    address: String,
    initials: String,
    active: bool,
    created: When,
    last_sign_in: Option<When>,
}

impl Row {
    fn new(user: &User, now: Timestamp) -> Self {
        Self {
            id: user.id.to_string(),
            href: link::user(&user.id),
            name: user.display_name().to_owned(),
            address: user.email.clone().unwrap_or_else(|| user.username.clone()),
            initials: user.initials(),
            active: user.status == UserStatus::Active,
            created: When::ago(user.created_at, now),
            last_sign_in: user.last_sign_in_at.map(|at| When::ago(at, now)),
        }
    }
}

impl UsersPage {
    const STATES: &[(&str, &str)] = &[("", "Any"), ("active", "Active"), ("disabled", "Disabled")];

    fn filter(&self, name: &str) -> &str {
        self.list.filter(name)
    }
}

const FILTERS: &[&str] = &["q", "status", "role", "group"];

/// `GET /admin/users`.
pub(super) async fn page(mut admin: Admin) -> Result<Response, PageError> {
    let q = admin.query().text("q");
    if admin.partial.is_none()
        && let Ok(id) = q.parse::<UserId>()
    {
        return Ok(redirect::to_own_page(&link::user(&id)));
    }
    let shell = admin.shell("Users").await?;
    let list = Listing::read(admin.query(), SECTION.path, FILTERS, "-created");
    let status = match list.filter("status") {
        "active" => Some(UserStatus::Active),
        "disabled" => Some(UserStatus::Disabled),
        _ => None,
    };
    let filter = UserFilter {
        text: q,
        status,
        role: list.filter("role").parse().ok(),
        group: list.filter("group").parse().ok(),
    };
    let db = &admin.ops().db;
    let found = store::users::list(db, &filter, &list.request).await?;
    let total = store::users::count(db).await?;
    let roles = role_options(&store::roles::list(db).await?);
    let groups = group_options(&store::groups::list(db).await?);
    let now = admin.now();
    let page = UsersPage {
        rows: found.rows.iter().map(|user| Row::new(user, now)).collect(),
        pager: list.pager(&found, Some(total)),
        chips: chips(&list, &roles, &groups),
        total,
        roles,
        groups,
        may_write: admin.may(WRITE),
        list,
        shell,
    };
    Ok(if admin.partial.is_some() {
        page.as_results().into_web_template().into_response()
    } else {
        page.into_response()
    })
}

/// Roles to choose from: id and name, with the client where there is one.
pub(super) fn role_options(roles: &[Role]) -> Vec<(String, String)> {
    let name = |role: &Role| match &role.client_id {
        None => role.name.clone(),
        Some(client) => format!("{} ({client})", role.name),
    };
    roles
        .iter()
        .map(|role| (role.id.to_string(), name(role)))
        .collect()
}

/// Groups to choose from.
pub(super) fn group_options(groups: &[Group]) -> Vec<(String, String)> {
    groups
        .iter()
        .map(|group| (group.id.to_string(), group.name.clone()))
        .collect()
}

fn chips(
    list: &Listing,
    roles: &[(String, String)],
    groups: &[(String, String)],
) -> Vec<(&'static str, String)> {
    let named = |options: &[(String, String)], id: &str| {
        options
            .iter()
            .find(|(known, _)| known == id)
            .map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    };
    let text = |name: &str, value: &str| match name {
        "q" => format!("Search: {value}"),
        "role" => format!("Role: {}", named(roles, value)),
        "group" => format!("Group: {}", named(groups, value)),
        _ => format!("Status: {value}"),
    };
    let set = FILTERS.iter().filter(|name| !list.filter(name).is_empty());
    set.map(|name| (*name, text(name, list.filter(name)))).collect()
}
