//! One token for another. RFC 8693 §2.

use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;
use crate::oidc::token::TokenRequest;
use crate::oidc::token::grants::Grant;
use crate::oidc::token::our_names;
use crate::ops::token_exchange;
use crate::ops::token_exchange::ACCESS_TOKEN;
use crate::ops::token_exchange::Exchange;
use crate::ops::token_exchange::Exchanged;
use crate::ops::token_exchange::PresentedToken;
use crate::ops::token_exchange::TokenKind;
use crate::ops::tokens::IssuedTokens;

/// `urn:ietf:params:oauth:grant-type:token-exchange`.
pub(super) const GRANT: Grant = Grant {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    parameters: &[
        "subject_token",
        "subject_token_type",
        "actor_token",
        "actor_token_type",
        "requested_token_type",
        "resource",
        "audience",
        "scope",
    ],
    redeem: |request| Box::pin(redeem(request)),
};

async fn redeem(request: TokenRequest<'_>) -> Result<IssuedTokens, ProtocolError> {
    let params = request.params;
    let subject = presented(
        request.require("subject_token")?,
        request.require("subject_token_type")?,
    )?;
    let actor = match (params.get("actor_token"), params.get("actor_token_type")) {
        (Some(token), Some(kind)) => Some(presented(token, kind)?),
        (None, None) => None,
        // RFC 8693 §2.1: one comes with the other
        (Some(_), None) | (None, Some(_)) => {
            let text = "actor_token and actor_token_type must be sent together.";
            return Err(ProtocolError::invalid_request(text));
        }
    };
    if params
        .get("requested_token_type")
        .is_some_and(|kind| kind != ACCESS_TOKEN)
    {
        let text = "Only access tokens can be asked for (requested_token_type).";
        return Err(ProtocolError::invalid_request(text));
    }
    let mut targets = request.resource();
    targets.extend(params.all("audience").map(str::to_owned));
    let asked = Exchange {
        subject,
        actor,
        scope: request.scope()?,
        targets,
        audiences: &our_names(request.ops),
        constraint: request.constraint.clone(),
        origin: &request.context.origin,
    };
    match token_exchange::exchange(request.ops, request.client, asked).await? {
        Exchanged::Issued(issued) => Ok(*issued),
        Exchanged::NotAllowed(reason) => {
            let text = "The policy of the client does not allow this exchange.";
            Err(ProtocolError::new(ErrorCode::UnauthorizedClient, text).because(reason))
        }
        Exchanged::Invalid(reason) => Err(ProtocolError::invalid_request(
            "subject_token or actor_token is unknown, has ended, or cannot be exchanged by this client.",
        )
        .because(reason)),
        Exchanged::WiderScope => Err(ProtocolError::new(
            ErrorCode::InvalidScope,
            "The scope goes beyond the subject_token or what is registered for the client.",
        )),
        Exchanged::WrongTarget => Err(ProtocolError::invalid_target()),
    }
}

fn presented<'a>(token: &'a str, kind: &str) -> Result<PresentedToken<'a>, ProtocolError> {
    let unknown = || ProtocolError::invalid_request("This type of token cannot be exchanged here.");
    Ok(PresentedToken {
        kind: TokenKind::parse(kind).ok_or_else(unknown)?,
        token,
    })
}
