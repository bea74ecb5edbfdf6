//! Request objects by reference. RFC 9101 §5.2, OIDC Core §6.2.

use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;
use crate::ops::Ops;

/// What a request object is served as; the first is the name of RFC 9101.
const CONTENT_TYPES: [&str; 2] = ["application/oauth-authz-req+jwt", "application/jwt"];

/// `invalid_request_uri`; the reason is for the log.
pub(super) fn refused(reason: &'static str) -> ProtocolError {
    let text = "The request_uri is not registered, has run out or was used, or leads to no request object.";
    ProtocolError::new(ErrorCode::InvalidRequestUri, text).because(reason)
}

/// Fetches a request object. Only from where the client has registered it: nobody else sends us anywhere.
pub(super) async fn fetch(ops: &Ops, client: &Client, request_uri: &str) -> Result<String, ProtocolError> {
    // with its fragment, which names a version and is not verified (OIDC Core §6.2)
    if !client.metadata.request_uris.iter().any(|uri| uri == request_uri) {
        return Err(refused("the request_uri is not registered"));
    }
    let url = request_uri.split('#').next().unwrap_or(request_uri);
    let fetched = ops.fetch.get(url, &CONTENT_TYPES.join(", ")).await;
    let fetched = fetched.map_err(|error| refused(error.reason()))?;
    if fetched.status != 200 {
        return Err(refused("the request_uri does not answer with 200"));
    }
    let kind = fetched.content_type.split(';').next().unwrap_or("").trim();
    if !CONTENT_TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return Err(refused("the request_uri does not answer with a JWT"));
    }
    let text = std::str::from_utf8(&fetched.body).map_err(|_| refused("the request object is not text"))?;
    Ok(text.trim().to_owned())
}
