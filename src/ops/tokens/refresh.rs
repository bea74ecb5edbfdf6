//! Refresh tokens: rotated, repeated when the answer was lost, and recognised when somebody copied one.

use serde_json::Value;

use crate::crypto::random;
use crate::crypto::seal::SealingKey;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::authorization_details;
use crate::domain::client::Client;
use crate::domain::confirmation::Confirmation;
use crate::domain::id::FamilyId;
use crate::domain::id::RepeatId;
use crate::domain::lifetime::Lifetime;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::token_family::RepeatedUse;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::issue::Issue;
use crate::ops::tokens::issue::issue;
use crate::ops::tokens::lifetimes;
use crate::store;
use crate::store::refresh_tokens::Presented;
use crate::store::refresh_tokens::Rotation;
use crate::store::tokens::Family;

/// OIDC Core §11.
const OFFLINE: &str = "offline_access";

/// Seals a successor under its predecessor.
const SUCCESSOR: &str = "refresh token";

/// What became of a presented refresh token.
#[derive(Debug)]
pub enum Refresh {
    /// A successor.
    Rotated(Box<IssuedTokens>),
    /// The answer was lost and asked for again in time: the same successor.
    Repeated(Box<IssuedTokens>),
    /// The token had been used before: the family **is now ended**.
    Reused(FamilyId),
    /// More than was granted is asked for. RFC 6749 §6.
    WiderScope,
    /// A resource is asked for that was not granted. RFC 8707 §2.2.
    WrongTarget,
    /// Details are asked for that were not granted. RFC 9396 §6.
    WrongDetails,
    /// Unknown, expired, ended, or another client's; the reason is for the log.
    Refused(&'static str),
}

/// A refresh token as a client presents it. RFC 6749 §6.
#[derive(Debug)]
pub struct PresentedRefresh<'a> {
    /// The token.
    pub token: Secret<String>,
    /// Narrows the access token.
    pub scope: Option<ScopeSet>,
    /// The APIs that the access token shall be for; none: all that were granted.
    pub resource: Vec<String>,
    /// Of the granted details those that the access token shall carry; none: all. RFC 9396 §6.
    pub authorization_details: Vec<Value>,
    /// What the client has shown to own.
    pub constraint: Option<Confirmation>,
    /// Where the request came from.
    pub origin: &'a Origin,
}

/// Exchanges a refresh token for its successor and new tokens. RFC 6749 §6.
pub async fn refresh(
    ops: &Ops,
    client: &Client,
    presented: &PresentedRefresh<'_>,
) -> Result<Refresh, Failure> {
    let now = ops.now();
    let lifetimes = lifetimes(ops, client);
    let token = &presented.token;
    let hash = TokenHash::of(token);
    if let Some(refusal) = wider(ops, client, presented, &hash, now).await? {
        return Ok(refusal);
    }
    if !client.metadata.scope.contains(OFFLINE) && was_offline(ops, &hash, now).await? {
        return Ok(Refresh::Refused("the client may no longer work offline"));
    }
    let successor = random::token();
    let sealed = SealingKey::of_token(token).seal(SUCCESSOR, successor.expose().as_bytes());
    let bound = bound_to(client, presented);
    let rotation = Rotation {
        presented: &hash,
        client: &client.id,
        successor: &TokenHash::of(&successor),
        sealed: &sealed,
        origin: presented.origin,
        now,
        idle_until: now + lifetimes.refresh_idle,
        bound_to: &bound,
    };
    if !client.rotates_refresh_tokens() {
        // RFC 9700 §2.2.2: bound to the client's own credentials, it needs no rotation
        if let Some(family) = store::refresh_tokens::keep(&ops.db, &rotation).await? {
            let issued = reissue(ops, client, &family, presented, None, now).await?;
            return Ok(Refresh::Rotated(Box::new(issued)));
        }
    } else if let Some(family) = store::refresh_tokens::rotate(&ops.db, &rotation).await? {
        let issued = reissue(ops, client, &family, presented, Some(successor), now).await?;
        return Ok(Refresh::Rotated(Box::new(issued)));
    }
    let Some(known) = store::refresh_tokens::presented(&ops.db, &hash, now).await? else {
        return Ok(Refresh::Refused("the refresh token is unknown"));
    };
    if known.client_id != client.id {
        return Ok(Refresh::Refused("the refresh token is another client's"));
    }
    if known.ended {
        return Ok(Refresh::Refused("the token family has ended"));
    }
    if known.bound_to != bound {
        return Ok(Refresh::Refused("the refresh token is bound to another key"));
    }
    presented_again(ops, client, presented, &known, now, lifetimes.repeat_window).await
}

