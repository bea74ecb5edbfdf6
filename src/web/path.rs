//! One path parameter, parsed. What does not parse does not exist.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::state::AppState;
use crate::error::PageError;

/// The path's one parameter as a `T`; anything else is answered with "not found".
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: FromStr + Send> FromRequestParts<AppState> for Path<T> {
    type Rejection = PageError;

    #[expect(clippy::disallowed_types, reason = "this is web::path")]
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        let parsed = text.ok().and_then(|axum::extract::Path(text)| text.parse().ok());
        parsed.map(Self).ok_or_else(PageError::not_found)
    }
}
