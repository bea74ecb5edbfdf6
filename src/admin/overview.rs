//! `/admin`: what needs attention, and how things go.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::routing::get;

use crate::admin::Group;
use crate::admin::Section;
use crate::admin::chart;
use crate::admin::chart::Chart;
use crate::admin::guard::Admin;
use crate::admin::listing::grouped;
use crate::admin::search;
use crate::admin::view;
use crate::admin::view::EventRow;
use crate::admin::view::FamilyRow;
use crate::app::state::AppState;
use crate::domain::lifetime::Lifetime;
use crate::domain::permission::Area;
use crate::error::PageError;
use crate::store;
use crate::web::shell::Shell;

/// The first page.
pub const SECTION: Section = Section {
    path: "/admin",
    label: "nav-overview",
    icon: "layout-dashboard",
    group: Group::Top,
    area: None,
    router,
};

const DAYS: i64 = 30;
const SHOWN: u64 = 8;

/// What an admin wants to know of without asking: not everyday sign-ins.
const OF_INTEREST: &[&str] = &[
    "token_family.revoked",
    "token_family.revoked_all",
    "signing_key.rotated",
    "signing_key.retired",
    "client.created",
    "client.updated",
    "client.secret_rotated",
    "client.secret_removed",
    "client.disabled",
    "client.enabled",
    "client.deleted",
    "user.created",
    "user.disabled",
    "user.enabled",
    "user.deleted",
    "user.password_changed",
    "user.reset_link_created",
    "role.assigned",
    "role.unassigned",
    "role.updated",
    "session.terminated",
    "session.terminated_all",
];

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin", get(overview))
        .route("/admin/search", get(search::results))
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    shell: Shell,
    reused: Vec<FamilyRow>,
    mail_is_off: bool,
    first_steps: bool,
    figures: Vec<Figure>,
    chart: Option<Chart>,
    events: Vec<EventRow>,
    add_client: Option<&'static str>,
    add_user: Option<&'static str>,
}

struct Figure {
    label: &'static str,
    value: String,
    href: Option<&'static str>,
}

/// `GET /admin`.
async fn overview(mut admin: Admin) -> Result<OverviewPage, PageError> {
    let shell = admin.shell("Overview").await?;
    let now = admin.now();
    let db = &admin.ops().db;
    let mut reused = Vec::new();
    if admin.may_read(Area::Tokens) {
        let found = store::families::ended_by_reuse(db, now - Lifetime::from_days(7), 5, now).await?;
        reused = found
            .iter()
            .map(|row| view::family(&admin, row, SECTION.path))
            .collect();
    }
    let may_audit = admin.may_read(Area::Audit);
    let events = if may_audit {
        store::audit::latest(db, OF_INTEREST, SHOWN).await?
    } else {
        Vec::new()
    };
    let from = chart::since(now, DAYS);
    let signed_in = store::audit::per_day(db, "user.signed_in", from).await?;
    let failed = store::audit::per_day(db, "user.sign_in_failed", from).await?;
    let chart = chart::chart(now, DAYS, &signed_in, &failed);
    let clients = store::clients::count(db).await?;
    Ok(OverviewPage {
        reused,
        mail_is_off: !admin.ops().config.mail.is_on(),
        first_steps: clients == 0,
        figures: figures(&admin, &chart).await?,
        chart: may_audit.then_some(chart),
        events: events.iter().map(|entry| view::event(entry, now)).collect(),
        add_client: admin.may_write(Area::Clients).then_some("/admin/clients/new"),
        add_user: admin.may_write(Area::Users).then_some("/admin/users/new"),
        shell,
    })
}

async fn figures(admin: &Admin, chart: &Chart) -> Result<Vec<Figure>, PageError> {
    let db = &admin.ops().db;
    let users = store::users::count(db).await?;
    let sessions = store::sessions::count_live(db, admin.now()).await?;
    let number = |n: i64| grouped(u64::try_from(n).unwrap_or(0));
    let figure = |label, value, href, area| Figure {
        label,
        value,
        href: admin.may_read(area).then_some(href),
    };
    Ok(vec![
        figure("Users", grouped(users), "/admin/users", Area::Users),
        figure(
            "Live sessions",
            grouped(sessions),
            "/admin/sessions",
            Area::Sessions,
        ),
        figure(
            "Sign-ins, 30 days",
            number(chart.total),
            "/admin/audit?action=user.signed_in",
            Area::Audit,
        ),
        figure(
            "Failed, 30 days",
            number(chart.total_upper),
            "/admin/audit?action=user.sign_in_failed",
            Area::Audit,
        ),
    ])
}
