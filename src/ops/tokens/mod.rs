//! Codes, access tokens, refresh-token families: what tokens are made of.

mod codes;
mod refresh;
mod revocation;

pub use codes::PresentedCode;
pub use codes::Redeemed;
pub use codes::issue_code;
pub use codes::redeem_code;
pub use refresh::Refresh;
pub use refresh::refresh;
pub use revocation::FamiliesOf;
pub use revocation::read_access_token;
pub use revocation::read_id_token_hint;
pub use revocation::revoke;
pub use revocation::revoke_all;
pub use revocation::revoke_family;
pub use revocation::still_counts;

use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::crypto::random;
use crate::domain::claims;
use crate::domain::claims::Memberships;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::id::TokenId;
use crate::domain::id::UserId;
use crate::domain::lifetime::Lifetime;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::token_claims::IdClaims;
use crate::store;
use crate::store::tokens::Family;

/// One factor; more will say more.
pub const ACR_SINGLE_FACTOR: &str = "1";

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

fn lifetimes(ops: &Ops, client: &Client) -> Lifetimes {
    let (tokens, own) = (&ops.config.tokens, &client.metadata.lifetimes);
    let or =
        |own: Option<u32>, default: Lifetime| own.map_or(default, |secs| Lifetime::from_secs(secs.into()));
    Lifetimes {
        code: or(own.code, tokens.code_lifetime),
        access: or(own.access_token, tokens.access_lifetime),
        id: or(own.id_token, tokens.id_token_lifetime),
        refresh_idle: or(own.refresh_idle, tokens.refresh_idle_lifetime),
        refresh_absolute: or(own.refresh_absolute, tokens.refresh_absolute_lifetime),
        repeat_window: or(own.refresh_repeat_window, tokens.refresh_repeat_window),
    }
}

/// What to issue.
struct Issue {
    scope: ScopeSet,
    refresh_token: Option<Secret<String>>,
    nonce: Option<String>,
    now: Timestamp,
}

async fn issue(ops: &Ops, client: &Client, family: &Family, what: Issue) -> Result<IssuedTokens, Failure> {
    let Issue {
        scope,
        refresh_token,
        nonce,
        now,
    } = what;
    let lifetimes = lifetimes(ops, client);
    let keys = ops.keys.current();
    let key = keys
        .active(SigningAlg::RS256, now)
        .ok_or(crate::crypto::CryptoError("there is no active signing key"))?;
    let memberships = memberships(ops, &family.user_id, &client.id, &scope).await?;
    let granted = &family.granted;
    let access = AccessClaims {
        iss: ops.issuer().to_owned(),
        sub: family.user_id.to_string(),
        aud: ops.issuer().to_owned(),
        exp: (now + lifetimes.access).as_secs(),
        iat: now.as_secs(),
        jti: TokenId::from_bits(random::id_bits(now)),
        client_id: client.id.clone(),
        scope: scope.clone(),
        auth_time: Some(granted.auth_time.as_secs()),
        acr: Some(granted.acr.clone()),
        amr: Some(granted.amr.clone()),
        sid: family.session_id.as_ref().map(ToString::to_string),
        fam: Some(family.id.clone()),
        roles: memberships
            .as_ref()
            .filter(|_| scope.contains("roles"))
            .map(|m| m.roles.clone()),
        groups: memberships
            .as_ref()
            .filter(|_| scope.contains("groups"))
            .map(|m| m.groups.clone()),
    };
    let access_token = jwt::sign(key, TokenType::AccessToken, &access)?;
    let mut id_token = None;
    if scope.contains("openid") {
        let released = released(ops, family, &scope, memberships.as_ref()).await?;
        let id = IdClaims {
            iss: ops.issuer().to_owned(),
            sub: family.user_id.to_string(),
            aud: client.id.to_string(),
            exp: (now + lifetimes.id).as_secs(),
            iat: now.as_secs(),
            auth_time: granted.auth_time.as_secs(),
            nonce,
            acr: granted.acr.clone(),
            amr: granted.amr.clone(),
            sid: family.session_id.as_ref().map(ToString::to_string),
            at_hash: Some(jwt::half_hash(key.alg(), &access_token)),
            released,
        };
        id_token = Some(Secret::new(jwt::sign(key, TokenType::IdToken, &id)?));
    }
    let access_token = Secret::new(access_token);
    Ok(IssuedTokens {
        access_token,
        expires_in: lifetimes.access,
        id_token,
        refresh_token,
        scope,
    })
}

/// Roles and groups, looked up only where a scope asks for them.
async fn memberships(
    ops: &Ops,
    user: &UserId,
    client: &ClientId,
    scope: &ScopeSet,
) -> Result<Option<Memberships>, Failure> {
    if !scope.contains("roles") && !scope.contains("groups") {
        return Ok(None);
    }
    Ok(Some(store::roles::memberships(&ops.db, user, client).await?))
}

/// What the ID token holds beside the protocol's claims; needs the person only when something is asked for.
async fn released(
    ops: &Ops,
    family: &Family,
    scope: &ScopeSet,
    memberships: Option<&Memberships>,
) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    let request = &family.granted.claims;
    if request.id_token.is_empty() && memberships.is_none() {
        return Ok(serde_json::Map::new());
    }
    let Some(user) = store::users::find(&ops.db, &family.user_id).await? else {
        return Ok(serde_json::Map::new());
    };
    let all = claims::all_claims(&user, &memberships.cloned().unwrap_or_default());
    Ok(claims::id_token_claims(&all, scope, request))
}

/// An access token for the client itself. RFC 6749 §4.4.
pub fn client_credentials(ops: &Ops, client: &Client, scope: ScopeSet) -> Result<IssuedTokens, Failure> {
    let now = ops.now();
    let lifetime = lifetimes(ops, client).access;
    let keys = ops.keys.current();
    let key = keys
        .active(SigningAlg::RS256, now)
        .ok_or(crate::crypto::CryptoError("there is no active signing key"))?;
    let claims = AccessClaims {
        iss: ops.issuer().to_owned(),
        sub: client.id.to_string(),
        aud: ops.issuer().to_owned(),
        exp: (now + lifetime).as_secs(),
        iat: now.as_secs(),
        jti: TokenId::from_bits(random::id_bits(now)),
        client_id: client.id.clone(),
        scope: scope.clone(),
        auth_time: None,
        acr: None,
        amr: None,
        sid: None,
        fam: None,
        roles: None,
        groups: None,
    };
    let access_token = Secret::new(jwt::sign(key, TokenType::AccessToken, &claims)?);
    Ok(IssuedTokens {
        access_token,
        expires_in: lifetime,
        id_token: None,
        refresh_token: None,
        scope,
    })
}
