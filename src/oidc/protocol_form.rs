//! The form of a protocol endpoint, with our errors.

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::app::state::AppState;
use crate::error::ProtocolError;
use crate::web::params::BadParams;
use crate::web::params::Params;
use crate::web::request_context::RequestContext;

/// What a client posts to a protocol endpoint.
#[derive(Debug)]
pub struct ProtocolForm {
    /// The form's parameters.
    pub params: Params,
    /// The headers, for credentials.
    pub headers: HeaderMap,
    /// Id and origin of the request.
    pub request: RequestContext,
}

impl From<BadParams> for ProtocolError {
    fn from(bad: BadParams) -> Self {
        Self::invalid_request(bad.description())
    }
}

impl FromRequest<AppState> for ProtocolForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let context = request.extensions().get::<RequestContext>().cloned();
        let body = Bytes::from_request(request, state).await.map_err(unreadable)?;
        let params = Params::from_form(&headers, &body).map_err(refuse)?;
        let Some(request) = context else {
            return Err(refuse(BadParams::NotAForm));
        };
        Ok(Self {
            params,
            headers,
            request,
        })
    }
}

fn unreadable(rejection: BytesRejection) -> Response {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        return refuse(BadParams::TooLarge);
    }
    ProtocolError::invalid_request("The request body could not be read.").into_response()
}

/// RFC 6749 says 400 for all of these; a body too large is told apart, as HTTP does (RFC 9110 §15.5.14).
fn refuse(bad: BadParams) -> Response {
    let mut response = ProtocolError::from(bad).into_response();
    if bad == BadParams::TooLarge {
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    }
    response
}
