//! The frame by which a client's page asks whether somebody has signed in or out. OIDC Session Management §3.2, §3.3.

use askama::Template;
use askama_web::WebTemplate;
use axum::Extension;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::web::security_headers::Allow;
use crate::web::static_files;

/// `GET /check_session`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/check_session",
    metadata: Some("check_session_iframe"),
    caller: Caller::Browser,
    router: || get(serve),
};

/// A page with a script and nothing to see.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/check_session.html")]
struct CheckSessionPage {
    /// The script's address.
    script: String,
}

/// The same for everybody: what it is about is in a cookie, which its script reads. Every site may frame it.
async fn serve() -> Response {
    let allow = Allow {
        framed: true,
        ..Allow::default()
    };
    let page = CheckSessionPage {
        script: static_files::address("check_session.js"),
    };
    (Extension(allow), page).into_response()
}
