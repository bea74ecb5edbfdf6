//! Refresh tokens: rotated, repeated when the answer was lost, and recognised when somebody copied one.

use crate::crypto::random;
use crate::crypto::seal::SealingKey;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::client::Client;
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
use crate::ops::tokens::Issue;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::issue;
use crate::ops::tokens::lifetimes;
use crate::store;
use crate::store::tokens::Family;
use crate::store::tokens::Presented;
use crate::store::tokens::Rotation;

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
    /// Unknown, expired, ended, or another client's; the reason is for the log.
    Refused(&'static str),
}

/// Exchanges a refresh token for its successor and new tokens. RFC 6749 §6.
pub async fn refresh(
    ops: &Ops,
    client: &Client,
    token: &Secret<String>,
    scope: Option<&ScopeSet>,
    origin: &Origin,
) -> Result<Refresh, Failure> {
    let now = ops.now();
    let lifetimes = lifetimes(ops, client);
    let hash = TokenHash::of(token);
    if let Some(scope) = scope {
        // the scope must be judged before the token is used up; only clients that narrow pay for the look
        match store::tokens::presented(&ops.db, &hash, now).await? {
            Some(known)
                if known.client_id == client.id && !scope.is_subset_of(&known.family.granted.scope) =>
            {
                return Ok(Refresh::WiderScope);
            }
            _ => {}
        }
    }
    let successor = random::token();
    let sealed = SealingKey::of_token(token).seal(SUCCESSOR, successor.expose().as_bytes());
    let rotation = Rotation {
        presented: &hash,
        client: &client.id,
        successor: &TokenHash::of(&successor),
        sealed: &sealed,
        origin,
        now,
        idle_until: now + lifetimes.refresh_idle,
    };
    if let Some(family) = store::tokens::rotate(&ops.db, &rotation).await? {
        let issued = reissue(ops, client, &family, scope, successor, now).await?;
        return Ok(Refresh::Rotated(Box::new(issued)));
    }
    let Some(known) = store::tokens::presented(&ops.db, &hash, now).await? else {
        return Ok(Refresh::Refused("the refresh token is unknown"));
    };
    if known.client_id != client.id {
        return Ok(Refresh::Refused("the refresh token is another client's"));
    }
    if known.ended {
        return Ok(Refresh::Refused("the token family has ended"));
    }
    presented_again(
        ops,
        client,
        token,
        scope,
        &known,
        origin,
        now,
        lifetimes.repeat_window,
    )
    .await
}

/// Decides between a lost answer and reuse.
#[expect(clippy::too_many_arguments, reason = "the facts of one decision, used once")]
async fn presented_again(
    ops: &Ops,
    client: &Client,
    token: &Secret<String>,
    scope: Option<&ScopeSet>,
    known: &Presented,
    origin: &Origin,
    now: Timestamp,
    window: Lifetime,
) -> Result<Refresh, Failure> {
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
    let issued = reissue(ops, client, &known.family, scope, Secret::new(text), now).await?;
    Ok(Refresh::Repeated(Box::new(issued)))
}

async fn reissue(
    ops: &Ops,
    client: &Client,
    family: &Family,
    scope: Option<&ScopeSet>,
    successor: Secret<String>,
    now: Timestamp,
) -> Result<IssuedTokens, Failure> {
    // a scope that an admin has taken from the client since is not given again
    let allowed = family.granted.scope.intersection(&client.metadata.scope);
    let scope = scope.map_or_else(|| allowed.clone(), |narrower| narrower.intersection(&allowed));
    let what = Issue {
        scope,
        refresh_token: Some(successor),
        nonce: None,
        now,
    };
    issue(ops, client, family, what).await
}
