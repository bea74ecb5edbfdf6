//! Signed responses: all parameters in one JWT, which then travels by any mode. JARM §2.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::CryptoError;
use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::domain::client::Client;
use crate::domain::lifetime::Lifetime;
use crate::error::Failure;
use crate::ops::Ops;

/// How long a response may be on its way. JARM §2.1 recommends ten minutes as the most.
const LIFETIME: Lifetime = Lifetime::from_minutes(5);

/// The value of `response`. It is for one client, and names us itself, so that `iss` and `state` stand in it alone.
pub fn sign(ops: &Ops, client: &Client, params: Vec<(&'static str, String)>) -> Result<String, Failure> {
    let now = ops.now();
    let registered = client.metadata.authorization_signed_response_alg;
    let alg = registered.unwrap_or(client.default_alg());
    let keys = ops.keys.current();
    let key = keys.active(alg, now).ok_or(CryptoError(
        "there is no active signing key of the client's algorithm",
    ))?;
    let mut claims: Map<String, Value> = params
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    claims.insert("iss".to_owned(), ops.issuer().into());
    claims.insert("aud".to_owned(), client.id.as_str().into());
    claims.insert("exp".to_owned(), (now + LIFETIME).as_secs().into());
    Ok(jwt::sign(key, TokenType::AuthorizationResponse, &claims)?)
}
