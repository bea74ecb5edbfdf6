//! A device asks whether its person has decided. RFC 8628 §3.4.

use crate::domain::pending_grant::DEVICE_GRANT;
use crate::domain::pending_grant::PendingKind;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::pending;
use crate::oidc::token::TokenRequest;
use crate::oidc::token::grants::Grant;
use crate::ops::tokens::IssuedTokens;

/// `urn:ietf:params:oauth:grant-type:device_code`.
pub(super) const GRANT: Grant = Grant {
    grant_type: DEVICE_GRANT,
    parameters: &["device_code", "resource"],
    redeem: |request| Box::pin(redeem(request)),
};

async fn redeem(request: TokenRequest<'_>) -> Result<IssuedTokens, ProtocolError> {
    let code = Secret::new(request.require("device_code")?.to_owned());
    pending::redeem(&request, PendingKind::Device, code).await
}
