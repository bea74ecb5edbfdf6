//! The access token of a request to a resource of ours. RFC 6750 §2, RFC 9449 §7.1.

use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;

use crate::domain::confirmation::Confirmation;
use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::error::protocol::Challenge;
use crate::oidc::protocol_form::ProtocolHead;
use crate::oidc::sender_constraint;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::tokens::read_access_token;
use crate::web::params::Params;

/// A token as a request presents it.
#[derive(Debug)]
pub struct Presented {
    token: Secret<String>,
    scheme: Scheme,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

impl Presented {
    /// The token, where only the scheme `Bearer` will do.
    pub fn bearer(self) -> Result<Secret<String>, ProtocolError> {
        match self.scheme {
            Scheme::Bearer => Ok(self.token),
            Scheme::Dpop => Err(invalid_token("the Authorization header is not a bearer token")),
        }
    }
}

/// A token that is not one of ours, has expired, or counts no more.
pub fn invalid_token(reason: &'static str) -> ProtocolError {
    ProtocolError::new(
        ErrorCode::InvalidToken,
        "The access token is unknown, expired or revoked.",
    )
    .because(reason)
}

/// The token from the `Authorization` header, or from a posted form; never from the query.
pub fn token(headers: &HeaderMap, form: Option<&Params>) -> Result<Presented, ProtocolError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let in_form = form.and_then(|f| f.get("access_token"));
    match (values.next(), values.next(), in_form) {
        (Some(value), None, None) => {
            let credentials = value.to_str().ok().and_then(|v| v.split_once(' '));
            let read = credentials.and_then(|(scheme, token)| {
                let scheme = match scheme {
                    _ if scheme.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
                    _ if scheme.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
                    _ => return None,
                };
                let token = Secret::new(token.trim().to_owned());
                Some(Presented { token, scheme })
            });
            read.ok_or_else(|| invalid_token("the Authorization header holds no access token"))
        }
        (None, None, Some(token)) => Ok(Presented {
            token: Secret::new(token.to_owned()),
            scheme: Scheme::Bearer,
        }),
        (None, None, None) => {
            let missing = ProtocolError::new(ErrorCode::InvalidToken, "The request has no access token.");
            Err(missing.challenging(Challenge::BareBearer))
        }
        _ => Err(ProtocolError::invalid_request(
            "The request has more than one access token.",
        )),
    }
}

/// The claims of a token of ours that is presented with what it is bound to; whether it still counts is for the
/// database.
pub async fn claims(
    ops: &Ops,
    head: &ProtocolHead,
    presented: &Presented,
) -> Result<AccessClaims, ProtocolError> {
    let Presented { token, scheme } = presented;
    let claims = read_access_token(ops, token).await?;
    let claims = claims.ok_or_else(|| {
        let refusal = invalid_token("not a valid access token of ours");
        match scheme {
            Scheme::Bearer => refusal,
            Scheme::Dpop => refusal.challenging(Challenge::Dpop),
        }
    })?;
    let Some(bound_to) = &claims.cnf else {
        return match scheme {
            Scheme::Bearer => Ok(claims),
            Scheme::Dpop => {
                Err(invalid_token("a bearer token came as a DPoP token").challenging(Challenge::Dpop))
            }
        };
    };
    let (fits, challenge) = match bound_to {
        Confirmation::Key(_) => (*scheme == Scheme::Dpop, Challenge::Dpop),
        Confirmation::Certificate(_) => (*scheme == Scheme::Bearer, Challenge::Bearer),
    };
    if !fits {
        return Err(invalid_token("the token came by the scheme of another kind").challenging(challenge));
    }
    let as_resource = |refusal: ProtocolError| {
        if matches!(
            refusal.code,
            ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce
        ) {
            refusal
                .with_status(StatusCode::UNAUTHORIZED)
                .challenging(challenge)
        } else {
            refusal
        }
    };
    let proved = sender_constraint::prove(ops, head, token, bound_to).await;
    if proved.map_err(as_resource)? {
        Ok(claims)
    } else {
        let refusal = invalid_token("the token is bound to another key or certificate");
        Err(refusal.challenging(challenge))
    }
}
