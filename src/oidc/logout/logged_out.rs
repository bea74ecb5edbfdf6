//! `/logged-out`: the end of signing out, and the way back.

use askama::Template;
use askama_web::WebTemplate;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::domain::id::ClientId;
use crate::error::PageError;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// "You're signed out".
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/logged_out.html")]
pub(super) struct LoggedOutPage {
    /// What is around the card.
    pub(super) shell: Shell,
    /// The client to go back to, with a proved address.
    pub(super) back: Option<BackTo>,
    /// Where "Sign in again" leads.
    pub(super) sign_in_href: String,
}

/// A way back to a client.
#[derive(Clone, Debug)]
pub(super) struct BackTo {
    /// The client's name.
    pub(super) name: String,
    /// A registered address of it.
    pub(super) href: String,
}

/// `GET /logged-out?client=…`.
pub(super) async fn show(mut visit: Visit) -> Result<Response, PageError> {
    let ops = visit.state.ops.clone();
    let id: Option<ClientId> = visit.query.get("client").and_then(|id| id.parse().ok());
    let client = match id {
        Some(id) => ops.clients.find(&ops.db, &id).await?,
        None => None,
    };
    let back = client.and_then(|c| {
        Some(BackTo {
            name: c.name().to_owned(),
            href: c.metadata.client_uri.clone()?,
        })
    });
    let shell = visit.shell(String::new(), None).await?;
    Ok(LoggedOutPage {
        shell,
        back,
        sign_in_href: "/login".to_owned(),
    }
    .into_response())
}
