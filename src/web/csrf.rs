//! Forms of our own pages: read once, checked once, for all of them.

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::app::state::AppState;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::web::browser::Browser;
use crate::web::params::BadParams;
use crate::web::params::MAX_FORM_BYTES;
use crate::web::params::Params;

/// A form whose CSRF token was this browser's. Only [`layer`] makes one.
#[derive(Debug, Clone)]
pub struct CheckedForm(pub Params);

impl FromRequestParts<AppState> for CheckedForm {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, PageError> {
        let form = parts.extensions.get::<Self>().cloned();
        form.ok_or_else(|| {
            PageError::new(PageErrorKind::Internal).because("the CSRF layer is missing on this route")
        })
    }
}

impl From<BadParams> for PageError {
    fn from(bad: BadParams) -> Self {
        let mut error = match bad {
            BadParams::TooLarge => Self::new(PageErrorKind::TooLarge),
            BadParams::NotAForm => Self::new(PageErrorKind::UnsupportedMediaType),
            BadParams::Repeated | BadParams::Encoding => Self::new(PageErrorKind::BadRequest),
        };
        error.details.description = Some(bad.description().to_owned());
        error
    }
}

/// The layer: every POST must bring a form with this browser's token.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    match check(&state, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn check(state: &AppState, request: Request) -> Result<Request, PageError> {
    let (mut parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_FORM_BYTES)
        .await
        .map_err(|_| BadParams::TooLarge)?;
    let browser = Browser::from_request_parts(&mut parts, state).await?;
    let form = checked(&browser, &parts.headers, &body)?;
    parts.extensions.insert(CheckedForm(form));
    Ok(Request::from_parts(parts, Body::empty()))
}

/// Reads a form and checks its token, for the one form that is not under the layer: the protocol's own sign-out.
pub fn checked(browser: &Browser, headers: &HeaderMap, body: &Bytes) -> Result<Params, PageError> {
    let form = Params::from_form(headers, body)?;
    if !browser.csrf_matches(form.get("csrf").unwrap_or("")) {
        return Err(PageError::new(PageErrorKind::StaleForm).because("the CSRF token is not this browser's"));
    }
    Ok(form)
}
