//! The grants of the token endpoint: one file each, one line in [`GRANTS`].

mod authorization_code;
mod ciba;
mod client_credentials;
mod device_code;
mod jwt_bearer;
mod refresh_token;
mod token_exchange;

use std::pin::Pin;

use crate::error::ProtocolError;
use crate::oidc::token::TokenRequest;
use crate::ops::tokens::IssuedTokens;

/// What redeeming a grant comes to, later.
pub type Redeeming<'a> = Pin<Box<dyn Future<Output = Result<IssuedTokens, ProtocolError>> + Send + 'a>>;

/// One `grant_type` of the token endpoint.
pub struct Grant {
    /// The registered name.
    pub grant_type: &'static str,
    /// Parameters read by `redeem`; anything else in the request is ignored (RFC 6749 §3.2).
    pub parameters: &'static [&'static str],
    /// Exchanges the grant for tokens.
    pub redeem: for<'a> fn(TokenRequest<'a>) -> Redeeming<'a>,
}

/// Every grant.
pub const GRANTS: &[Grant] = &[
    authorization_code::GRANT,
    refresh_token::GRANT,
    client_credentials::GRANT,
    device_code::GRANT,
    ciba::GRANT,
    token_exchange::GRANT,
    jwt_bearer::GRANT,
];

/// The grant of response types that bring tokens from the authorization endpoint; the token endpoint never sees it.
/// OIDC Registration §2.
const IMPLICIT: &str = "implicit";

/// `grant_types_supported`.
pub fn names() -> impl Iterator<Item = &'static str> {
    GRANTS
        .iter()
        .map(|grant| grant.grant_type)
        .chain(std::iter::once(IMPLICIT))
}
