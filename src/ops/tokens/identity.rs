//! ID tokens. OIDC Core §2.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::CryptoError;
use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::domain::claims;
use crate::domain::claims::Memberships;
use crate::domain::client::Client;
use crate::domain::id::UserId;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::IdClaims;
use crate::ops::tokens::lifetimes;
use crate::store;
use crate::store::tokens::Family;

/// What an ID token is made of beside the family.
pub(super) struct Identity<'a> {
    /// Of the token.
    pub(super) scope: &'a ScopeSet,
    /// Roles and groups, where a scope asks for them.
    pub(super) memberships: Option<&'a Memberships>,
    /// Echo of the request's.
    pub(super) nonce: Option<String>,
    /// Goes with it from the same endpoint.
    pub(super) access_token: Option<&'a Secret<String>>,
    /// Goes with it from the authorization endpoint.
    pub(super) code: Option<&'a Secret<String>>,
    /// No access token comes with the request: the claims of the scopes have no other way. OIDC Core §5.4.
    pub(super) alone: bool,
    /// Now.
    pub(super) now: Timestamp,
}

/// Signs an ID token as the client has registered.
pub(super) async fn id_token(
    ops: &Ops,
    client: &Client,
    family: &Family,
    what: Identity<'_>,
) -> Result<Secret<String>, Failure> {
    let now = what.now;
    let alg = client.id_token_alg();
    let keys = ops.keys.current();
    let key = keys.active(alg, now).ok_or(CryptoError(
        "there is no active signing key of the client's algorithm",
    ))?;
    let released = released(ops, family, &what).await?;
    let granted = &family.granted;
    let id = IdClaims {
        iss: ops.issuer().to_owned(),
        sub: ops.subject(client, &family.user_id),
        aud: client.id.to_string(),
        exp: (now + lifetimes(ops, client).id).as_secs(),
        iat: now.as_secs(),
        auth_time: granted.auth_time.as_secs(),
        nonce: what.nonce,
        acr: granted.acr.clone(),
        amr: granted.amr.clone(),
        sid: family.session_id.as_ref().map(ToString::to_string),
        at_hash: what.access_token.map(|token| jwt::half_hash(alg, token.expose())),
        c_hash: what.code.map(|code| jwt::half_hash(alg, code.expose())),
        released,
    };
    Ok(Secret::new(jwt::sign(key, TokenType::IdToken, &id)?))
}

/// What the ID token holds beside the protocol's claims; needs the person only when something is asked for.
async fn released(ops: &Ops, family: &Family, what: &Identity<'_>) -> Result<Map<String, Value>, Failure> {
    let request = &family.granted.claims;
    if request.id_token.is_empty() && what.memberships.is_none() && !what.alone {
        return Ok(Map::new());
    }
    let Some(user) = store::users::find(&ops.db, &family.user_id).await? else {
        return Ok(Map::new());
    };
    let all = claims::all_claims(&user, &what.memberships.cloned().unwrap_or_default());
    let mut released = claims::id_token_claims(&all, what.scope, request);
    if what.alone {
        released.extend(claims::userinfo_claims(&all, what.scope, request));
    }
    Ok(released)
}

/// Roles and groups, looked up only where a scope asks for them.
pub(super) async fn memberships(
    ops: &Ops,
    user: &UserId,
    client: &Client,
    scope: &ScopeSet,
) -> Result<Option<Memberships>, Failure> {
    if !scope.contains("roles") && !scope.contains("groups") {
        return Ok(None);
    }
    Ok(Some(store::roles::memberships(&ops.db, user, &client.id).await?))
}
