//! `/logout`: the question before signing out. OpenID Connect RP-Initiated Logout 1.0 §2.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::shell::Shell;

/// The confirm page.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/logout.html")]
pub(super) struct LogoutPage {
    /// What is around the card.
    pub(super) shell: Shell,
    /// Who is signed in.
    pub(super) name: String,
    /// Names of the clients that lose their session too.
    pub(super) clients: Vec<String>,
    /// What goes along in the form: `post_logout_redirect_uri`, `state`, `client_id`, `id_token_hint`.
    pub(super) fields: Vec<(String, String)>,
    /// Where "Stay signed in" leads.
    pub(super) stay_href: String,
}
