//! Parameters of a path, parsed into the type they stand for. What does not parse is not there: `404`.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::extract::RawPathParams;
use axum::http::request::Parts;

use crate::error::PageError;

/// The path's one parameter.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

/// The path's two parameters, in their order.
#[derive(Debug, Clone)]
pub struct PathPair<A, B>(pub A, pub B);

fn parse<T: FromStr>(text: Option<&str>) -> Result<T, PageError> {
    text.and_then(|t| t.parse().ok()).ok_or_else(PageError::not_found)
}

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Path<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let raw = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| PageError::not_found())?;
        Ok(Self(parse(raw.iter().next().map(|(_, value)| value))?))
    }
}

impl<S: Send + Sync, A: FromStr, B: FromStr> FromRequestParts<S> for PathPair<A, B> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let raw = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| PageError::not_found())?;
        let mut values = raw.iter().map(|(_, value)| value);
        Ok(Self(parse(values.next())?, parse(values.next())?))
    }
}
