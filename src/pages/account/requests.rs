//! `/account/requests`: applications that ask for approval without a browser of their own (CIBA), and the answer.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::app::state::AppState;
use crate::domain::client::CIBA_GRANT;
use crate::domain::client::Client;
use crate::domain::id::PendingId;
use crate::domain::pending_grant::PendingGrant;
use crate::domain::pending_grant::PendingKind;
use crate::error::PageError;
use crate::ops;
use crate::pages::account::owner::Owner;
use crate::pages::client_badge::ClientBadge;
use crate::pages::scope_line;
use crate::pages::scope_line::ScopeLine;
use crate::pages::scope_line::Words;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::when::When;

/// The requests that wait. Each has two forms, `decision=allow` and `decision=deny`.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/account/requests.html")]
pub struct RequestsPage {
    /// What is around the content.
    pub shell: Shell,
    /// The requests, the newest first.
    pub requests: Vec<RequestView>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct RequestView {
    /// What the forms' address holds.
    pub id: String,
    /// Who asks.
    pub client: ClientBadge,
    /// What the person sees at the other end too.
    pub binding_message: Option<String>,
    /// For what.
    pub scopes: Vec<ScopeLine>,
    /// When.
    pub asked: When,
}

/// `GET /account/requests`, and deciding.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/requests", get(show))
        .route("/account/requests/{id}", post(decide))
}

async fn client_of(owner: &Owner, grant: &PendingGrant) -> Result<Option<std::sync::Arc<Client>>, PageError> {
    let ops = &owner.visit.state.ops;
    let client = ops.clients.find(&ops.db, &grant.client_id).await?;
    Ok(client.filter(|client| client.metadata.uses(CIBA_GRANT)))
}

async fn show(mut owner: Owner) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let now = ops.now();
    let user = store::users::find(&ops.db, &owner.account.user_id).await?;
    let apis = ops.apis.current();
    let mut requests = Vec::new();
    for grant in store::pending_grants::waiting(&ops.db, &owner.account.user_id, now).await? {
        let Some(client) = client_of(&owner, &grant).await? else {
            continue;
        };
        let (scope, words) = (
            &grant.request.scope,
            Words {
                apis: &apis,
                resource: &grant.request.resource,
            },
        );
        requests.push(RequestView {
            id: grant.id.to_string(),
            client: ClientBadge {
                // a page of several clients allows no picture of any
                logo_url: None,
                ..ClientBadge::from(&*client)
            },
            binding_message: grant.request.binding_message.clone(),
            scopes: scope_line::describe(scope, user.as_ref(), &client, &ops.config, words),
            asked: When::ago(grant.created_at, now),
        });
    }
    Ok(RequestsPage {
        shell: owner.shell("requests-title").await?,
        requests,
    }
    .into_response())
}

async fn decide(
    mut owner: Owner,
    Path(id): Path<PendingId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let allow = form.get("decision") == Some("allow");
    let grant = store::pending_grants::find(&ops.db, &id).await?;
    let grant = grant.filter(|grant| grant.kind == PendingKind::Ciba);
    let mut done = None;
    if let Some(grant) = grant
        && let Some(client) = client_of(&owner, &grant).await?
    {
        let context = owner.context();
        let settled =
            ops::pending_grants::decide(&ops, &context, &client, &grant, &owner.account, allow).await?;
        done = settled.then(|| client.name().to_owned());
    }
    let locale = owner.visit.locale;
    let (level, text) = match done {
        Some(name) if allow => ("ok", locale.text_with("requests-allowed", &[("client", &name)])),
        Some(name) => ("ok", locale.text_with("requests-denied", &[("client", &name)])),
        None => ("bad", locale.text("requests-gone")),
    };
    owner.visit.flash(level, text).await?;
    Ok(redirect::to_own_page("/account/requests"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<RequestsPage> {
        let one = RequestView {
            id: "pgr_1".to_owned(),
            client: samples::ledger(),
            binding_message: Some("Order 4711".to_owned()),
            scopes: vec![ScopeLine::Profile, ScopeLine::Email { address: None }],
            asked: samples::when("1 min ago"),
        };
        let other = RequestView {
            id: "pgr_2".to_owned(),
            binding_message: None,
            ..one.clone()
        };
        let shell = samples::account(locale, "/account/requests");
        vec![
            RequestsPage {
                shell: shell.clone(),
                requests: vec![one, other],
            },
            RequestsPage {
                shell,
                requests: Vec::new(),
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("account_requests", samples);
    }
}
