//! Exchanging a refresh token. RFC 6749 §6, RFC 9700 §4.14.

use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::token::TokenRequest;
use crate::oidc::token::grants::Grant;
use crate::ops;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::PresentedRefresh;
use crate::ops::tokens::Refresh;

/// `refresh_token`.
pub(super) const GRANT: Grant = Grant {
    grant_type: "refresh_token",
    parameters: &["refresh_token", "scope", "resource", "authorization_details"],
    redeem: |request| Box::pin(redeem(request)),
};

const REFUSED: &str = "The refresh token is unknown, expired, used, revoked, or another client's.";

async fn redeem(request: TokenRequest<'_>) -> Result<IssuedTokens, ProtocolError> {
    let presented = PresentedRefresh {
        token: Secret::new(request.require("refresh_token")?.to_owned()),
        scope: request.scope()?,
        resource: request.resource(),
        authorization_details: request.authorization_details()?,
        constraint: request.constraint.clone(),
        origin: &request.context.origin,
    };
    match ops::tokens::refresh(request.ops, request.client, &presented).await? {
        Refresh::Rotated(issued) | Refresh::Repeated(issued) => Ok(*issued),
        Refresh::Reused(family) => {
            tracing::warn!(client.id = %request.client.id, family.id = %family, "Ended token family {family} after reuse");
            Err(ProtocolError::invalid_grant(
                REFUSED,
                "the refresh token had been used; its family has ended",
            ))
        }
        Refresh::WiderScope => Err(ProtocolError::new(
            ErrorCode::InvalidScope,
            "The scope goes beyond what was granted.",
        )),
        Refresh::WrongTarget => Err(ProtocolError::invalid_target()),
        Refresh::WrongDetails => Err(TokenRequest::wrong_details()),
        Refresh::Refused(reason) => Err(ProtocolError::invalid_grant(REFUSED, reason)),
    }
}
