//! `/account/applications`: which clients may use my account, and taking that back.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::app::state::AppState;
use crate::domain::id::ClientId;
use crate::domain::page::PageRequest;
use crate::error::PageError;
use crate::ops;
use crate::pages::account::owner::Owner;
use crate::pages::client_badge::ClientBadge;
use crate::pages::scope_line;
use crate::pages::scope_line::ScopeLine;
use crate::pages::scope_line::Words;
use crate::store;
use crate::store::families::FamilyFilter;
use crate::store::families::StateFilter;
use crate::web::csrf::CheckedForm;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::when::When;

/// The connected apps. Removing sends `client_id` to `/account/applications/remove`.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/account/applications.html")]
pub struct ApplicationsPage {
    /// What is around the content.
    pub shell: Shell,
    /// The apps, last used first.
    pub applications: Vec<ApplicationView>,
}

/// A client that has access.
#[derive(Clone, Debug)]
pub struct ApplicationView {
    /// What the form sends back.
    pub client_id: String,
    /// Name and logo.
    pub client: ClientBadge,
    /// What it may do.
    pub scopes: Vec<ScopeLine>,
    /// When that was first allowed.
    pub allowed: When,
    /// When it was last used.
    pub last_used: Option<When>,
    /// Whether it holds a live refresh token.
    pub stays_connected: bool,
}

/// `GET /account/applications`, and taking access back.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/applications", get(show))
        .route("/account/applications/remove", post(remove))
}

async fn show(mut owner: Owner) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let now = ops.now();
    let user = store::users::find(&ops.db, &owner.account.user_id).await?;
    let filter = FamilyFilter {
        user: Some(owner.account.user_id.clone()),
        state: Some(StateFilter::Active),
        ..FamilyFilter::default()
    };
    let request = PageRequest {
        descending: true,
        size: 200,
        ..PageRequest::default()
    };
    let families = store::families::list(&ops.db, &filter, &request, now).await?.rows;
    let apis = ops.apis.current();
    let words = Words {
        apis: &apis,
        resource: &[],
    };
    let mut applications = Vec::new();
    for consent in store::consents::of_user(&ops.db, &owner.account.user_id).await? {
        let Some(client) = store::clients::find(&ops.db, &consent.client_id).await? else {
            continue;
        };
        let live: Vec<_> = families
            .iter()
            .filter(|f| f.client_id == consent.client_id)
            .collect();
        applications.push(ApplicationView {
            client_id: consent.client_id.to_string(),
            client: ClientBadge::from(&client),
            scopes: scope_line::describe(&consent.scope, user.as_ref(), &client, &ops.config, words),
            allowed: When::ago(consent.granted_at, now),
            last_used: live
                .iter()
                .map(|f| f.last_used_at)
                .max()
                .map(|at| When::ago(at, now)),
            stays_connected: !live.is_empty(),
        });
    }
    Ok(ApplicationsPage {
        shell: owner.shell("apps-title").await?,
        applications,
    }
    .into_response())
}

async fn remove(mut owner: Owner, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let id: ClientId = form
        .text("client_id")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let name = store::clients::find(&ops.db, &id)
        .await?
        .map(|c| c.name().to_owned())
        .unwrap_or_default();
    ops::consent::withdraw(&ops, &owner.context(), &owner.account.user_id, &id).await?;
    let text = owner.visit.locale.text_with("apps-removed", &[("client", &name)]);
    owner.visit.flash("ok", text).await?;
    Ok(redirect::to_own_page("/account/applications"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ApplicationsPage> {
        let ledger = ApplicationView {
            client_id: "ledger-web".to_owned(),
            client: samples::ledger(),
            scopes: vec![
                ScopeLine::Profile,
                ScopeLine::Email { address: None },
                ScopeLine::Offline { days: 90 },
            ],
            allowed: samples::when("20 Nov 2026"),
            last_used: Some(samples::when("4 min ago")),
            stays_connected: true,
        };
        let payroll = ApplicationView {
            client_id: "payroll".to_owned(),
            client: ClientBadge {
                name: "Payroll".to_owned(),
                ..samples::ledger()
            },
            scopes: vec![ScopeLine::Roles],
            last_used: None,
            stays_connected: false,
            ..ledger.clone()
        };
        let shell = samples::account(locale, "/account/applications");
        vec![
            ApplicationsPage {
                shell: shell.clone(),
                applications: vec![ledger, payroll],
            },
            ApplicationsPage {
                shell,
                applications: Vec::new(),
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("account_applications", samples);
    }
}
