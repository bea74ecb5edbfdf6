//! Refusals on pages. Rendered by `web::error_page`, which knows the shell.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::error::Cause;
use crate::error::Failure;
use crate::i18n::Locale;
use crate::store::StoreError;

/// What the person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageErrorKind {
    /// The request makes no sense.
    BadRequest,
    /// They may not do this; holds the missing permission.
    Forbidden(Option<String>),
    /// The form is out of date: CSRF, or another browser session.
    StaleForm,
    /// There is nothing at this address, or nothing they may know of.
    NotFound,
    /// The method is not served here.
    MethodNotAllowed,
    /// The transaction or link has run out.
    Expired,
    /// The body is larger than any form here.
    TooLarge,
    /// The body is not a form.
    UnsupportedMediaType,
    /// Too many attempts.
    Throttled {
        /// How long to wait.
        minutes: u32,
    },
    /// Something we need is away.
    Unavailable,
    /// Something failed here.
    Internal,
    /// No client of that id.
    UnknownClient,
    /// The client is switched off.
    ClientDisabled,
    /// `redirect_uri` is not one of the client's.
    RedirectUriMismatch,
    /// No `redirect_uri`.
    RedirectUriMissing,
    /// `post_logout_redirect_uri` is not one of the client's.
    PostLogoutRedirectUriMismatch,
    /// `id_token_hint` is not a token of ours, or missing where it is needed.
    InvalidIdTokenHint,
    /// `request_uri` leads to nothing, or to nothing any more. RFC 9126 §4.
    InvalidRequestUri,
    /// The request object is not valid. RFC 9101 §6.
    InvalidRequestObject,
}

impl PageErrorKind {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest
            | Self::UnknownClient
            | Self::ClientDisabled
            | Self::RedirectUriMismatch
            | Self::RedirectUriMissing
            | Self::PostLogoutRedirectUriMismatch
            | Self::InvalidIdTokenHint
            | Self::InvalidRequestUri
            | Self::InvalidRequestObject => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Expired => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A stable word for the rule, shown in the details and set as `data-error`.
    pub fn marker(&self) -> &'static str {
        match self {
            Self::BadRequest => "invalid_request",
            Self::Forbidden(_) => "forbidden",
            Self::StaleForm => "stale_form",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Expired => "expired",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Throttled { .. } => "throttled",
            Self::Unavailable => "temporarily_unavailable",
            Self::Internal => "server_error",
            Self::UnknownClient => "unknown_client",
            Self::ClientDisabled => "client_disabled",
            Self::RedirectUriMismatch => "redirect_uri_mismatch",
            Self::RedirectUriMissing => "redirect_uri_missing",
            Self::PostLogoutRedirectUriMismatch => "post_logout_redirect_uri_mismatch",
            Self::InvalidIdTokenHint => "invalid_id_token_hint",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidRequestObject => "invalid_request_object",
        }
    }

    /// The title, which names the problem.
    pub fn title(&self, locale: &Locale) -> String {
        locale.text(match self {
            Self::BadRequest | Self::UnsupportedMediaType => "error-bad-request-title",
            Self::Forbidden(_) => "error-forbidden-title",
            Self::StaleForm => "error-stale-title",
            Self::NotFound => "error-not-found-title",
            Self::MethodNotAllowed => "error-method-title",
            Self::Expired => "error-expired-title",
            Self::TooLarge => "error-too-large-title",
            Self::Throttled { .. } => "error-throttled-title",
            Self::Internal => "error-internal-title",
            Self::Unavailable => "error-unavailable-title",
            Self::UnknownClient
            | Self::ClientDisabled
            | Self::RedirectUriMismatch
            | Self::RedirectUriMissing
            | Self::PostLogoutRedirectUriMismatch
            | Self::InvalidIdTokenHint
            | Self::InvalidRequestUri
            | Self::InvalidRequestObject => "error-client-title",
        })
    }

    /// What happened and what to do.
    pub fn text(&self, locale: &Locale) -> String {
        let key = match self {
            Self::Throttled { minutes } => {
                return locale.text_with("error-throttled", &[("minutes", minutes)]);
            }
            Self::BadRequest | Self::UnsupportedMediaType => "error-bad-request",
            Self::Forbidden(_) => "error-forbidden",
            Self::StaleForm => "error-stale",
            Self::NotFound => "error-not-found",
            Self::MethodNotAllowed => "error-method",
            Self::Expired => "error-expired",
            Self::TooLarge => "error-too-large",
            Self::Internal => "error-internal",
            Self::Unavailable => "error-unavailable",
            Self::UnknownClient => "error-unknown-client",
            Self::ClientDisabled => "error-client-disabled",
            Self::RedirectUriMismatch => "error-redirect-uri-mismatch",
            Self::RedirectUriMissing => "error-redirect-uri-missing",
            Self::PostLogoutRedirectUriMismatch => "error-post-logout-redirect-uri-mismatch",
            Self::InvalidIdTokenHint => "error-id-token-hint",
            Self::InvalidRequestUri => "error-request-uri",
            Self::InvalidRequestObject => "error-request-object",
        };
        locale.text(key)
    }
}

/// Facts for the client's developer, shown escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorDetails {
    /// The client id received.
    pub client_id: Option<String>,
    /// The redirect URI received.
    pub redirect_uri: Option<String>,
    /// One sentence of ours: which parameter, what rule.
    pub description: Option<String>,
}

/// A refusal on a page.
#[derive(Debug)]
pub struct PageError {
    /// What the person is told.
    pub kind: PageErrorKind,
    /// Facts for the client's developer.
    pub details: ErrorDetails,
    /// Why, for the log.
    pub cause: Option<Cause>,
}

impl PageError {
    /// A refusal.
    pub fn new(kind: PageErrorKind) -> Self {
        Self {
            kind,
            details: ErrorDetails::default(),
            cause: None,
        }
    }

    /// Nothing at this address.
    pub fn not_found() -> Self {
        Self::new(PageErrorKind::NotFound)
    }

    /// A request that makes no sense; the sentence tells the developer why.
    pub fn bad_request(description: &'static str) -> Self {
        let mut error = Self::new(PageErrorKind::BadRequest);
        error.details.description = Some(description.to_owned());
        error
    }

    /// With facts for the client's developer.
    #[must_use]
    pub fn with_details(mut self, details: ErrorDetails) -> Self {
        self.details = details;
        self
    }

    /// With a reason for the log.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.cause = Some(Cause::Request(reason));
        self
    }

    fn log(&self) {
        let (status, code) = (self.kind.status().as_u16(), self.kind.marker());
        let cause = self.cause.as_ref().map(tracing::field::display);
        match status {
            500.. => tracing::error!(status, error.code = code, cause, "Page refused"),
            401 | 403 | 429 => tracing::warn!(status, error.code = code, cause, "Page refused"),
            _ => tracing::info!(status, error.code = code, cause, "Page refused"),
        }
    }
}

impl From<Failure> for PageError {
    fn from(failure: Failure) -> Self {
        let kind = if failure.is_temporary() {
            PageErrorKind::Unavailable
        } else {
            PageErrorKind::Internal
        };
        Self {
            cause: Some(Cause::Ours(failure)),
            ..Self::new(kind)
        }
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
    pub details: ErrorDetails,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.log();
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(ErrorToRender {
            kind: self.kind,
            details: self.details,
        });
        response
    }
}
