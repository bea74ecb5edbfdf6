//! What leaves the authorization endpoint itself: codes, and for implicit and hybrid flows tokens. OIDC Core §3.2.2.5,
//! §3.3.2.5.

use crate::crypto::random;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::client::Client;
use crate::domain::id::FamilyId;
use crate::domain::lifetime::Lifetime;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::session::AccountSession;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::tokens::access;
use crate::ops::tokens::access::Reach;
use crate::ops::tokens::codes;
use crate::ops::tokens::identity;
use crate::ops::tokens::identity::Identity;
use crate::ops::tokens::issue;
use crate::ops::tokens::lifetimes;
use crate::store;
use crate::store::tokens::Family;

/// The parts of a successful authorization response.
#[derive(Debug)]
pub struct FrontChannel {
    /// The code.
    pub code: Option<Secret<String>>,
    /// The access token and its lifetime.
    pub access_token: Option<(Secret<String>, Lifetime)>,
    /// The ID token.
    pub id_token: Option<Secret<String>>,
    /// Of the access token.
    pub scope: ScopeSet,
}

/// Makes what the request's response type asks for.
pub async fn front_channel(
    ops: &Ops,
    client: &Client,
    request: &AuthorizeRequest,
    account: &AccountSession,
) -> Result<FrontChannel, Failure> {
    let kind = request.response_type;
    if client.hears_of_logout() && request.scope.contains("openid") {
        store::session_clients::note(&ops.db, &account.id, &client.id).await?;
    }
    let code = if kind.code {
        Some(codes::issue_code(ops, client, request, account).await?)
    } else {
        None
    };
    let mut scope = request.scope.without("offline_access");
    if !kind.brings_tokens() {
        return Ok(FrontChannel {
            code,
            access_token: None,
            id_token: None,
            scope,
        });
    }
    let now = ops.now();
    let family = Family {
        id: FamilyId::from_bits(random::id_bits(now)),
        user_id: account.user_id.clone(),
        session_id: Some(account.id.clone()),
        granted: codes::granted_by(request, account, scope.clone()),
    };
    let memberships = identity::memberships(ops, &family.user_id, client, &scope).await?;
    let mut access_token = None;
    if kind.token {
        let reach = Reach {
            scope: scope.clone(),
            resource: request.resource.clone(),
            constraint: None,
            authorization_details: request.authorization_details.clone(),
        };
        let reach = reach.narrowed(ops, client);
        scope = reach.scope.clone();
        let lifetime = lifetimes(ops, client).access;
        let row = store::tokens::NewFamily {
            family: &family,
            client: &client.id,
            offline: false,
            now,
            expires_at: now + lifetime,
            bound_to: None,
        };
        store::tokens::begin_family(&ops.db, &row).await?;
        let sub = ops.subject(client, &family.user_id);
        let mut claims = access::claims(ops, client, sub, reach, now);
        issue::of_person(&mut claims, &family, memberships.as_ref());
        access_token = Some((access::write(ops, client, &claims, now).await?, lifetime));
    }
    let mut id_token = None;
    if kind.id_token {
        let identity = Identity {
            scope: &scope,
            memberships: memberships.as_ref(),
            nonce: request.nonce.clone(),
            access_token: access_token.as_ref().map(|(token, _)| token),
            code: code.as_ref(),
            alone: !kind.token && !kind.code,
            now,
        };
        id_token = Some(identity::id_token(ops, client, &family, identity).await?);
    }
    Ok(FrontChannel {
        code,
        access_token,
        id_token,
        scope,
    })
}
