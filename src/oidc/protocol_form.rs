//! The form of a protocol endpoint, with our errors.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::rejection::BytesRejection;
use axum::http::Extensions;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::app::state::AppState;
use crate::error::ProtocolError;
use crate::web::certificate::ClientCertificate;
use crate::web::params::BadParams;
use crate::web::params::Params;
use crate::web::request_context::RequestContext;

/// What of a request stands outside its body: where it goes, and credentials.
#[derive(Debug)]
pub struct ProtocolHead {
    /// The method.
    pub method: Method,
    /// Where the request goes. Its path is that of the endpoint.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The certificate that the client has shown to own.
    pub certificate: Option<ClientCertificate>,
}

impl ProtocolHead {
    fn of(method: &Method, uri: &Uri, headers: &HeaderMap, extensions: &Extensions) -> Self {
        Self {
            method: method.clone(),
            uri: uri.clone(),
            headers: headers.clone(),
            certificate: extensions.get::<ClientCertificate>().cloned(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for ProtocolHead {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(
            &parts.method,
            &parts.uri,
            &parts.headers,
            &parts.extensions,
        ))
    }
}

/// What a client posts to a protocol endpoint.
#[derive(Debug)]
pub struct ProtocolForm {
    /// The form's parameters.
    pub params: Params,
    /// Headers and certificate, for credentials.
    pub head: ProtocolHead,
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
        let head = ProtocolHead::of(
            request.method(),
            request.uri(),
            request.headers(),
            request.extensions(),
        );
        let context = request.extensions().get::<RequestContext>().cloned();
        let body = Bytes::from_request(request, state).await.map_err(unreadable)?;
        let params = Params::from_form(&head.headers, &body).map_err(refuse)?;
        let Some(request) = context else {
            return Err(refuse(BadParams::NotAForm));
        };
        Ok(Self {
            params,
            head,
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
