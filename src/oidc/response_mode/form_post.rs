//! `response_mode=form_post`: the answer to a client as a form. OAuth 2.0 Form Post Response Mode §2.

use askama::Template;
use askama_web::WebTemplate;
use axum::Extension;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::domain::authorization::ResponseMode;
use crate::oidc::response_mode::Envelope;
use crate::oidc::response_mode::Mode;
use crate::web::security_headers::Allow;
use crate::web::shell::Shell;

/// A page that sends itself on; without script, by its Continue button.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/form_post.html")]
struct FormPostPage {
    /// What is around the card.
    shell: Shell,
    /// The client's name.
    client_name: String,
    /// The proved redirect URI.
    action: String,
    /// The parameters of the answer.
    fields: Vec<(String, String)>,
}

pub(super) const MODE: Mode = Mode {
    mode: ResponseMode::FormPost,
    respond,
};

fn respond(envelope: &Envelope<'_>) -> Response {
    let uri = envelope.to.redirect_uri();
    let page = FormPostPage {
        shell: envelope.shell.clone(),
        client_name: envelope.client_name.to_owned(),
        action: uri.as_str().to_owned(),
        fields: envelope
            .params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    };
    let allow = Allow {
        form_action: Some(uri.origin()),
        ..Allow::default()
    };
    (Extension(allow), page).into_response()
}
