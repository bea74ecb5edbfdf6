//! In the query. RFC 6749 §4.1.2: a query of the redirect URI is kept byte for byte.

use axum::response::Response;

use crate::domain::authorization::ResponseMode;
use crate::oidc::response_mode::Envelope;
use crate::oidc::response_mode::Mode;
use crate::oidc::response_mode::encoded;
use crate::web::redirect;

pub(super) const MODE: Mode = Mode {
    mode: ResponseMode::Query,
    respond,
};

fn respond(envelope: &Envelope<'_>) -> Response {
    let uri = envelope.to.redirect_uri().as_str();
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    // a redirect without a fragment inherits that of the page it leaves; an empty one of its own keeps it here
    redirect::to_client(&format!("{uri}{joint}{}#", encoded(&envelope.params)))
}
