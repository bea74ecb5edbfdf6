//! `/admin/families`: refresh-token families, their lineage, and revoking them.

mod detail;
mod revoke;

pub use revoke::question_client;
pub use revoke::question_user;

use askama::Template;
use askama_web::WebTemplate;
use askama_web::WebTemplateExt as _;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::admin::Group;
use crate::admin::Section;
use crate::admin::guard::Admin;
use crate::admin::listing::Listing;
use crate::admin::listing::Pager;
use crate::admin::view;
use crate::admin::view::FamilyRow;
use crate::app::state::AppState;
use crate::domain::permission::Area;
use crate::error::PageError;
use crate::store;
use crate::store::families::FamilyFilter;
use crate::store::families::StateFilter;
use crate::web::shell::Shell;

/// Refresh tokens.
pub const SECTION: Section = Section {
    path: "/admin/families",
    label: "nav-families",
    icon: "git-branch",
    group: Group::Activity,
    area: Some(Area::Tokens),
    router,
};

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/families", get(list))
        .route("/admin/families/{id}", get(detail::page))
        .route(
            "/admin/families/{id}/revoke",
            get(revoke::ask_one).post(revoke::one),
        )
        .route(
            "/admin/families/of-user/{id}/revoke",
            get(revoke::ask_user).post(revoke::user),
        )
        .route(
            "/admin/families/of-client/{id}/revoke",
            get(revoke::ask_client).post(revoke::client),
        )
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/families.html", blocks = ["results"])]
struct FamiliesPage {
    shell: Shell,
    list: Listing,
    rows: Vec<FamilyRow>,
    pager: Pager,
    may_write: bool,
    chips: Vec<(&'static str, String)>,
}

impl FamiliesPage {
    const STATES: &[(&str, &str)] = &[
        ("", "Any"),
        ("reuse", "Reuse detected"),
        ("active", "Active"),
        ("ended", "Ended"),
    ];

    fn state(&self) -> &str {
        self.list.filter("state")
    }
}

/// `GET /admin/families`.
async fn list(mut admin: Admin) -> Result<Response, PageError> {
    let shell = admin.shell("Refresh tokens").await?;
    let list = Listing::read(admin.query(), SECTION.path, &["state"], "-created");
    let state = match list.filter("state") {
        "reuse" => Some(StateFilter::Reuse),
        "active" => Some(StateFilter::Active),
        "ended" => Some(StateFilter::Ended),
        _ => None,
    };
    let filter = FamilyFilter {
        state,
        ..FamilyFilter::default()
    };
    let page = store::families::list(&admin.ops().db, &filter, &list.request, admin.now()).await?;
    let chosen = FamiliesPage::STATES
        .iter()
        .find(|(value, _)| !value.is_empty() && *value == list.filter("state"));
    let page = FamiliesPage {
        rows: page
            .rows
            .iter()
            .map(|row| view::family(&admin, row, SECTION.path))
            .collect(),
        pager: list.pager(&page, None),
        may_write: admin.may_write(Area::Tokens),
        chips: chosen
            .map(|(_, text)| ("state", format!("State: {text}")))
            .into_iter()
            .collect(),
        list,
        shell,
    };
    Ok(if admin.partial.is_some() {
        page.as_results().into_web_template().into_response()
    } else {
        page.into_response()
    })
}
