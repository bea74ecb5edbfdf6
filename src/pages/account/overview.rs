//! `/account`: who I am here, and how safe my account is.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::page::PageRequest;
use crate::error::PageError;
use crate::pages::account::owner::Owner;
use crate::store;
use crate::store::sessions::SessionFilter;
use crate::web::shell::Shell;
use crate::web::when::When;

/// The overview of one's own account.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/account/overview.html")]
pub struct OverviewPage {
    /// What is around the content.
    pub shell: Shell,
    /// Display name.
    pub name: String,
    /// Username.
    pub username: String,
    /// Email address, if any.
    pub email: Option<EmailView>,
    /// Phone number, if any.
    pub phone: Option<String>,
    /// When the password was last changed, if ever.
    pub password_changed: Option<When>,
    /// On how many devices the person is signed in.
    pub sessions: u64,
    /// How many apps have access.
    pub applications: u64,
    /// How many apps wait for an approval.
    pub requests: u64,
}

/// An email address and whether it is confirmed.
#[derive(Clone, Debug)]
pub struct EmailView {
    /// The address.
    pub address: String,
    /// Whether its owner confirmed it.
    pub verified: bool,
}

/// `GET /account`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/account", get(show))
}

async fn show(mut owner: Owner) -> Result<Response, PageError> {
    let db = owner.visit.state.ops.db.clone();
    let now = owner.visit.state.ops.now();
    let user = store::users::find(&db, &owner.account.user_id)
        .await?
        .ok_or_else(PageError::not_found)?;
    let changed = store::users::password_changed_at(&db, &user.id).await?;
    let filter = SessionFilter {
        user: Some(user.id.clone()),
        live: true,
    };
    let sessions = store::sessions::list(
        &db,
        &filter,
        &PageRequest {
            size: 100,
            ..PageRequest::default()
        },
        now,
    )
    .await?;
    let applications = store::consents::of_user(&db, &user.id).await?;
    let requests = store::pending_grants::waiting(&db, &user.id, now).await?;
    let page = OverviewPage {
        shell: owner.shell("account-title").await?,
        name: user.display_name().to_owned(),
        username: user.username.clone(),
        email: user.email.clone().map(|address| EmailView {
            address,
            verified: user.email_verified,
        }),
        phone: user.profile.phone_number.clone(),
        password_changed: changed.map(|at| When::ago(at, now)),
        sessions: sessions.rows.len() as u64,
        applications: applications.len() as u64,
        requests: requests.len() as u64,
    };
    Ok(page.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<OverviewPage> {
        let full = OverviewPage {
            shell: samples::account(locale, "/account"),
            name: "Amara Okafor".to_owned(),
            username: "amara".to_owned(),
            email: Some(EmailView {
                address: "amara@northwind.example".to_owned(),
                verified: true,
            }),
            phone: Some("+44 20 7946 0000".to_owned()),
            password_changed: Some(samples::when("3 months ago")),
            sessions: 3,
            applications: 1,
            requests: 2,
        };
        let bare = OverviewPage {
            email: Some(EmailView {
                address: "a@example.com".to_owned(),
                verified: false,
            }),
            phone: None,
            password_changed: None,
            sessions: 1,
            applications: 0,
            requests: 0,
            ..full.clone()
        };
        vec![full, bare]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("account_overview", samples);
    }
}
