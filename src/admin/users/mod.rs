//! `/admin/users`: people, and everything that is theirs.

mod actions;
mod bulk;
mod create;
mod frame;
mod list;
mod profile;
mod roles;
mod tabs;

use axum::Router;
use axum::routing::get;
use axum::routing::post;

use crate::admin::Group;
use crate::admin::Section;
use crate::app::state::AppState;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;

/// Users.
pub const SECTION: Section = Section {
    path: "/admin/users",
    label: "nav-users",
    icon: "users",
    group: Group::People,
    area: Some(Area::Users),
    router,
};

const WRITE: Permission = Permission::write(Area::Users);

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/users", get(list::page))
        .route("/admin/users/bulk", get(bulk::ask).post(bulk::act))
        .route("/admin/users/new", get(create::form).post(create::create))
        .route("/admin/users/{id}", get(profile::page).post(profile::save))
        .route("/admin/users/{id}/roles", get(roles::page))
        .route("/admin/users/{id}/roles/add", post(roles::add_role))
        .route("/admin/users/{id}/roles/{role}/remove", post(roles::remove_role))
        .route("/admin/users/{id}/groups/add", post(roles::add_group))
        .route(
            "/admin/users/{id}/groups/{group}/remove",
            post(roles::remove_group),
        )
        .route("/admin/users/{id}/sessions", get(tabs::sessions))
        .route(
            "/admin/users/{id}/sessions/end",
            get(actions::ask_sign_out).post(actions::sign_out),
        )
        .route("/admin/users/{id}/tokens", get(tabs::tokens))
        .route("/admin/users/{id}/apps", get(tabs::apps))
        .route(
            "/admin/users/{id}/apps/{client}/remove",
            get(tabs::ask_remove_app).post(tabs::remove_app),
        )
        .route("/admin/users/{id}/events", get(tabs::events))
        .route(
            "/admin/users/{id}/disable",
            get(actions::ask_disable).post(actions::disable),
        )
        .route(
            "/admin/users/{id}/enable",
            get(actions::ask_enable).post(actions::enable),
        )
        .route(
            "/admin/users/{id}/reset-link",
            get(actions::ask_reset_link).post(actions::reset_link),
        )
        .route(
            "/admin/users/{id}/delete",
            get(actions::ask_delete).post(actions::delete),
        )
}
