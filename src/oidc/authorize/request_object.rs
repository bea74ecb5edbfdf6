//! Authorization requests as signed JWTs. RFC 9101, OIDC Core §6.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose;
use crate::crypto::jose::Foreign;
use crate::crypto::jose::claims;
use crate::crypto::jose::claims::Audience;
use crate::crypto::jose::claims::BadClaim;
use crate::domain::client::Client;
use crate::domain::client::Profile;
use crate::domain::error_code::ErrorCode;
use crate::error::Failure;
use crate::error::ProtocolError;
use crate::ops;
use crate::ops::Ops;
use crate::web::params::Params;

/// How far ahead of ours a client's clock may be, in seconds.
const SKEW_SECS: i64 = 10;
/// The longest life of a FAPI request object, and its greatest age. FAPI 2.0 Message Signing §5.3.1.
const LONGEST_SECS: i64 = 60 * 60;

/// Claims of the JWT itself, which are no parameters. RFC 7519 §4.1.
const JWT_CLAIMS: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// `invalid_request_object`; the reason is for the log.
fn refused(reason: &'static str) -> ProtocolError {
    let text =
        "The request object is not valid. Check its signature, algorithm, audience, times and content.";
    ProtocolError::new(ErrorCode::InvalidRequestObject, text).because(reason)
}

/// The parameters in a request object; the inner error is the client's.
pub(super) async fn read(
    ops: &Ops,
    client: &Client,
    token: &str,
) -> Result<Result<Params, ProtocolError>, Failure> {
    let registered = client.metadata.request_object_signing_alg;
    let allowed = match &registered {
        Some(alg) => std::slice::from_ref(alg),
        None => client.rules().signing_algs,
    };
    let object = match ops::client_keys::verify(ops, client, token, allowed).await? {
        Ok(object) => object,
        Err(reason) => return Ok(Err(refused(reason))),
    };
    let now = ops.now().as_secs();
    let fits = judge(&object, client, ops.issuer(), now).and_then(|()| params(object.claims));
    Ok(fits.map_err(refused))
}

/// Whether a token says of itself that nobody signed it. OIDC Core §6.1: that is not served.
pub(super) fn is_unsigned(token: &str) -> bool {
    // a token without signature is no JWS for the strict reader: give it one, and look at the header alone
    let signed = format!("{}.e30.AA", token.split('.').next().unwrap_or(""));
    jose::peek(&signed).is_some_and(|object| object.header.alg == "none")
}

fn judge(object: &Foreign, client: &Client, issuer: &str, now: i64) -> Result<(), &'static str> {
    let strict = client.metadata.profile != Profile::Oidc;
    let typ = object.header.typ.as_deref().unwrap_or("JWT");
    let typ = typ.strip_prefix("application/").unwrap_or(typ);
    let known = ["JWT", "oauth-authz-req+jwt"];
    if !known.iter().any(|one| one.eq_ignore_ascii_case(typ)) {
        return Err("the typ of the request object is that of another kind of token");
    }
    let all = &object.claims;
    let bad = |_: BadClaim| "a claim of the request object has the wrong type";
    let id = client.id.as_str();
    if claims::text(all, "iss")
        .map_err(bad)?
        .is_some_and(|iss| iss != id)
    {
        return Err("the iss of the request object is not the client");
    }
    // RFC 9101 §10.8: an assertion that authenticates the client is no request
    if claims::text(all, "sub")
        .map_err(bad)?
        .is_some_and(|sub| sub == id)
    {
        return Err("the sub of the request object is the client, as in an assertion");
    }
    let inner = claims::text(all, "client_id").map_err(bad)?;
    if inner.is_some_and(|inner| inner != id) {
        return Err("the client_id of the request object is not the client");
    }
    let audience = claims::audience(all).map_err(bad)?;
    let unaddressed = audience == Audience::Absent && !strict;
    if !unaddressed && !audience.names(issuer) {
        return Err("the aud of the request object is not the issuer");
    }
    if all.contains_key("request") || all.contains_key("request_uri") {
        return Err("the request object holds another one");
    }
    let times = Times {
        exp: claims::numeric_date(all, "exp").map_err(bad)?,
        nbf: claims::numeric_date(all, "nbf").map_err(bad)?,
        iat: claims::numeric_date(all, "iat").map_err(bad)?,
    };
    times.judge(now, strict)
}

struct Times {
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
}

