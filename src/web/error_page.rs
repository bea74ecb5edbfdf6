//! The error page: one sentence for the person, and details for the developer.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::app::state::AppState;
use crate::error::page::ErrorDetails;
use crate::error::page::ErrorToRender;
use crate::error::page::PageErrorKind;
use crate::error::protocol::RETRY_AFTER_SECS;
use crate::web::request_context::RequestContext;
use crate::web::shell::Shell;
use crate::web::visit;

/// The error page. The status belongs to whoever answers with it.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// What is around the card.
    pub shell: Shell,
    /// What went wrong.
    pub problem: PageErrorKind,
    /// The one step that helps.
    pub next: Next,
    /// What a developer or administrator needs.
    pub details: Details,
}

/// The one step that helps.
#[derive(Clone, Debug)]
pub enum Next {
    /// Open the same address again.
    TryAgain(String),
    /// Go to one's own account.
    Account,
    /// Nothing to offer.
    Nothing,
}

/// What a developer or administrator needs. Everything is shown escaped.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// The error code of the protocol.
    pub code: Option<String>,
    /// One sentence of our own, such as "redirect_uri does not match".
    pub description: Option<String>,
    /// The client id received.
    pub client_id: Option<String>,
    /// The redirect URI received.
    pub redirect_uri: Option<String>,
    /// The id under which the log has this request.
    pub request_id: String,
    /// When, in UTC.
    pub at: String,
}

/// The layer that turns a [`PageError`](crate::error::PageError) into HTML.
pub async fn layer(State(state): State<AppState>, request: Request, next: middleware::Next) -> Response {
    let context = request.extensions().get::<RequestContext>().cloned();
    let headers = request.headers().clone();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |p| p.as_str())
        .to_owned();
    let can_repeat = request.method() == Method::GET;
    let mut response = next.run(request).await;
    let Some(error) = error_of(&mut response) else {
        return response;
    };
    let status = error.kind.status();
    let config = &state.ops.config;
    let mut shell = Shell::plain(config, visit::locale(&headers, None));
    shell.return_to.clone_from(&path);
    let page = ErrorPage {
        shell,
        next: next_step(&error.kind, path, can_repeat),
        details: Details {
            code: Some(error.kind.marker().to_owned()),
            description: error.details.description,
            client_id: error.details.client_id,
            redirect_uri: error.details.redirect_uri,
            request_id: context.map(|c| c.id.to_string()).unwrap_or_default(),
            at: state.ops.now().to_string(),
        },
        problem: error.kind,
    };
    let mut rendered = (status, page).into_response();
    if matches!(
        status,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
    ) {
        rendered
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECS));
    }
    rendered
}

/// What a response has to say that is no page yet.
fn error_of(response: &mut Response) -> Option<ErrorToRender> {
    let said = response.extensions_mut().remove::<ErrorToRender>();
    // the session layer answers so, without a word, when it cannot write to the database
    let bare = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && !response.headers().contains_key(header::CONTENT_TYPE);
    said.or_else(|| {
        bare.then(|| ErrorToRender {
            kind: PageErrorKind::Unavailable,
            details: ErrorDetails::default(),
        })
    })
}

fn next_step(kind: &PageErrorKind, path: String, can_repeat: bool) -> Next {
    match kind {
        PageErrorKind::Unavailable | PageErrorKind::Internal | PageErrorKind::Throttled { .. }
            if can_repeat =>
        {
            Next::TryAgain(path)
        }
        PageErrorKind::StaleForm => Next::TryAgain(path),
        PageErrorKind::Expired | PageErrorKind::NotFound | PageErrorKind::Forbidden(_) => Next::Account,
        PageErrorKind::BadRequest
        | PageErrorKind::MethodNotAllowed
        | PageErrorKind::TooLarge
        | PageErrorKind::UnsupportedMediaType
        | PageErrorKind::Throttled { .. }
        | PageErrorKind::Unavailable
        | PageErrorKind::Internal
        | PageErrorKind::UnknownClient
        | PageErrorKind::ClientDisabled
        | PageErrorKind::RedirectUriMismatch
        | PageErrorKind::RedirectUriMissing
        | PageErrorKind::PostLogoutRedirectUriMismatch
        | PageErrorKind::InvalidIdTokenHint
        | PageErrorKind::InvalidRequestUri
        | PageErrorKind::InvalidRequestObject => Next::Nothing,
    }
}
