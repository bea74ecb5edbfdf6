//! Refusals on pages. Rendered by `web::error_page`, which knows the shell.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::error::Cause;
use crate::error::Failure;
use crate::store::StoreError;

/// What the person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageErrorKind {
    /// There is nothing at this address, or nothing they may know of.
    NotFound,
    /// They may not do this; holds the missing permission.
    Forbidden(Option<String>),
    /// The request makes no sense; holds a marker that names the rule, `redirect_uri_mismatch`.
    BadRequest(&'static str),
    /// The form is out of date. CSRF, or another browser session.
    StaleForm,
    /// The transaction or link has run out or was finished; holds where to start again.
    Expired(Option<String>),
    /// Too many attempts; seconds to wait.
    TooMany(i64),
    /// The method is not served here.
    MethodNotAllowed,
    /// The body is larger than any form here.
    TooLarge,
    /// The body is not a form.
    UnsupportedMediaType,
    /// Something we need is away.
    Unavailable,
    /// Something failed here.
    Internal,
}

impl PageErrorKind {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Expired(_) => StatusCode::GONE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A refusal on a page.
#[derive(Debug)]
pub struct PageError {
    /// What the person is told.
    pub kind: PageErrorKind,
    /// Facts for the developer of the client: label and value, shown escaped.
    pub details: Vec<(&'static str, String)>,
    /// Why, for the log.
    pub cause: Option<Cause>,
}

impl PageError {
    /// A refusal.
    pub fn new(kind: PageErrorKind) -> Self {
        Self { kind, details: Vec::new(), cause: None }
    }

    /// Nothing at this address.
    pub fn not_found() -> Self {
        Self::new(PageErrorKind::NotFound)
    }

    /// A request that breaks the named rule.
    pub fn bad_request(marker: &'static str) -> Self {
        Self::new(PageErrorKind::BadRequest(marker))
    }

    /// With a fact for the client's developer.
    #[must_use]
    pub fn detail(mut self, label: &'static str, value: impl Into<String>) -> Self {
        self.details.push((label, value.into()));
        self
    }

    /// With a reason for the log.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.cause = Some(Cause::Request(reason));
        self
    }

    fn log(&self) {
        let (status, cause) = (self.kind.status().as_u16(), self.cause.as_ref().map(tracing::field::display));
        match status {
            500.. => tracing::error!(status, cause, "Page refused: {:?}", self.kind),
            401 | 403 | 429 => tracing::warn!(status, cause, "Page refused: {:?}", self.kind),
            _ => tracing::info!(status, cause, "Page refused: {:?}", self.kind),
        }
    }
}

impl From<Failure> for PageError {
    fn from(failure: Failure) -> Self {
        let kind = if failure.is_temporary() { PageErrorKind::Unavailable } else { PageErrorKind::Internal };
        Self { cause: Some(Cause::Ours(failure)), ..Self::new(kind) }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Failure::from(error).into()
    }
}

impl From<tower_sessions::session::Error> for PageError {
    fn from(error: tower_sessions::session::Error) -> Self {
        Failure::from(error).into()
    }
}

/// What `web::error_page` finds in a response and turns into HTML.
#[derive(Debug, Clone)]
pub struct ErrorToRender {
    /// What the person is told.
    pub kind: PageErrorKind,
    /// Facts for the client's developer.
    pub details: Vec<(&'static str, String)>,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.log();
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(ErrorToRender { kind: self.kind, details: self.details });
        response
    }
}