impl Times {
    fn judge(&self, now: i64, strict: bool) -> Result<(), &'static str> {
        if self.exp.is_some_and(|exp| exp <= now) {
            return Err("the request object has expired");
        }
        let early = |time: Option<i64>| time.is_some_and(|time| time > now + SKEW_SECS);
        if early(self.nbf) || early(self.iat) {
            return Err("the request object is not valid yet");
        }
        if !strict {
            return Ok(());
        }
        match (self.exp, self.nbf) {
            (None, _) => Err("the request object has no exp"),
            (_, None) => Err("the request object has no nbf"),
            (Some(exp), Some(nbf)) if exp - nbf > LONGEST_SECS || exp - now > LONGEST_SECS + SKEW_SECS => {
                Err("the exp of the request object is more than 60 minutes ahead")
            }
            (_, Some(nbf)) if now - nbf > LONGEST_SECS => {
                Err("the nbf of the request object is more than 60 minutes ago")
            }
            (Some(_), Some(_)) => Ok(()),
        }
    }
}

/// RFC 9101 §4: strings as they are, numbers as JSON writes them, objects as JSON.
fn params(all: Map<String, Value>) -> Result<Params, &'static str> {
    let mut pairs = Vec::new();
    for (name, value) in all {
        if JWT_CLAIMS.contains(&name.as_str()) {
            continue;
        }
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name, text)),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => pairs.push((name, value.to_string())),
            Value::Array(list) if name == "resource" => {
                for one in list {
                    let Value::String(one) = one else {
                        return Err("a resource of the request object is not a text");
                    };
                    pairs.push((name.clone(), one));
                }
            }
            Value::Array(_) if name == "authorization_details" => pairs.push((name, value.to_string())),
            Value::Array(_) => return Err("a parameter of the request object is a list"),
        }
    }
    Params::from_pairs(pairs).map_err(|_| "a parameter of the request object cannot be read")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    #[test]
    fn fapi_bounds_both_times_and_the_rest_of_the_world_neither() {
        let at = |exp: Option<i64>, nbf: Option<i64>| Times {
            exp: exp.map(|secs| NOW + secs),
            nbf: nbf.map(|secs| NOW + secs),
            iat: None,
        };
        let good = [(300, 0), (300, 8), (3600, 0), (3600, 5), (10, -3500), (60, -3540)];
        for (exp, nbf) in good {
            assert_eq!(at(Some(exp), Some(nbf)).judge(NOW, true), Ok(()), "{exp} {nbf}");
        }
        for (exp, nbf) in [
            (None, Some(0)),
            (Some(300), None),
            (Some(0), Some(-10)),
            (Some(-1), Some(-300)),
            (Some(4200), Some(0)),
            (Some(60), Some(-4200)),
            (Some(300), Some(11)),
        ] {
            assert!(at(exp, nbf).judge(NOW, true).is_err(), "{exp:?} {nbf:?}");
        }
        for (exp, nbf) in [(None, None), (Some(1_000_000), Some(-1_000_000))] {
            assert_eq!(at(exp, nbf).judge(NOW, false), Ok(()));
        }
    }

    #[test]
    fn an_unsigned_object_is_told_by_its_header() {
        // {"alg":"none"}, {"alg":"None"}, {"alg":"RS256"}
        assert!(is_unsigned("eyJhbGciOiJub25lIn0.e30."));
        assert!(is_unsigned("eyJhbGciOiJub25lIn0.e30"));
        for signed in [
            "eyJhbGciOiJOb25lIn0.e30.",
            "eyJhbGciOiJSUzI1NiJ9.e30.AA",
            "",
            "x",
            ".",
        ] {
            assert!(!is_unsigned(signed), "{signed}");
        }
    }

    #[test]
    fn claims_become_parameters_of_the_same_meaning() {
        let Value::Object(all) = json!({
            "iss": "c", "aud": "x", "exp": 5, "scope": "openid", "max_age": 60,
            "claims": {"id_token": {"acr": null}}, "resource": ["a", "b"], "prompt": null,
        }) else {
            panic!("an object")
        };
        let params = params(all).unwrap();
        assert_eq!(params.get("max_age"), Some("60"));
        assert_eq!(params.get("claims"), Some(r#"{"id_token":{"acr":null}}"#));
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((params.get("iss"), params.get("prompt")), (None, None));
        for bad in [
            json!({"scope": ["openid"]}),
            json!({"resource": [1]}),
            json!({"state": "\0"}),
        ] {
            let Value::Object(all) = bad else {
                panic!("an object")
            };
            assert!(super::params(all).is_err());
        }
    }
}
