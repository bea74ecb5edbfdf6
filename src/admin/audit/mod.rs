//! `/admin/audit`: who did what, and what changed.

mod detail;
mod diff;

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
use crate::admin::view::EventRow;
use crate::app::state::AppState;
use crate::domain::permission::Area;
use crate::domain::time::Timestamp;
use crate::error::PageError;
use crate::store;
use crate::store::audit::AuditFilter;
use crate::web::shell::Shell;

/// The audit log.
pub const SECTION: Section = Section {
    path: "/admin/audit",
    label: "nav-audit",
    icon: "scroll-text",
    group: Group::Activity,
    area: Some(Area::Audit),
    router,
};

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/audit", get(list))
        .route("/admin/audit/{id}", get(detail::page))
}

const FILTERS: &[&str] = &["action", "actor", "subject", "client", "ip", "since", "until"];

#[derive(Template, WebTemplate)]
#[template(path = "admin/audit.html", blocks = ["results"])]
struct AuditPage {
    shell: Shell,
    list: Listing,
    rows: Vec<EventRow>,
    pager: Pager,
    chips: Vec<(&'static str, String)>,
}

/// `GET /admin/audit`.
async fn list(mut admin: Admin) -> Result<Response, PageError> {
    let shell = admin.shell("Audit log").await?;
    let list = Listing::read(admin.query(), SECTION.path, FILTERS, "-at");
    let text = |name| list.filter(name).to_owned();
    let filter = AuditFilter {
        action: text("action"),
        actor: text("actor"),
        subject: text("subject"),
        client: text("client"),
        ip: text("ip"),
        since: day(list.filter("since")),
        until: day(list.filter("until")).map(next_day),
    };
    let now = admin.now();
    let page = store::audit::list(&admin.ops().db, &filter, &list.request).await?;
    let set = FILTERS.iter().filter(|name| !list.filter(name).is_empty());
    let page = AuditPage {
        rows: page.rows.iter().map(|row| view::event(row, now)).collect(),
        pager: list.pager(&page, None),
        chips: set
            .map(|name| (*name, format!("{name}: {}", list.filter(name))))
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

const DAY_MICROS: i64 = 86_400_000_000;

/// The start of a day written `YYYY-MM-DD`, in UTC.
fn day(text: &str) -> Option<Timestamp> {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    let date = time::Date::parse(text, &form).ok()?;
    Some(Timestamp::from_secs(
        date.midnight().assume_utc().unix_timestamp(),
    ))
}

fn next_day(start: Timestamp) -> Timestamp {
    Timestamp::from_micros(start.as_micros().saturating_add(DAY_MICROS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_and_nothing_else() {
        assert_eq!(
            day("2026-11-19").map(Timestamp::rfc3339).as_deref(),
            Some("2026-11-19T00:00:00Z")
        );
        assert_eq!(
            day("2026-11-19").map(next_day).map(Timestamp::rfc3339).as_deref(),
            Some("2026-11-20T00:00:00Z")
        );
        for text in ["", "19.11.2026", "2026-13-01", "2026-11-19T00:00"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
