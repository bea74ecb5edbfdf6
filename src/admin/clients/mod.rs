//! `/admin/clients`: the applications that people sign in to.

mod actions;
mod create;
mod credentials;
mod frame;
mod integrate;
mod list;
mod metadata;
mod protocol;
mod settings;
mod tabs;

use axum::Router;
use axum::routing::get;

use crate::admin::Group;
use crate::admin::Section;
use crate::app::state::AppState;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;

/// Clients.
pub const SECTION: Section = Section {
    path: "/admin/clients",
    label: "nav-clients",
    icon: "app-window",
    group: Group::Applications,
    area: Some(Area::Clients),
    router,
};

const WRITE: Permission = Permission::write(Area::Clients);

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/clients", get(list::page))
        .route("/admin/clients/new", get(create::form).post(create::create))
        .route("/admin/clients/{id}", get(settings::page).post(settings::save))
        .route("/admin/clients/{id}/credentials", get(credentials::page))
        .route(
            "/admin/clients/{id}/credentials/rotate",
            get(credentials::ask_rotate).post(credentials::rotate),
        )
        .route(
            "/admin/clients/{id}/credentials/{secret}/remove",
            get(credentials::ask_remove).post(credentials::remove),
        )
        .route("/admin/clients/{id}/integrate", get(integrate::page))
        .route("/admin/clients/{id}/tokens", get(tabs::tokens))
        .route("/admin/clients/{id}/events", get(tabs::events))
        .route(
            "/admin/clients/{id}/disable",
            get(actions::ask_disable).post(actions::disable),
        )
        .route(
            "/admin/clients/{id}/enable",
            get(actions::ask_enable).post(actions::enable),
        )
        .route(
            "/admin/clients/{id}/delete",
            get(actions::ask_delete).post(actions::delete),
        )
}
