//! The body that a browser posts to a protocol endpoint, with our page when it is too large.

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::Request;

use crate::app::state::AppState;
use crate::error::PageError;
use crate::web::params::BadParams;

/// A body that was read whole.
#[derive(Debug)]
pub struct PageBody(pub Bytes);

impl FromRequest<AppState> for PageBody {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, PageError> {
        let body = Bytes::from_request(request, state).await;
        body.map(Self).map_err(|_| BadParams::TooLarge.into())
    }
}
