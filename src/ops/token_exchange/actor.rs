//! Who acts for the person: the `act` claim. RFC 8693 §4.1.

use serde_json::Value;
use serde_json::json;

use crate::domain::client::Client;
use crate::domain::client::TokenExchangePolicy;
use crate::domain::secret::Secret;
use crate::domain::user::UserStatus;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::assertion;
use crate::ops::id_token_hint;
use crate::ops::token_exchange::PresentedToken;
use crate::ops::token_exchange::TokenKind;
use crate::ops::tokens;

/// How many may act one for another: the claim must not grow without end.
const LONGEST_CHAIN: usize = 5;

/// The client itself.
pub(super) fn client(client: &Client) -> Value {
    json!({ "sub": client.id })
}

/// The actor of a token that counts; the inner error is the reason, for the log.
pub(super) async fn find(
    ops: &Ops,
    client: &Client,
    policy: &TokenExchangePolicy,
    presented: PresentedToken<'_>,
    audiences: &[String],
) -> Result<Result<Value, &'static str>, Failure> {
    match presented.kind {
        TokenKind::Access => of_access_token(ops, client, policy, presented.token).await,
        TokenKind::Id => {
            let Some(hinted) = id_token_hint::person(ops, client, presented.token).await? else {
                return Ok(Err("the actor_token is not an ID token of ours for this client"));
            };
            let ended = hinted.claims.sid.is_some() && hinted.live_session.is_none();
            let expired = hinted.claims.exp <= ops.now().as_secs();
            if ended || expired || hinted.user.status != UserStatus::Active {
                return Ok(Err(
                    "the actor_token has expired, or its person or session is gone",
                ));
            }
            Ok(Ok(json!({ "sub": hinted.claims.sub })))
        }
        TokenKind::Jwt => {
            let said = match assertion::accept(ops, presented.token, audiences).await? {
                Ok(said) => said,
                Err(reason) => return Ok(Err(reason)),
            };
            if !policy.subject_issuers.contains(&said.issuer.issuer) {
                return Ok(Err(
                    "the actor_token is of an issuer whose tokens are not exchanged",
                ));
            }
            Ok(Ok(json!({ "iss": said.issuer.issuer, "sub": said.subject })))
        }
    }
}

async fn of_access_token(
    ops: &Ops,
    client: &Client,
    policy: &TokenExchangePolicy,
    token: &str,
) -> Result<Result<Value, &'static str>, Failure> {
    let token = Secret::new(token.to_owned());
    let Some(claims) = tokens::read_access_token(ops, &token).await? else {
        return Ok(Err(
            "the actor_token is not an access token of ours, or has expired",
        ));
    };
    if claims.client_id != client.id && !policy.subject_clients.contains(&claims.client_id) {
        return Ok(Err(
            "the actor_token is of a client whose tokens are not exchanged",
        ));
    }
    if !tokens::still_counts(ops, &claims).await? {
        return Ok(Err("the actor_token counts no more"));
    }
    Ok(Ok(json!({ "sub": claims.sub, "client_id": claims.client_id })))
}

/// The actor in front of those who acted before.
pub(super) fn chain(mut actor: Value, earlier: Option<&Value>) -> Result<Value, &'static str> {
    let mut length = 1;
    let mut link = earlier;
    while let Some(act) = link {
        length += 1;
        link = act.get("act");
    }
    if length > LONGEST_CHAIN {
        return Err("too many act for the person one after another");
    }
    if let Some(earlier) = earlier {
        actor["act"] = earlier.clone();
    }
    Ok(actor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_actor_stands_outside_and_the_chain_has_an_end() {
        let mut act = json!({ "sub": "a" });
        for name in ["b", "c", "d", "e"] {
            act = chain(json!({ "sub": name }), Some(&act)).unwrap();
        }
        assert_eq!(act["sub"], "e");
        assert_eq!(act["act"]["act"]["act"]["act"]["sub"], "a");
        assert!(chain(json!({ "sub": "f" }), Some(&act)).is_err());
    }
}
