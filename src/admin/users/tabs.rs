//! The tabs that are lists: sessions, tokens, apps, events.

use askama::Template;
use askama_web::WebTemplate;
use axum::response::Response;

use crate::admin::families;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::listing::Listing;
use crate::admin::listing::Pager;
use crate::admin::question::Question;
use crate::admin::users::WRITE;
use crate::admin::users::actions;
use crate::admin::users::frame;
use crate::admin::users::frame::Frame;
use crate::admin::view;
use crate::admin::view::EventRow;
use crate::admin::view::FamilyRow;
use crate::admin::view::SessionRow;
use crate::domain::id::ClientId;
use crate::domain::id::UserId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::time::Timestamp;
use crate::error::PageError;
use crate::ops;
use crate::store;
use crate::store::audit::AuditFilter;
use crate::store::consents::ConsentView;
use crate::store::families::FamilyFilter;
use crate::store::sessions::SessionFilter;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::path::PathPair;
use crate::web::shell::Shell;
use crate::web::when::When;

/// A list of one kind under the frame.
enum Rows {
    Sessions(Vec<SessionRow>),
    Families(Vec<FamilyRow>),
    Apps(Vec<AppRow>),
    Events(Vec<EventRow>),
}

struct AppRow {
    name: String,
    href: String,
    scope: String,
    granted: When,
    remove: String,
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/users/tab.html")]
pub(super) struct TabPage {
    shell: Shell,
    frame: Frame,
    rows: Rows,
    pager: Pager,
    more: Vec<Question>,
}

async fn start(
    admin: &mut Admin,
    id: &UserId,
    tab: &str,
    sort: &'static str,
) -> Result<(Shell, Frame, Listing), PageError> {
    let frame = frame::frame(admin, id, tab).await?;
    let shell = admin.shell(frame.user.display_name()).await?;
    let list = Listing::read(admin.query(), format!("{}{tab}", frame.here), &[], sort);
    Ok((shell, frame, list))
}

/// `GET /admin/users/{id}/sessions`.
pub(super) async fn sessions(mut admin: Admin, Path(id): Path<UserId>) -> Result<TabPage, PageError> {
    admin.require(Permission::read(Area::Sessions))?;
    let (shell, frame, list) = start(&mut admin, &id, "/sessions", "-created").await?;
    let filter = SessionFilter {
        user: Some(id),
        live: false,
    };
    let page = store::sessions::list(&admin.ops().db, &filter, &list.request, admin.now()).await?;
    let back = format!("{}/sessions", frame.here);
    let mut more = Vec::new();
    if admin.may_write(Area::Sessions) && !page.rows.is_empty() {
        more.push(actions::end_all_question(&admin, &frame.user).await?);
    }
    let rows = Rows::Sessions(
        page.rows
            .iter()
            .map(|row| view::session(&admin, row, &back))
            .collect(),
    );
    Ok(TabPage {
        shell,
        pager: list.pager(&page, None),
        rows,
        more,
        frame,
    })
}

/// `GET /admin/users/{id}/tokens`.
pub(super) async fn tokens(mut admin: Admin, Path(id): Path<UserId>) -> Result<TabPage, PageError> {
    admin.require(Permission::read(Area::Tokens))?;
    let (shell, frame, list) = start(&mut admin, &id, "/tokens", "-created").await?;
    let filter = FamilyFilter {
        user: Some(id.clone()),
        ..FamilyFilter::default()
    };
    let page = store::families::list(&admin.ops().db, &filter, &list.request, admin.now()).await?;
    let back = format!("{}/tokens", frame.here);
    let may_revoke = admin.may_write(Area::Tokens) && !page.rows.is_empty();
    let question = || families::question_user(&id, frame.user.display_name());
    let more = may_revoke.then(question).into_iter().collect();
    let rows = Rows::Families(
        page.rows
            .iter()
            .map(|row| view::family(&admin, row, &back))
            .collect(),
    );
    Ok(TabPage {
        shell,
        pager: list.pager(&page, None),
        rows,
        more,
        frame,
    })
}

fn app(user: &UserId, consent: &ConsentView, now: Timestamp) -> AppRow {
    AppRow {
        name: consent.client_name.clone(),
        href: link::client(&consent.client_id),
        scope: consent.scope.to_string(),
        granted: When::ago(consent.granted_at, now),
        remove: format!(
            "{}/apps/{}/remove",
            link::user(user),
            link::encode(consent.client_id.as_str())
        ),
    }
}

/// `GET /admin/users/{id}/apps`.
pub(super) async fn apps(mut admin: Admin, Path(id): Path<UserId>) -> Result<TabPage, PageError> {
    let (shell, frame, _) = start(&mut admin, &id, "/apps", "").await?;
    let consents = store::consents::of_user(&admin.ops().db, &id).await?;
    let now = admin.now();
    let rows = Rows::Apps(consents.iter().map(|consent| app(&id, consent, now)).collect());
    Ok(TabPage {
        shell,
        pager: Pager::default(),
        rows,
        more: Vec::new(),
        frame,
    })
}

/// `GET /admin/users/{id}/events`.
pub(super) async fn events(mut admin: Admin, Path(id): Path<UserId>) -> Result<TabPage, PageError> {
    admin.require(Permission::read(Area::Audit))?;
    let (shell, frame, list) = start(&mut admin, &id, "/events", "-at").await?;
    let filter = AuditFilter {
        subject: id.to_string(),
        ..AuditFilter::default()
    };
    let page = store::audit::list(&admin.ops().db, &filter, &list.request).await?;
    let now = admin.now();
    let rows = Rows::Events(page.rows.iter().map(|row| view::event(row, now)).collect());
    Ok(TabPage {
        shell,
        pager: list.pager(&page, None),
        rows,
        more: Vec::new(),
        frame,
    })
}

async fn app_question(admin: &Admin, id: &UserId, client: &ClientId) -> Result<Question, PageError> {
    let user = frame::find(admin, id).await?;
    let app = store::clients::find(&admin.ops().db, client)
        .await?
        .ok_or_else(PageError::not_found)?;
    Ok(Question {
        id: "remove-app",
        title: format!("Remove {} from {}?", app.name(), user.display_name()),
        text: format!("{} loses its tokens and must ask for consent again.", app.name()),
        action: format!("{}/apps/{}/remove", link::user(id), link::encode(client.as_str())),
        verb: "Remove app",
        ..Question::default()
    })
}

/// `GET /admin/users/{id}/apps/{client}/remove`.
pub(super) async fn ask_remove_app(
    mut admin: Admin,
    PathPair(id, client): PathPair<UserId, ClientId>,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let question = app_question(&admin, &id, &client).await?;
    question
        .page(&mut admin, ("Apps", format!("{}/apps", link::user(&id))))
        .await
}

/// `POST /admin/users/{id}/apps/{client}/remove`.
pub(super) async fn remove_app(
    mut admin: Admin,
    PathPair(id, client): PathPair<UserId, ClientId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    frame::find(&admin, &id).await?;
    let removed = ops::consent::withdraw(admin.ops(), &admin.context(), &id, &client).await?;
    let text = if removed {
        "App removed."
    } else {
        "The app had no access any more."
    };
    admin.done("ok", text, &format!("{}/apps", link::user(&id))).await
}
