//! How an authorization response travels: one file per mode, one line in [`RESPONSE_MODES`]. The signed modes are those
//! with a JWT in them ([`jarm`]).

mod form_post;
mod fragment;
pub mod jarm;
mod query;

use axum::response::Response;

use crate::domain::authorization::ResponseMode;
use crate::domain::authorization::ReturnTo;
use crate::web::shell::Shell;

/// One mode.
pub struct Mode {
    /// Which.
    pub mode: ResponseMode,
    /// Makes the response.
    pub respond: fn(&Envelope<'_>) -> Response,
}

/// A response on its way.
pub struct Envelope<'a> {
    /// Where it goes.
    pub to: &'a ReturnTo,
    /// The client's name, for a page.
    pub client_name: &'a str,
    /// Its parameters, in order.
    pub params: Vec<(&'static str, String)>,
    /// For a page.
    pub shell: Shell,
}

/// Every mode.
pub const RESPONSE_MODES: &[Mode] = &[query::MODE, fragment::MODE, form_post::MODE];

/// Sends a response.
pub fn send(envelope: &Envelope<'_>) -> Response {
    let mode = RESPONSE_MODES
        .iter()
        .find(|m| m.mode == envelope.to.mode().carrier())
        .unwrap_or(&query::MODE);
    (mode.respond)(envelope)
}

/// The parameters in form encoding.
fn encoded(params: &[(&'static str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish()
}
