//! Access tokens: their claims, and the two forms they come in.

use serde_json::Value;

use crate::crypto::CryptoError;
use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::crypto::random;
use crate::domain::audience::Audience;
use crate::domain::authorization_details;
use crate::domain::client::Client;
use crate::domain::client::TokenFormat;
use crate::domain::confirmation::Confirmation;
use crate::domain::id::TokenId;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::tokens::lifetimes;
use crate::store;

/// What every access token has, whoever it is for.
pub(super) struct Reach {
    /// What it reaches.
    pub(super) scope: ScopeSet,
    /// The APIs it is for; none: us.
    pub(super) resource: Vec<String>,
    /// What it is bound to.
    pub(super) constraint: Option<Confirmation>,
    /// Granted details.
    pub(super) authorization_details: Vec<Value>,
}

impl Reach {
    /// What is still registered and open to the client, and of the scope what the named APIs understand: a token for
    /// one API is no key to another. RFC 8707 §2.2, RFC 9396 §6.
    pub(super) fn narrowed(mut self, ops: &Ops, client: &Client) -> Self {
        if self.resource.is_empty() && self.authorization_details.is_empty() {
            return self;
        }
        let apis = ops.apis.current();
        if !self.resource.is_empty() {
            // with every API gone since it was granted, the token is for us alone
            let exchange = client.metadata.token_exchange.as_ref();
            let by_exchange = |one: &String| exchange.is_some_and(|policy| policy.audiences.contains(one));
            self.resource
                .retain(|one| apis.is_open_to(client, one) || by_exchange(one));
            // an audience of the exchange policy may be one that we know no scopes of
            if self.resource.iter().all(|one| apis.find(one).is_some()) {
                self.scope = apis.scope_at(&self.scope, &self.resource);
            }
        }
        self.authorization_details
            .retain(|entry| apis.details_type_is_open_to(client, authorization_details::type_of(entry)));
        self
    }
}

/// The claims of a token for `sub`, without anything of a person in them.
pub(super) fn claims(ops: &Ops, client: &Client, sub: String, reach: Reach, now: Timestamp) -> AccessClaims {
    AccessClaims {
        iss: ops.issuer().to_owned(),
        sub,
        aud: audience(ops, reach.resource, &reach.scope),
        exp: (now + lifetimes(ops, client).access).as_secs(),
        iat: now.as_secs(),
        jti: TokenId::from_bits(random::id_bits(now)),
        client_id: client.id.clone(),
        scope: reach.scope,
        auth_time: None,
        acr: None,
        amr: None,
        sid: None,
        fam: None,
        roles: None,
        groups: None,
        cnf: reach.constraint,
        act: None,
        authorization_details: reach.authorization_details,
    }
}

/// RFC 8707 §2: the named resources. With `openid` ours is one of them, for the UserInfo endpoint.
fn audience(ops: &Ops, mut resource: Vec<String>, scope: &ScopeSet) -> Audience {
    if resource.is_empty() {
        return Audience::One(ops.issuer().to_owned());
    }
    if scope.contains("openid") {
        resource.push(ops.issuer().to_owned());
    }
    resource.into()
}

/// Writes the token in the form that the client has chosen.
pub(super) async fn write(
    ops: &Ops,
    client: &Client,
    claims: &AccessClaims,
    now: Timestamp,
) -> Result<Secret<String>, Failure> {
    match client.metadata.access_token_format {
        TokenFormat::Jwt => {
            let keys = ops.keys.current();
            let key = keys
                .active(client.default_alg(), now)
                .ok_or(CryptoError("there is no active signing key"))?;
            Ok(Secret::new(jwt::sign(key, TokenType::AccessToken, claims)?))
        }
        TokenFormat::Opaque => {
            let token = random::token();
            let json = serde_json::to_string(claims)
                .map_err(|_| CryptoError("claims could not be written as JSON"))?;
            let until = Timestamp::from_secs(claims.exp);
            store::opaque_tokens::insert(&ops.db, &TokenHash::of(&token), &json, until).await?;
            Ok(token)
        }
    }
}