/// Whether the token was granted for offline access, which an admin may have taken from the client since.
async fn was_offline(ops: &Ops, hash: &TokenHash, now: Timestamp) -> Result<bool, Failure> {
    let known = store::refresh_tokens::presented(&ops.db, hash, now).await?;
    Ok(known.is_some_and(|known| known.family.granted.scope.contains(OFFLINE)))
}

/// What the refresh tokens of a public client must be shown with. Those of a confidential client are bound to its
/// credentials (RFC 9449 §5).
fn bound_to(client: &Client, presented: &PresentedRefresh<'_>) -> String {
    let shown = presented
        .constraint
        .as_ref()
        .filter(|_| client.metadata.is_public());
    shown.map(Confirmation::to_text).unwrap_or_default()
}

/// Whether more is asked for than was granted. It must be judged before the token is used up; only clients that narrow
/// pay for the look.
async fn wider(
    ops: &Ops,
    client: &Client,
    presented: &PresentedRefresh<'_>,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Refresh>, Failure> {
    let details = &presented.authorization_details;
    if presented.scope.is_none() && presented.resource.is_empty() && details.is_empty() {
        return Ok(None);
    }
    let known = store::refresh_tokens::presented(&ops.db, hash, now).await?;
    let Some(known) = known.filter(|known| known.client_id == client.id) else {
        return Ok(None);
    };
    let granted = &known.family.granted;
    if presented
        .scope
        .as_ref()
        .is_some_and(|scope| !scope.is_subset_of(&granted.scope))
    {
        return Ok(Some(Refresh::WiderScope));
    }
    let within = |one: &String| granted.resource.contains(one);
    if !presented.resource.iter().all(within) {
        return Ok(Some(Refresh::WrongTarget));
    }
    let fits = authorization_details::is_within(details, &granted.authorization_details);
    Ok((!fits).then_some(Refresh::WrongDetails))
}

/// Decides between a lost answer and reuse.
async fn presented_again(
    ops: &Ops,
    client: &Client,
    presented: &PresentedRefresh<'_>,
    known: &Presented,
    now: Timestamp,
    window: Lifetime,
) -> Result<Refresh, Failure> {
    let (token, origin) = (&presented.token, presented.origin);
    let Some(successor) = &known.successor else {
        return Ok(Refresh::Refused("the refresh token has expired"));
    };
    // of two requests at the same moment the slower may have read the clock first: without a window it is late too
    let in_time = !window.is_zero() && now < successor.issued_at + window;
    let opened = if in_time && !successor.used {
        SealingKey::of_token(token)
            .open(SUCCESSOR, &successor.sealed)
            .ok()
    } else {
        None
    };
    let text = opened.and_then(|bytes| String::from_utf8(bytes.into_inner()).ok());
    let seen = RepeatedUse {
        allowed: text.is_some(),
        at: now,
        origin: origin.clone(),
    };
    let family = &known.family.id;
    let tx = ops.db.begin().await?;
    let id = RepeatId::from_bits(random::id_bits(now));
    store::families::note_repeat(&tx, &id, family, known.generation, &seen).await?;
    let Some(text) = text else {
        // RFC 9700 §4.14.2: somebody copied it, and nobody can tell which of the two is the thief
        if store::tokens::end_family(&tx, family, EndReason::Reuse, now).await? {
            let context = Context {
                actor: Actor::Client(client.id.clone()),
                origin: origin.clone(),
                request_id: None,
            };
            let event = AuditEvent::new("token_family.revoked", "token_family", family.as_str())
                .because(EndReason::Reuse.as_str())
                .at_client(&client.id);
            ops.audit(&tx, &context, event, now).await?;
        }
        tx.commit().await?;
        return Ok(Refresh::Reused(family.clone()));
    };
    tx.commit().await?;
    let issued = reissue(
        ops,
        client,
        &known.family,
        presented,
        Some(Secret::new(text)),
        now,
    )
    .await?;
    Ok(Refresh::Repeated(Box::new(issued)))
}

async fn reissue(
    ops: &Ops,
    client: &Client,
    family: &Family,
    presented: &PresentedRefresh<'_>,
    successor: Option<Secret<String>>,
    now: Timestamp,
) -> Result<IssuedTokens, Failure> {
    // a scope that an admin has taken from the client since is not given again
    let allowed = family.granted.scope.intersection(&client.metadata.scope);
    let scope = match &presented.scope {
        Some(narrower) => narrower.intersection(&allowed),
        None => allowed,
    };
    let what = Issue {
        scope,
        refresh_token: successor,
        nonce: None,
        constraint: presented.constraint.clone(),
        resource: presented.resource.clone(),
        authorization_details: presented.authorization_details.clone(),
        act: None,
        until: None,
        now,
    };
    issue(ops, client, family, what).await
}
