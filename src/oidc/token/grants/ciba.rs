//! A client asks whether the person it named has decided. CIBA §10.1.

use crate::domain::client::CIBA_GRANT;
use crate::domain::pending_grant::PendingKind;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::pending;
use crate::oidc::token::TokenRequest;
use crate::oidc::token::grants::Grant;
use crate::ops::tokens::IssuedTokens;

/// `urn:openid:params:grant-type:ciba`.
pub(super) const GRANT: Grant = Grant {
    grant_type: CIBA_GRANT,
    parameters: &["auth_req_id", "resource"],
    redeem: |request| Box::pin(redeem(request)),
};

async fn redeem(request: TokenRequest<'_>) -> Result<IssuedTokens, ProtocolError> {
    let code = Secret::new(request.require("auth_req_id")?.to_owned());
    pending::redeem(&request, PendingKind::Ciba, code).await
}
