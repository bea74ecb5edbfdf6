//! Signed CIBA requests. CIBA §7.1.1, FAPI-CIBA §5.2.2. Every violation is `invalid_request`.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose;
use crate::crypto::jose::claims;
use crate::crypto::jose::claims::BadClaim;
use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::domain::id::ClientId;
use crate::domain::time::Timestamp;
use crate::error::ProtocolError;
use crate::oidc::ciba::request::Asked;
use crate::oidc::ciba::request::NAMES;
use crate::ops;
use crate::ops::Ops;
use crate::ops::replay;

/// The longest life of a request, and the age of its `nbf`, in seconds. FAPI-CIBA §5.2.2.
const LONGEST_SECS: i64 = 3600;

/// How much the clocks of client and server may differ, in seconds.
const SKEW_SECS: i64 = 30;

fn refused(reason: &'static str) -> ProtocolError {
    ProtocolError::invalid_request("The signed request is not valid: signature, issuer, audience or times.")
        .because(reason)
}

/// Verifies a request and reads its parameters.
pub(super) async fn read(ops: &Ops, client: &Client, token: &str) -> Result<Asked, ProtocolError> {
    somebody_elses(ops, client, token).await?;
    let own = client.metadata.backchannel_authentication_request_signing_alg;
    let allowed = own
        .as_ref()
        .map_or(client.rules().signing_algs, std::slice::from_ref);
    let verified = ops::client_keys::verify(ops, client, token, allowed).await?;
    let claims = verified.map_err(refused)?.claims;
    let bad = |_: BadClaim| refused("a claim of the request has the wrong type");
    let now = ops.now().as_secs();
    let (jti, until) = judge(ops, client, &claims, now).map_err(bad)?.map_err(refused)?;
    let asked = parameters(&claims)?;
    let (whose, until) = (client.id.as_str(), Timestamp::from_secs(until));
    if !replay::first_use(ops, replay::Kind::CibaRequest, whose, &jti, until).await? {
        return Err(refused("the request has been seen before"));
    }
    Ok(asked)
}

/// A request that another client made: whoever sends it is not who it speaks for. FAPI-CIBA asks for `invalid_client`.
async fn somebody_elses(ops: &Ops, client: &Client, token: &str) -> Result<(), ProtocolError> {
    let unverified = jose::peek(token);
    let issuer = unverified.as_ref().and_then(|jwt| jwt.claims.get("iss"));
    let issuer = issuer
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<ClientId>().ok());
    let Some(issuer) = issuer.filter(|issuer| *issuer != client.id) else {
        return Ok(());
    };
    if ops.clients.find(&ops.db, &issuer).await?.is_none() {
        return Ok(());
    }
    let text = "The signed request is another client's.";
    Err(ProtocolError::new(ErrorCode::InvalidClient, text).because("iss names another client"))
}

/// Its `jti` and when it ends; the inner error is the reason, for the log.
fn judge(
    ops: &Ops,
    client: &Client,
    claims: &Map<String, Value>,
    now: i64,
) -> Result<Result<(String, i64), &'static str>, BadClaim> {
    if claims::text(claims, "iss")? != Some(client.id.as_str()) {
        return Ok(Err("iss is not the client"));
    }
    if !claims::audience(claims)?.names(ops.issuer()) {
        return Ok(Err("aud is not the issuer"));
    }
    let time = |name| claims::numeric_date(claims, name);
    let (Some(exp), Some(nbf), Some(iat)) = (time("exp")?, time("nbf")?, time("iat")?) else {
        return Ok(Err("exp, nbf or iat is missing"));
    };
    if exp <= now || exp > now + LONGEST_SECS || exp - nbf > LONGEST_SECS {
        return Ok(Err("exp is past or too far away"));
    }
    if nbf > now + SKEW_SECS || nbf < now - LONGEST_SECS || iat > now + SKEW_SECS {
        return Ok(Err("nbf or iat is in the future, or nbf too long ago"));
    }
    Ok(match claims::text(claims, "jti")? {
        Some(jti) if !jti.is_empty() => Ok((jti.to_owned(), exp)),
        Some(_) | None => Err("jti is missing"),
    })
}

/// The parameters among the claims. `requested_expiry` may be a number; `resource` a list.
fn parameters(claims: &Map<String, Value>) -> Result<Asked, ProtocolError> {
    let mut asked = Asked::default();
    for name in NAMES {
        let text = match claims.get(*name) {
            None => continue,
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) if *name == "requested_expiry" => number.to_string(),
            Some(_) => return Err(refused("a parameter of the request has the wrong type")),
        };
        asked.texts.insert(name, text);
    }
    let many = match claims.get("resource") {
        None => Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(one) => vec![one.clone()],
    };
    for one in many {
        let text = one.as_str().ok_or_else(|| refused("resource is not a text"))?;
        asked.resource.push(text.to_owned());
    }
    Ok(asked)
}
