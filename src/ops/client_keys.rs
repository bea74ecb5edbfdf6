//! The keys of a client: JWTs that it signed, and certificates that it registered. RFC 7523 §3, RFC 9101 §6.2.

use serde_json::Value;

use crate::crypto::jose::Foreign;
use crate::crypto::jose::ForeignError;
use crate::domain::client::Client;
use crate::domain::signing_alg::SigningAlg;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::jwks_cache;
use crate::ops::jwks_cache::KeySource;
use crate::ops::jwks_cache::Refused;

/// Verifies a JWT by the keys that the client has registered; the inner error is the reason, for the log.
///
/// Times, issuer and audience are the caller's to judge.
pub async fn verify(
    ops: &Ops,
    client: &Client,
    token: &str,
    allowed: &[SigningAlg],
) -> Result<Result<Foreign, &'static str>, Failure> {
    let Some(source) = source(client) else {
        return Ok(Err("the client has no registered keys"));
    };
    let verified = jwks_cache::verify(ops, source, token, allowed).await;
    Ok(verified.map_err(|refused| reason(&refused)))
}

/// Whether the key set of the client fits; looked for once more where it is published.
pub async fn fit(
    ops: &Ops,
    client: &Client,
    fits: impl Fn(&Value) -> bool,
) -> Result<Result<bool, &'static str>, Failure> {
    let Some(source) = source(client) else {
        return Ok(Err("the client has no registered keys"));
    };
    let fitting = jwks_cache::fits(ops, source, fits).await;
    Ok(fitting.map_err(|refused| reason(&refused)))
}

fn source(client: &Client) -> Option<KeySource<'_>> {
    let uri = client.metadata.jwks_uri.as_deref();
    let value = client.metadata.jwks.as_ref();
    value.map(KeySource::Value).or(uri.map(KeySource::Url))
}

const fn reason(refused: &Refused) -> &'static str {
    match refused {
        Refused::Token(ForeignError::Malformed) => "the JWT is not a well-formed signed JWT",
        Refused::Token(ForeignError::Algorithm) => {
            "the JWT is signed with an algorithm that is not allowed here"
        }
        Refused::Token(ForeignError::UnknownKey) => "no registered key made the signature of the JWT",
        Refused::Token(ForeignError::Signature) => "the signature of the JWT is not that of the key it names",
        Refused::Keys(_) => "the registered keys of the client cannot be used",
        Refused::Unavailable => "the keys of the client could not be fetched",
    }
}
