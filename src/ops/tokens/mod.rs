//! Codes, access tokens, refresh-token families: what tokens are made of.

mod access;
mod codes;
mod front_channel;
mod identity;
mod issue;
mod refresh;
mod revocation;

pub use codes::CodeProof;
pub use codes::PresentedCode;
pub use codes::Redeemed;
pub use codes::granted_by;
pub use codes::issue_code;
pub use codes::redeem_code;
pub use front_channel::FrontChannel;
pub use front_channel::front_channel;
pub use issue::NewGrant;
pub use issue::client_credentials;
pub use issue::for_person;
pub use refresh::PresentedRefresh;
pub use refresh::Refresh;
pub use refresh::refresh;
pub use revocation::FamiliesOf;
pub use revocation::read_access_token;
pub use revocation::read_id_token_hint;
pub use revocation::revoke;
pub use revocation::revoke_all;
pub use revocation::revoke_family;
pub use revocation::still_counts;

use crate::crypto::CryptoError;
use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::domain::client::Client;
use crate::domain::confirmation::Confirmation;
use crate::domain::lifetime::Lifetime;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::signing_alg::SigningAlg;
use crate::error::Failure;
use crate::ops::Ops;

/// One factor; more will say more.
pub const ACR_SINGLE_FACTOR: &str = "1";

/// Every `acr` that can be met.
pub const ACR_VALUES: &[&str] = &[ACR_SINGLE_FACTOR];

/// What a token answer is made of. RFC 6749 §5.1.
#[derive(Debug)]
pub struct IssuedTokens {
    /// The access token.
    pub access_token: Secret<String>,
    /// Its lifetime.
    pub expires_in: Lifetime,
    /// The ID token, when `openid` was granted.
    pub id_token: Option<Secret<String>>,
    /// The refresh token.
    pub refresh_token: Option<Secret<String>>,
    /// What was granted.
    pub scope: ScopeSet,
    /// What the access token is bound to.
    pub constraint: Option<Confirmation>,
    /// Granted details. RFC 9396 §7.
    pub authorization_details: Vec<serde_json::Value>,
    /// What the access token is, in the answer of a token exchange. RFC 8693 §2.2.1.
    pub issued_token_type: Option<&'static str>,
}

/// The lifetimes that hold for a client: its own, or the installation's.
#[derive(Debug, Clone, Copy)]
struct Lifetimes {
    code: Lifetime,
    access: Lifetime,
    id: Lifetime,
    refresh_idle: Lifetime,
    refresh_absolute: Lifetime,
    repeat_window: Lifetime,
}

/// Signs with the active key of an algorithm.
pub fn sign(
    ops: &Ops,
    alg: SigningAlg,
    kind: TokenType,
    claims: &impl serde::Serialize,
) -> Result<String, Failure> {
    let keys = ops.keys.current();
    let missing = CryptoError("there is no active signing key of the client's algorithm");
    let key = keys.active(alg, ops.now()).ok_or(missing)?;
    Ok(jwt::sign(key, kind, claims)?)
}

fn lifetimes(ops: &Ops, client: &Client) -> Lifetimes {
    let (tokens, own) = (&ops.config.tokens, &client.metadata.lifetimes);
    let or =
        |own: Option<u32>, default: Lifetime| own.map_or(default, |secs| Lifetime::from_secs(secs.into()));
    Lifetimes {
        code: or(own.code, tokens.code_lifetime)
            .min(Lifetime::from_secs(client.rules().max_code_lifetime_secs.into())),
        access: or(own.access_token, tokens.access_lifetime),
        id: or(own.id_token, tokens.id_token_lifetime),
        refresh_idle: or(own.refresh_idle, tokens.refresh_idle_lifetime),
        refresh_absolute: or(own.refresh_absolute, tokens.refresh_absolute_lifetime),
        repeat_window: or(own.refresh_repeat_window, tokens.refresh_repeat_window),
    }
}
