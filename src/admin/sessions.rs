//! `/admin/sessions`: who is signed in where, and ending it.

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
use crate::admin::link;
use crate::admin::listing::Listing;
use crate::admin::listing::Pager;
use crate::admin::listing::counted;
use crate::admin::question::Question;
use crate::admin::view;
use crate::admin::view::FamilyRow;
use crate::admin::view::SessionRow;
use crate::app::state::AppState;
use crate::domain::id::SessionId;
use crate::domain::page::PageRequest;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::session::SessionView;
use crate::error::PageError;
use crate::ops;
use crate::ops::sessions::Ending;
use crate::store;
use crate::store::families::FamilyFilter;
use crate::store::sessions::SessionFilter;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::when::When;

/// Sessions.
pub const SECTION: Section = Section {
    path: "/admin/sessions",
    label: "nav-sessions",
    icon: "monitor-smartphone",
    group: Group::Activity,
    area: Some(Area::Sessions),
    router,
};

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/sessions", get(list))
        .route("/admin/sessions/{id}", get(detail))
        .route("/admin/sessions/{id}/end", get(ask_end).post(end))
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/sessions.html", blocks = ["results"])]
struct SessionsPage {
    shell: Shell,
    list: Listing,
    rows: Vec<SessionRow>,
    pager: Pager,
    live: u64,
    may_write: bool,
    chips: Vec<(&'static str, String)>,
}

impl SessionsPage {
    const STATES: &[(&str, &str)] = &[("live", "Live"), ("all", "Live and ended")];

    fn state(&self) -> &str {
        self.list.filter("state")
    }
}

/// `GET /admin/sessions`.
async fn list(mut admin: Admin) -> Result<Response, PageError> {
    let shell = admin.shell("Sessions").await?;
    let list = Listing::read(admin.query(), SECTION.path, &["state"], "-created");
    let filter = SessionFilter {
        user: None,
        live: list.filter("state") != "all",
    };
    let now = admin.now();
    let page = store::sessions::list(&admin.ops().db, &filter, &list.request, now).await?;
    let chips = if filter.live {
        Vec::new()
    } else {
        vec![("state", "Live and ended".to_owned())]
    };
    let live = store::sessions::count_live(&admin.ops().db, now).await?;
    let page = SessionsPage {
        rows: page
            .rows
            .iter()
            .map(|row| view::session(&admin, row, SECTION.path))
            .collect(),
        pager: list.pager(&page, Some(live)),
        live,
        may_write: admin.may_write(Area::Sessions),
        chips,
        list,
        shell,
    };
    Ok(if admin.partial.is_some() {
        page.as_results().into_web_template().into_response()
    } else {
        page.into_response()
    })
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/session.html")]
struct SessionPage {
    shell: Shell,
    session: SessionView,
    kind: &'static str,
    state: &'static str,
    user_href: String,
    started: When,
    last_active: When,
    ends: When,
    ended: Option<When>,
    families: Vec<FamilyRow>,
    questions: Vec<Question>,
}

async fn find(admin: &Admin, id: &SessionId) -> Result<SessionView, PageError> {
    store::sessions::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)
}

fn question(session: &SessionView, back: &str) -> Question {
    let clients = session.clients.len() as u64;
    Question {
        id: "end",
        opener: "End session…",
        title: "End this session?".to_owned(),
        text: format!(
            "{} is signed out of {} at once. {} that came from it stop working.",
            session.user_name,
            session.origin.device(),
            if clients == 0 {
                "Tokens".to_owned()
            } else {
                format!("Tokens of {}", counted(clients, "client"))
            }
        ),
        action: format!("{}/end", link::session(&session.id)),
        verb: "End session",
        hidden: vec![("return", back.to_owned())],
        ..Question::default()
    }
}

/// `GET /admin/sessions/{id}`.
async fn detail(mut admin: Admin, Path(id): Path<SessionId>) -> Result<SessionPage, PageError> {
    let session = find(&admin, &id).await?;
    let shell = admin.shell(format!("Session of {}", session.user_name)).await?;
    let now = admin.now();
    let (kind, state) = view::session_state(&session, now);
    let here = link::session(&id);
    let mut families = Vec::new();
    if admin.may_read(Area::Tokens) {
        let filter = FamilyFilter {
            session: Some(id.clone()),
            ..FamilyFilter::default()
        };
        let request = PageRequest {
            descending: true,
            ..PageRequest::default()
        };
        let page = store::families::list(&admin.ops().db, &filter, &request, now).await?;
        families = page
            .rows
            .iter()
            .map(|row| view::family(&admin, row, &here))
            .collect();
    }
    let may_end = state == "Live" && admin.may_write(Area::Sessions);
    Ok(SessionPage {
        questions: may_end.then(|| question(&session, &here)).into_iter().collect(),
        kind,
        state,
        user_href: link::user(&session.user_id),
        started: When::exact(session.created_at),
        last_active: When::exact(session.last_seen_at),
        ends: When::exact(session.expires_at),
        ended: session.ended_at.map(When::exact),
        families,
        session,
        shell,
    })
}

/// `GET /admin/sessions/{id}/end`.
async fn ask_end(mut admin: Admin, Path(id): Path<SessionId>) -> Result<Response, PageError> {
    admin.require(Permission::write(Area::Sessions))?;
    let session = find(&admin, &id).await?;
    let back = own_path(admin.query().text("return"), &link::session(&id));
    question(&session, &back).page(&mut admin, ("Back", back)).await
}

/// `POST /admin/sessions/{id}/end`.
async fn end(
    mut admin: Admin,
    Path(id): Path<SessionId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(Permission::write(Area::Sessions))?;
    find(&admin, &id).await?;
    let ended = ops::sessions::end(admin.ops(), &admin.context(), &id, Ending::Terminated).await?;
    let text = if ended {
        "Session ended."
    } else {
        "The session had ended already."
    };
    let back = own_path(form.text("return"), &link::session(&id));
    admin.done("ok", text, &back).await
}

/// A path of our own console that a form names to come back to; the other where it names none.
pub fn own_path(wish: String, otherwise: &str) -> String {
    let ours = redirect::is_own_path(&wish) && wish.starts_with("/admin");
    if ours { wish } else { otherwise.to_owned() }
}
