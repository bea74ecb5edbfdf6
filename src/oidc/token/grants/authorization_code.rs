//! Exchanging a code. RFC 6749 §4.1.3, OIDC Core §3.1.3.

use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::error::ProtocolError;
use crate::oidc::token::TokenRequest;
use crate::oidc::token::grants::Grant;
use crate::ops;
use crate::ops::tokens::CodeProof;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::PresentedCode;
use crate::ops::tokens::Redeemed;

/// `authorization_code`.
pub(super) const GRANT: Grant = Grant {
    grant_type: "authorization_code",
    parameters: &[
        "code",
        "redirect_uri",
        "code_verifier",
        "resource",
        "authorization_details",
    ],
    redeem: |request| Box::pin(redeem(request)),
};

async fn redeem(request: TokenRequest<'_>) -> Result<IssuedTokens, ProtocolError> {
    let presented = PresentedCode {
        hash: TokenHash::of(&Secret::new(request.require("code")?.to_owned())),
        proof: CodeProof::Request {
            redirect_uri: request.params.get("redirect_uri"),
            // an empty verifier is a wrong one, not an absent one
            code_verifier: request.params.get_raw("code_verifier"),
        },
        constraint: request.constraint.clone(),
        resource: request.resource(),
        authorization_details: request.authorization_details()?,
    };
    match ops::tokens::redeem_code(request.ops, request.client, &presented, &request.context.origin).await? {
        Redeemed::Issued(issued) => Ok(*issued),
        Redeemed::WrongTarget => Err(ProtocolError::invalid_target()),
        Redeemed::WrongDetails => Err(TokenRequest::wrong_details()),
        Redeemed::Refused(reason) => Err(ProtocolError::invalid_grant(
            "The code is unknown, expired, used, or does not belong to this request.",
            reason,
        )),
    }
}
