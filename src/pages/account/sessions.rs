//! `/account/sessions`: where I am signed in, and ending it there.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::app::state::AppState;
use crate::domain::id::SessionId;
use crate::domain::page::PageRequest;
use crate::domain::session;
use crate::error::PageError;
use crate::i18n::Locale;
use crate::ops;
use crate::ops::sessions::Ending;
use crate::pages::account::owner::Owner;
use crate::store;
use crate::store::sessions::SessionFilter;
use crate::web::browser_state;
use crate::web::path::Path;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::when::When;

/// The devices, this one first.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/account/sessions.html")]
pub struct SessionsPage {
    /// What is around the content.
    pub shell: Shell,
    /// The sessions, this one first.
    pub sessions: Vec<SessionView>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// Goes into `/account/sessions/{id}/end`.
    pub id: String,
    /// "Firefox on Linux"; empty when unknown.
    pub device: String,
    /// Whether it is a phone or tablet.
    pub mobile: bool,
    /// Address of the last request.
    pub ip: String,
    /// When it began.
    pub started: When,
    /// When it was last used.
    pub last_active: When,
    /// Names of the clients used in it.
    pub applications: Vec<String>,
    /// Whether it is the one that shows this page.
    pub current: bool,
}

impl SessionView {
    fn icon(&self) -> &'static str {
        if self.mobile { "smartphone" } else { "laptop" }
    }

    fn device_name(&self, locale: Locale) -> String {
        if self.device.is_empty() {
            locale.text("sessions-unknown")
        } else {
            self.device.clone()
        }
    }
}

impl SessionsPage {
    fn others(&self) -> usize {
        self.sessions.iter().filter(|session| !session.current).count()
    }
}

/// `GET /account/sessions`, and ending one or all others.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/sessions", get(show))
        .route("/account/sessions/{id}/end", post(end))
        .route("/account/sessions/end-others", post(end_others))
}

async fn show(mut owner: Owner) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let filter = SessionFilter {
        user: Some(owner.account.user_id.clone()),
        live: true,
    };
    let request = PageRequest {
        descending: true,
        size: 100,
        ..PageRequest::default()
    };
    let live = store::sessions::list(&ops.db, &filter, &request, ops.now()).await?;
    let mut sessions: Vec<SessionView> = live.rows.into_iter().map(|s| view(s, &owner)).collect();
    sessions.sort_by_key(|s| !s.current);
    Ok(SessionsPage {
        shell: owner.shell("sessions-title").await?,
        sessions,
    }
    .into_response())
}

fn view(session: session::SessionView, owner: &Owner) -> SessionView {
    let now = owner.visit.state.ops.now();
    let agent = &session.origin.user_agent;
    SessionView {
        current: session.id == owner.account.id,
        id: session.id.to_string(),
        device: if agent.is_empty() {
            String::new()
        } else {
            session.origin.device()
        },
        mobile: ["iPhone", "iPad", "Android", "Mobile"]
            .iter()
            .any(|mark| agent.contains(mark)),
        ip: session.origin.ip,
        started: When::ago(session.created_at, now),
        last_active: When::ago(session.last_seen_at, now),
        applications: session.clients,
    }
}

async fn end(Path(id): Path<SessionId>, mut owner: Owner) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let session = store::sessions::find(&ops.db, &id).await?;
    // somebody else's session does not exist here
    if session.is_none_or(|s| s.user_id != owner.account.user_id) {
        return Err(PageError::not_found());
    }
    ops::sessions::end(&ops, &owner.context(), &id, Ending::Terminated).await?;
    let text = owner.visit.locale.text("sessions-ended");
    owner.visit.flash("ok", text).await?;
    browser_state::changed(&owner.visit, redirect::to_own_page("/account/sessions")).await
}

async fn end_others(mut owner: Owner) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let keep = owner.account.id.clone();
    let count = ops::sessions::end_all(&ops, &owner.context(), &owner.account.user_id, Some(&keep)).await?;
    let text = owner
        .visit
        .locale
        .text_with("sessions-ended-others", &[("count", &count)]);
    owner.visit.flash("ok", text).await?;
    Ok(redirect::to_own_page("/account/sessions"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<SessionsPage> {
        let this = SessionView {
            id: "ses_1".to_owned(),
            device: "Firefox on Linux".to_owned(),
            mobile: false,
            ip: "203.0.113.24".to_owned(),
            started: samples::when("20 Nov 2026, 08:12 UTC"),
            last_active: samples::when("just now"),
            applications: vec!["Ledger".to_owned(), "Payroll".to_owned()],
            current: true,
        };
        let phone = SessionView {
            id: "ses_2".to_owned(),
            device: "Safari on iOS".to_owned(),
            mobile: true,
            current: false,
            ..this.clone()
        };
        let unknown = SessionView {
            device: String::new(),
            applications: Vec::new(),
            mobile: false,
            ..phone.clone()
        };
        let shell = samples::account(locale, "/account/sessions");
        vec![
            SessionsPage {
                shell: shell.clone(),
                sessions: vec![this.clone(), phone, unknown],
            },
            SessionsPage {
                shell,
                sessions: vec![this],
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("account_sessions", samples);
    }
}
