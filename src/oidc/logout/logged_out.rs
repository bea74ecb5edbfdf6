//! `/logged-out`: the end of signing out, and the way back.

use askama::Template;
use askama_web::WebTemplate;
use axum::Extension;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::error::PageError;
use crate::ops::logout::Frame;
use crate::web::security_headers::Allow;
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
    /// Where the page goes on to by itself, proved.
    pub(super) onward: Option<String>,
    /// What tells clients of the end. Front-Channel Logout §2.
    pub(super) frames: Vec<String>,
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
pub(super) async fn show(visit: Visit) -> Result<Response, PageError> {
    let ops = &visit.state.ops;
    let id: Option<ClientId> = visit.query.get("client").and_then(|id| id.parse().ok());
    let client = match id {
        Some(id) => ops.clients.find(&ops.db, &id).await?,
        None => None,
    };
    page(visit, client.as_deref(), None, Vec::new()).await
}

/// The page for a client, with frames that load before it goes on.
pub(super) async fn page(
    mut visit: Visit,
    client: Option<&Client>,
    onward: Option<String>,
    frames: Vec<Frame>,
) -> Result<Response, PageError> {
    let back = client.and_then(|c| {
        Some(BackTo {
            name: c.name().to_owned(),
            href: c.metadata.client_uri.clone()?,
        })
    });
    let mut origins: Vec<String> = frames.iter().map(|f| f.origin.clone()).collect();
    origins.sort_unstable();
    origins.dedup();
    let allow = Allow {
        frames: origins,
        ..Allow::default()
    };
    let page = LoggedOutPage {
        shell: visit.shell(String::new(), None).await?,
        back,
        onward,
        frames: frames.into_iter().map(|f| f.src).collect(),
        sign_in_href: "/login".to_owned(),
    };
    Ok((Extension(allow), page).into_response())
}
