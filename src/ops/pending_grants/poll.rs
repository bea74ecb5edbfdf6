//! A client asks whether its person has decided. RFC 8628 §3.5, CIBA §11.

use crate::domain::address::Origin;
use crate::domain::client::Client;
use crate::domain::confirmation::Confirmation;
use crate::domain::pending_grant::PendingKind;
use crate::domain::pending_grant::PendingState;
use crate::domain::secret::Secret;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::pending_grants::hash;
use crate::ops::tokens;
use crate::ops::tokens::CodeProof;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::PresentedCode;
use crate::ops::tokens::Redeemed;
use crate::store;

/// How much too early a question may come, in microseconds: networks are not punctual.
const GRACE_MICROS: i64 = 500_000;

/// A question.
#[derive(Debug)]
pub struct PresentedPending {
    /// Which of the two.
    pub kind: PendingKind,
    /// `device_code` or `auth_req_id`.
    pub code: Secret<String>,
    /// What the client has shown to own.
    pub constraint: Option<Confirmation>,
    /// The APIs that the access token shall be for; none: all that were granted.
    pub resource: Vec<String>,
}

/// The answer.
#[derive(Debug)]
pub enum Polled {
    /// Tokens, once.
    Issued(Box<IssuedTokens>),
    /// Not decided.
    Pending,
    /// Not decided, and asked too early.
    SlowDown,
    /// Run out.
    Expired,
    /// Not allowed.
    Denied,
    /// A resource is asked for that was not granted; the code can still be used.
    WrongTarget,
    /// Unknown, used, or another client's; the reason is for the log.
    Refused(&'static str),
}

/// Answers a question, with tokens where the person has allowed it.
pub async fn poll(
    ops: &Ops,
    client: &Client,
    presented: PresentedPending,
    origin: &Origin,
) -> Result<Polled, Failure> {
    let now = ops.now();
    let hash = hash(presented.kind, &presented.code);
    let Some(grant) = store::pending_grants::find_by_hash(&ops.db, &hash).await? else {
        return Ok(Polled::Refused("there is no such request"));
    };
    if grant.client_id != client.id {
        return Ok(Polled::Refused("the request is another client's"));
    }
    if grant.state == PendingState::Denied {
        return Ok(Polled::Denied);
    }
    if grant.expires_at <= now {
        return Ok(Polled::Expired);
    }
    if grant.state == PendingState::Pending {
        if store::pending_grants::polled(&ops.db, &hash, now, GRACE_MICROS).await? {
            return Ok(Polled::Pending);
        }
        store::pending_grants::slow_down(&ops.db, &hash, now, GRACE_MICROS).await?;
        return Ok(Polled::SlowDown);
    }
    let code = PresentedCode {
        hash,
        proof: CodeProof::BackChannel,
        constraint: presented.constraint,
        resource: presented.resource,
        authorization_details: Vec::new(),
    };
    Ok(match tokens::redeem_code(ops, client, &code, origin).await? {
        Redeemed::Issued(issued) => Polled::Issued(issued),
        Redeemed::WrongTarget => Polled::WrongTarget,
        // none are asked for here, so none can be wrong
        Redeemed::WrongDetails => Polled::Refused("details were asked for that were not granted"),
        Redeemed::Refused(reason) => Polled::Refused(reason),
    })
}
