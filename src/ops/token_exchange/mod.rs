//! One token for another: for the same person, narrower, at another place. RFC 8693.
//!
//! What is presented must still count; what comes out reaches no further and lasts no longer. The client's policy says
//! whose tokens it may present, for whom, and whether it may leave itself out.

mod actor;
mod subject;

use serde_json::Value;

use crate::domain::address::Origin;
use crate::domain::client::Client;
use crate::domain::client::TokenExchangePolicy;
use crate::domain::confirmation::Confirmation;
use crate::domain::scope::ScopeSet;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_exchange::subject::Subject;
use crate::ops::tokens;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::NewGrant;

/// `urn:ietf:params:oauth:token-type:access_token`. RFC 8693 §3.
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What a presented token is. RFC 8693 §3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An access token of ours.
    Access,
    /// An ID token of ours for the same client.
    Id,
    /// A JWT of a trusted issuer.
    Jwt,
}

impl TokenKind {
    /// By its registered name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            ACCESS_TOKEN => Some(Self::Access),
            "urn:ietf:params:oauth:token-type:id_token" => Some(Self::Id),
            "urn:ietf:params:oauth:token-type:jwt" => Some(Self::Jwt),
            _ => None,
        }
    }
}

/// A token to be exchanged, or that of who acts.
#[derive(Debug, Clone, Copy)]
pub struct PresentedToken<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// The token.
    pub token: &'a str,
}

/// A request.
#[derive(Debug)]
pub struct Exchange<'a> {
    /// Whose token.
    pub subject: PresentedToken<'a>,
    /// Who acts for them.
    pub actor: Option<PresentedToken<'a>>,
    /// Narrows.
    pub scope: Option<ScopeSet>,
    /// `resource` and `audience`; none: those of the subject's token.
    pub targets: Vec<String>,
    /// Who we are to other issuers.
    pub audiences: &'a [String],
    /// What the client has shown to own.
    pub constraint: Option<Confirmation>,
    /// Where the request came from.
    pub origin: &'a Origin,
}

/// What became of it.
#[derive(Debug)]
pub enum Exchanged {
    /// An access token.
    Issued(Box<IssuedTokens>),
    /// The client's policy forbids it; the reason is for the log.
    NotAllowed(&'static str),
    /// A token does not count, or cannot be presented by this client; the reason is for the log. RFC 8693 §2.2.2.
    Invalid(&'static str),
    /// More than the subject's token and the client's registration allow.
    WiderScope,
    /// A resource that the policy does not name.
    WrongTarget,
}

/// Exchanges a token.
pub async fn exchange(ops: &Ops, client: &Client, asked: Exchange<'_>) -> Result<Exchanged, Failure> {
    let Some(policy) = &client.metadata.token_exchange else {
        return Ok(Exchanged::NotAllowed(
            "the client has no policy for token exchange",
        ));
    };
    if !asked.targets.iter().all(|one| policy.audiences.contains(one)) {
        return Ok(Exchanged::WrongTarget);
    }
    if asked.actor.is_some() && !policy.delegation {
        return Ok(Exchanged::NotAllowed("the client may not name an actor"));
    }
    let subject = match subject::find(ops, client, policy, &asked).await? {
        Ok(subject) => subject,
        Err(reason) => return Ok(Exchanged::Invalid(reason)),
    };
    let act = match acting(ops, client, policy, &asked, &subject).await? {
        Ok(act) => act,
        Err(refusal) => return Ok(refusal),
    };
    let most = subject.granted.scope.intersection(&client.metadata.scope);
    let scope = match asked.scope {
        None => most,
        Some(narrower) if narrower.is_subset_of(&most) => narrower,
        Some(_) => return Ok(Exchanged::WiderScope),
    };
    let mut granted = subject.granted;
    granted.scope = scope;
    if !asked.targets.is_empty() {
        granted.resource = asked.targets;
    }
    // what is for APIs that this client cannot ask for must not come out as a token for us
    let apis = ops.apis.current();
    if !granted.resource.iter().all(|one| apis.is_open_to(client, one)) {
        return Ok(Exchanged::WrongTarget);
    }
    let new = NewGrant {
        user: &subject.user,
        session: subject.session.as_ref(),
        granted,
        offline: false,
        constraint: asked.constraint,
        act,
        until: Some(subject.expires_at),
        origin: asked.origin,
    };
    let mut issued = tokens::for_person(ops, client, new).await?;
    // the answer is the one token that was asked for
    issued.id_token = None;
    issued.issued_token_type = Some(ACCESS_TOKEN);
    Ok(Exchanged::Issued(Box::new(issued)))
}

/// The `act` claim. Without an actor's token the client itself acts, unless it may leave itself out.
async fn acting(
    ops: &Ops,
    client: &Client,
    policy: &TokenExchangePolicy,
    asked: &Exchange<'_>,
    subject: &Subject,
) -> Result<Result<Option<Value>, Exchanged>, Failure> {
    let earlier = subject.act.as_ref();
    if let Some(presented) = asked.actor {
        let found = actor::find(ops, client, policy, presented, asked.audiences).await?;
        return Ok(found
            .and_then(|actor| actor::chain(actor, earlier))
            .map(Some)
            .map_err(Exchanged::Invalid));
    }
    if policy.impersonation {
        return Ok(Ok(subject.act.clone()));
    }
    if policy.delegation {
        let itself = actor::client(client);
        return Ok(actor::chain(itself, earlier)
            .map(Some)
            .map_err(Exchanged::Invalid));
    }
    Ok(Err(Exchanged::NotAllowed(
        "the client may neither impersonate nor act for others",
    )))
}
