//! The bearer token of a request to a resource of ours. RFC 6750 §2.

use axum::http::HeaderMap;
use axum::http::header;

use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::error::protocol::Challenge;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::tokens::read_access_token;
use crate::web::params::Params;

/// A token that is not one of ours, has expired, or counts no more.
pub fn invalid_token(reason: &'static str) -> ProtocolError {
    ProtocolError::new(
        ErrorCode::InvalidToken,
        "The access token is unknown, expired or revoked.",
    )
    .because(reason)
}

/// The token from the `Authorization` header, or from a posted form; never from the query.
pub fn token(headers: &HeaderMap, form: Option<&Params>) -> Result<Secret<String>, ProtocolError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let in_form = form.and_then(|f| f.get("access_token"));
    match (values.next(), values.next(), in_form) {
        (Some(value), None, None) => {
            let credentials = value.to_str().ok().and_then(|v| v.split_once(' '));
            match credentials {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                    Ok(Secret::new(token.trim().to_owned()))
                }
                _ => Err(invalid_token("the Authorization header is not a bearer token")),
            }
        }
        (None, None, Some(token)) => Ok(Secret::new(token.to_owned())),
        (None, None, None) => {
            let missing = ProtocolError::new(ErrorCode::InvalidToken, "The request has no access token.");
            Err(missing.challenging(Challenge::BareBearer))
        }
        _ => Err(ProtocolError::invalid_request(
            "The request has more than one access token.",
        )),
    }
}

/// The claims of a token of ours; whether it still counts is for the database.
pub async fn claims(ops: &Ops, token: &Secret<String>) -> Result<AccessClaims, ProtocolError> {
    let claims = read_access_token(ops, token).await?;
    claims.ok_or_else(|| invalid_token("not a valid access token of ours"))
}
