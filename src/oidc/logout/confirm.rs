//! `/logout`: the question before signing out. OpenID Connect RP-Initiated Logout 1.0 §2.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::shell::Shell;

/// The confirm page.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/logout.html")]
pub struct LogoutPage {
    /// What is around the card.
    pub shell: Shell,
    /// Who is signed in.
    pub name: String,
    /// Names of the clients that lose their session too.
    pub clients: Vec<String>,
    /// What goes along in the form: `post_logout_redirect_uri`, `state`, `client_id`, `id_token_hint`.
    pub fields: Vec<(String, String)>,
    /// Where "Stay signed in" leads.
    pub stay_href: String,
}
