//! What an application checks before it believes a token. OIDC Core §3.1.3.7, RFC 9068 §4.

use serde_json::Value;

use crate::crypto::jwt;
use crate::crypto::relying_party::Inspected;
use crate::domain::secret::Secret;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    /// What.
    pub(super) what: &'static str,
    /// Whether it holds.
    pub(super) holds: bool,
}

/// Clocks may differ by this much.
const LEEWAY_SECS: i64 = 5;

/// What a token has to agree with.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: Option<&'a Secret<String>>,
    pub(super) access_token: &'a Secret<String>,
    pub(super) now: Timestamp,
}

/// The checks of an ID token.
pub(super) fn id_token(token: &Inspected, expected: &Expected<'_>) -> Vec<Check> {
    let audience = &token.claims["aud"];
    let in_list = |all: &Vec<Value>| all.iter().any(|one| one == expected.client_id);
    let audience = audience
        .as_array()
        .map_or(audience == expected.client_id, in_list);
    let mut checks = common(token, "JWT", expected);
    checks.push(Check {
        what: "Audience is this application",
        holds: audience,
    });
    if let Some(nonce) = expected.nonce {
        let holds = token.claims["nonce"] == nonce.expose().as_str();
        checks.push(Check {
            what: "Nonce is the one of the request",
            holds,
        });
    }
    let at_hash = jwt::half_hash(SigningAlg::RS256, expected.access_token.expose());
    checks.push(Check {
        what: "at_hash belongs to the access token",
        holds: token.claims["at_hash"] == at_hash,
    });
    checks
}

/// The checks of an access token.
pub(super) fn access_token(token: &Inspected, expected: &Expected<'_>) -> Vec<Check> {
    let mut checks = common(token, "at+jwt", expected);
    let holds = token.claims["client_id"] == expected.client_id;
    checks.push(Check {
        what: "Issued to this application",
        holds,
    });
    checks
}

fn common(token: &Inspected, typ: &str, expected: &Expected<'_>) -> Vec<Check> {
    let earliest = expected.now.as_secs() - LEEWAY_SECS;
    let in_time = token.claims["exp"].as_i64().is_some_and(|exp| exp > earliest);
    vec![
        Check {
            what: "Signature is by a published key",
            holds: token.is_signed,
        },
        Check {
            what: "Type is the expected one",
            holds: token.header["typ"] == typ,
        },
        Check {
            what: "Issuer is the configured one",
            holds: token.claims["iss"] == expected.issuer,
        },
        Check {
            what: "Has not expired",
            holds: in_time,
        },
    ]
}

/// Whether all hold.
pub(super) fn all_hold(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.holds)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failing(claims: &Value, is_signed: bool) -> Vec<&'static str> {
        let (nonce, access) = (Secret::new("n".to_owned()), Secret::new("a".to_owned()));
        let expected = Expected {
            issuer: "https://id.test",
            client_id: "demo",
            nonce: Some(&nonce),
            access_token: &access,
            now: Timestamp::from_secs(1000),
        };
        let token = Inspected {
            header: json!({ "typ": "JWT" }),
            claims: claims.clone(),
            is_signed,
        };
        id_token(&token, &expected)
            .into_iter()
            .filter(|c| !c.holds)
            .map(|c| c.what)
            .collect()
    }

    #[test]
    fn each_claim_that_does_not_agree_is_named() {
        let good = json!({
            "iss": "https://id.test", "aud": ["demo"], "nonce": "n", "exp": 1001, "at_hash": jwt::half_hash(SigningAlg::RS256, "a"),
        });
        assert_eq!(failing(&good, true), Vec::<&str>::new());
        assert_eq!(failing(&good, false), ["Signature is by a published key"]);
        for (claim, value) in [
            ("iss", json!("x")),
            ("aud", json!("x")),
            ("nonce", json!("x")),
            ("exp", json!(9)),
            ("at_hash", json!(1)),
        ] {
            let mut bad = good.clone();
            bad[claim] = value;
            assert_eq!(failing(&bad, true).len(), 1, "{claim}");
        }
    }
}
