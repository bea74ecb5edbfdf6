//! The tokens of an answer from the token endpoint. RFC 6749 §5.1.

use serde_json::Value;

use crate::crypto::random;
use crate::domain::address::Origin;
use crate::domain::claims::Memberships;
use crate::domain::client::Client;
use crate::domain::confirmation::Confirmation;
use crate::domain::grant::Granted;
use crate::domain::id::FamilyId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::lifetime::Lifetime;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::access;
use crate::ops::tokens::access::Reach;
use crate::ops::tokens::identity;
use crate::ops::tokens::identity::Identity;
use crate::ops::tokens::lifetimes;
use crate::store;
use crate::store::tokens::Family;

/// What to issue.
pub(super) struct Issue {
    /// Of the access token; not wider than granted.
    pub(super) scope: ScopeSet,
    /// Goes with it.
    pub(super) refresh_token: Option<Secret<String>>,
    /// For the ID token.
    pub(super) nonce: Option<String>,
    /// What the access token is bound to.
    pub(super) constraint: Option<Confirmation>,
    /// The APIs it is for; none: all that were granted.
    pub(super) resource: Vec<String>,
    /// Of what was granted; none: all of it. RFC 9396 §6.
    pub(super) authorization_details: Vec<Value>,
    /// Who acts for the person. RFC 8693 §4.1.
    pub(super) act: Option<Value>,
    /// When the access token ends at the latest.
    pub(super) until: Option<Timestamp>,
    /// Now.
    pub(super) now: Timestamp,
}

/// The tokens of a family.
pub(super) async fn issue(
    ops: &Ops,
    client: &Client,
    family: &Family,
    what: Issue,
) -> Result<IssuedTokens, Failure> {
    let now = what.now;
    let granted = &family.granted;
    let resource = if what.resource.is_empty() {
        granted.resource.clone()
    } else {
        what.resource
    };
    let details = if what.authorization_details.is_empty() {
        granted.authorization_details.clone()
    } else {
        what.authorization_details
    };
    let reach = Reach {
        scope: what.scope,
        resource,
        constraint: what.constraint.clone(),
        authorization_details: details,
    };
    let reach = reach.narrowed(ops, client);
    let (scope, authorization_details) = (reach.scope.clone(), reach.authorization_details.clone());
    let memberships = identity::memberships(ops, &family.user_id, client, &scope).await?;
    let sub = ops.subject(client, &family.user_id);
    let mut claims = access::claims(ops, client, sub, reach, now);
    claims.act = what.act;
    if let Some(until) = what.until {
        claims.exp = claims.exp.min(until.as_secs());
    }
    let expires_in = u64::try_from(claims.exp - claims.iat).unwrap_or(0);
    of_person(&mut claims, family, memberships.as_ref());
    let access_token = access::write(ops, client, &claims, now).await?;
    let mut id_token = None;
    if scope.contains("openid") {
        let identity = Identity {
            scope: &scope,
            memberships: memberships.as_ref(),
            nonce: what.nonce,
            access_token: Some(&access_token),
            code: None,
            alone: false,
            now,
        };
        id_token = Some(identity::id_token(ops, client, family, identity).await?);
    }
    Ok(IssuedTokens {
        access_token,
        expires_in: Lifetime::from_secs(expires_in),
        id_token,
        refresh_token: what.refresh_token,
        scope,
        constraint: what.constraint,
        authorization_details,
        issued_token_type: None,
    })
}

/// Adds what an access token says of its person.
pub(super) fn of_person(claims: &mut AccessClaims, family: &Family, memberships: Option<&Memberships>) {
    let granted = &family.granted;
    claims.auth_time = Some(granted.auth_time.as_secs());
    claims.acr = Some(granted.acr.clone());
    claims.amr = Some(granted.amr.clone());
    claims.sid = family.session_id.as_ref().map(ToString::to_string);
    claims.fam = Some(family.id.clone());
    let wants = |scope: &str| claims.scope.contains(scope);
    let (roles, groups) = (wants("roles"), wants("groups"));
    claims.roles = memberships.filter(|_| roles).map(|m| m.roles.clone());
    claims.groups = memberships.filter(|_| groups).map(|m| m.groups.clone());
}

/// An access token for the client itself. RFC 6749 §4.4.
pub async fn client_credentials(
    ops: &Ops,
    client: &Client,
    scope: ScopeSet,
    resource: Vec<String>,
    authorization_details: Vec<Value>,
    constraint: Option<Confirmation>,
) -> Result<IssuedTokens, Failure> {
    let now = ops.now();
    let reach = Reach {
        scope,
        resource,
        constraint: constraint.clone(),
        authorization_details,
    };
    let reach = reach.narrowed(ops, client);
    let (scope, authorization_details) = (reach.scope.clone(), reach.authorization_details.clone());
    let claims = access::claims(ops, client, client.id.to_string(), reach, now);
    Ok(IssuedTokens {
        access_token: access::write(ops, client, &claims, now).await?,
        expires_in: lifetimes(ops, client).access,
        id_token: None,
        refresh_token: None,
        scope,
        constraint,
        authorization_details,
        issued_token_type: None,
    })
}

/// A grant for a person that comes neither from a code nor from a refresh token.
#[derive(Debug)]
pub struct NewGrant<'a> {
    /// The person.
    pub user: &'a UserId,
    /// The session that it ends with, where there is one.
    pub session: Option<&'a SessionId>,
    /// What was granted.
    pub granted: Granted,
    /// Whether a refresh token goes with it.
    pub offline: bool,
    /// What the tokens are bound to.
    pub constraint: Option<Confirmation>,
    /// Who acts for the person. RFC 8693 §4.1.
    pub act: Option<Value>,
    /// When the access token ends at the latest.
    pub until: Option<Timestamp>,
    /// Where the request came from.
    pub origin: &'a Origin,
}

/// Begins a family for a person and issues its tokens: token exchange, JWT bearer.
pub async fn for_person(ops: &Ops, client: &Client, new: NewGrant<'_>) -> Result<IssuedTokens, Failure> {
    let now = ops.now();
    let lifetimes = lifetimes(ops, client);
    let family = Family {
        id: FamilyId::from_bits(random::id_bits(now)),
        user_id: new.user.clone(),
        session_id: new.session.cloned(),
        granted: new.granted,
    };
    let expires_at = now
        + if new.offline {
            lifetimes.refresh_absolute
        } else {
            lifetimes.access
        };
    let expires_at = new.until.map_or(expires_at, |until| expires_at.min(until));
    let bound = new.constraint.as_ref().filter(|_| client.metadata.is_public());
    let tx = ops.db.begin().await?;
    let row = store::tokens::NewFamily {
        family: &family,
        client: &client.id,
        offline: new.offline,
        now,
        expires_at,
        bound_to: bound.map(Confirmation::to_text),
    };
    store::tokens::begin_family(&tx, &row).await?;
    let mut refresh_token = None;
    if new.offline {
        let token = random::token();
        let until = (now + lifetimes.refresh_idle).min(expires_at);
        let hash = TokenHash::of(&token);
        store::refresh_tokens::issue_first(&tx, &family.id, &hash, new.origin, now, until).await?;
        refresh_token = Some(token);
    }
    tx.commit().await?;
    let what = Issue {
        scope: family.granted.scope.clone(),
        refresh_token,
        nonce: family.granted.nonce.clone(),
        constraint: new.constraint,
        resource: Vec::new(),
        authorization_details: Vec::new(),
        act: new.act,
        until: new.until,
        now,
    };
    issue(ops, client, &family, what).await
}
