//! The word of a trusted issuer for an access token. RFC 7523 §2.1.

use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;
use crate::oidc::token::TokenRequest;
use crate::oidc::token::grants::Grant;
use crate::oidc::token::our_names;
use crate::ops::assertion;
use crate::ops::assertion::Presented;
use crate::ops::assertion::Redeemed;
use crate::ops::tokens::IssuedTokens;

/// `urn:ietf:params:oauth:grant-type:jwt-bearer`.
pub(super) const GRANT: Grant = Grant {
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    parameters: &["assertion", "scope", "resource"],
    redeem: |request| Box::pin(redeem(request)),
};

async fn redeem(request: TokenRequest<'_>) -> Result<IssuedTokens, ProtocolError> {
    let presented = Presented {
        assertion: request.require("assertion")?,
        audiences: &our_names(request.ops),
        scope: request.scope()?,
        resource: request.resource(),
        constraint: request.constraint.clone(),
        origin: &request.context.origin,
    };
    match assertion::redeem(request.ops, request.client, presented).await? {
        Redeemed::Issued(issued) => Ok(*issued),
        Redeemed::WiderScope => Err(ProtocolError::new(
            ErrorCode::InvalidScope,
            "The scope is not registered for the client, or cannot be granted this way.",
        )),
        Redeemed::WrongTarget => Err(ProtocolError::invalid_target()),
        Redeemed::Refused(reason) => Err(ProtocolError::invalid_grant(
            "The assertion is not valid here: issuer, signature, audience, times or subject.",
            reason,
        )),
    }
}
