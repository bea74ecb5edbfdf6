//! A JWT of a registered issuer that speaks for the client: a cluster or a build system vouches for what runs in it.
//! RFC 7521 §4.2, RFC 7523 §3.

use crate::error::Failure;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Proved;

/// Whether an issuer that the client names vouches for it.
#[expect(
    clippy::unused_async,
    reason = "registered issuers come with their own change"
)]
pub(super) async fn prove(_attempt: &Attempt<'_>) -> Result<Proved, Failure> {
    Ok(Err("no issuer is registered"))
}
