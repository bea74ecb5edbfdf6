//! In the fragment. OAuth 2.0 Multiple Response Types §2.1.

use axum::response::Response;

use crate::domain::authorization::ResponseMode;
use crate::oidc::response_mode::Envelope;
use crate::oidc::response_mode::Mode;
use crate::oidc::response_mode::encoded;
use crate::web::redirect;

pub(super) const MODE: Mode = Mode {
    mode: ResponseMode::Fragment,
    respond,
};

fn respond(envelope: &Envelope<'_>) -> Response {
    let uri = envelope.to.redirect_uri().as_str();
    redirect::to_client(&format!("{uri}#{}", encoded(&envelope.params)))
}
