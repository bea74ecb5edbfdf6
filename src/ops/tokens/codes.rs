//! Authorization codes: issued, and redeemed once.

use serde_json::Value;

use crate::crypto::random;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::Context;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::authorization_details;
use crate::domain::client::Client;
use crate::domain::confirmation::Confirmation;
use crate::domain::grant::Granted;
use crate::domain::id::FamilyId;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::session::AccountSession;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::tokens::ACR_SINGLE_FACTOR;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::issue::Issue;
use crate::ops::tokens::issue::issue;
use crate::ops::tokens::lifetimes;
use crate::ops::tokens::revocation::end_family;
use crate::store;
use crate::store::tokens::Redemption;

/// Issues a code for what `account` has granted. OIDC Core §3.1.2.5.
pub async fn issue_code(
    ops: &Ops,
    client: &Client,
    request: &AuthorizeRequest,
    account: &AccountSession,
) -> Result<Secret<String>, Failure> {
    let now = ops.now();
    let offline = request.scope.contains("offline_access") && client.metadata.uses("refresh_token");
    let scope = if offline {
        request.scope.clone()
    } else {
        request.scope.without("offline_access")
    };
    let granted = granted_by(request, account, scope);
    let code = random::token();
    let new = store::codes::NewCode {
        hash: &TokenHash::of(&code),
        client: &client.id,
        user: &account.user_id,
        session: &account.id,
        offline,
        granted: &granted,
        now,
        expires_at: now + lifetimes(ops, client).code,
    };
    store::codes::issue(&ops.db, &new).await?;
    Ok(code)
}

/// What `account` grants with the answer to `request`.
pub fn granted_by(request: &AuthorizeRequest, account: &AccountSession, scope: ScopeSet) -> Granted {
    Granted {
        scope,
        auth_time: account.auth_time,
        amr: account.amr.clone(),
        acr: ACR_SINGLE_FACTOR.to_owned(),
        nonce: request.nonce.clone(),
        claims: request.claims.clone(),
        redirect_uri: request.return_to.redirect_uri().as_str().to_owned(),
        code_challenge: request.code_challenge.clone(),
        resource: request.resource.clone(),
        authorization_details: request.authorization_details.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
    }
}

/// A code, or something that became as good as one, as a client presents it.
#[derive(Debug)]
pub struct PresentedCode<'a> {
    /// Its hash.
    pub hash: TokenHash,
    /// What shows that the client is the one that asked.
    pub proof: CodeProof<'a>,
    /// What the client has shown to own.
    pub constraint: Option<Confirmation>,
    /// The APIs that the access token shall be for; none: all that were granted.
    pub resource: Vec<String>,
    /// Of the granted details those that the access token shall carry; none: all. RFC 9396 §6.
    pub authorization_details: Vec<Value>,
}

/// What goes with a code.
#[derive(Debug)]
pub enum CodeProof<'a> {
    /// An authorization code. RFC 6749 §4.1.3.
    Request {
        /// Must be the one of the authorization request.
        redirect_uri: Option<&'a str>,
        /// Must hash to the request's challenge. RFC 7636 §4.5.
        code_verifier: Option<&'a str>,
    },
    /// Nothing: the code never left the back channel (RFC 8628, CIBA).
    BackChannel,
}

/// What became of a presented code.
#[derive(Debug)]
pub enum Redeemed {
    /// Tokens.
    Issued(Box<IssuedTokens>),
    /// A resource was asked for that was not granted; the code can still be used.
    WrongTarget,
    /// Details were asked for that were not granted; the code can still be used.
    WrongDetails,
    /// Nothing; the reason is for the log. Where the code had been used, or was presented with the wrong proof,
    /// everything it issued **is now ended**.
    Refused(&'static str),
}

/// Redeems a code, once.
pub async fn redeem_code(
    ops: &Ops,
    client: &Client,
    presented: &PresentedCode<'_>,
    origin: &Origin,
) -> Result<Redeemed, Failure> {
    let now = ops.now();
    let lifetimes = lifetimes(ops, client);
    let family = FamilyId::from_bits(random::id_bits(now));
    let bound = presented
        .constraint
        .as_ref()
        .filter(|_| client.metadata.is_public());
    let redemption = Redemption {
        family: &family,
        code: &presented.hash,
        client: &client.id,
        now,
        offline_until: now + lifetimes.refresh_absolute,
        online_until: now + lifetimes.access,
        bound_to: bound.map(Confirmation::to_text),
    };
    // one transaction, because family and refresh token are one answer, and one commit is cheaper than two
    let tx = ops.db.begin().await?;
    let Some((family, offline)) = store::tokens::redeem(&tx, &redemption).await? else {
        drop(tx);
        if matches!(presented.proof, CodeProof::BackChannel) {
            // it never was where somebody could copy it: asking twice is a lost answer or two threads, not a theft
            return Ok(Redeemed::Refused(
                "the code has been used, or its session or person is gone",
            ));
        }
        return refuse_code(ops, client, &presented.hash, origin, now).await;
    };
    if let Some(refusal) = beyond(&family.granted, presented) {
        // rolled back: the code was not used
        return Ok(refusal);
    }
    if let Some(reason) = mismatch(&family.granted, presented) {
        tx.commit().await?;
        // RFC 9700 §2.1.1: whoever presents a code without its proof may have stolen it
        end_by_code(ops, client, &family.id, EndReason::CodeMismatch, origin, now).await?;
        return Ok(Redeemed::Refused(reason));
    }
    let mut refresh = None;
    if offline {
        let token = random::token();
        let until = (now + lifetimes.refresh_idle).min(now + lifetimes.refresh_absolute);
        store::refresh_tokens::issue_first(&tx, &family.id, &TokenHash::of(&token), origin, now, until)
            .await?;
        refresh = Some(token);
    }
    tx.commit().await?;
    let what = Issue {
        scope: family.granted.scope.clone(),
        refresh_token: refresh,
        nonce: family.granted.nonce.clone(),
        constraint: presented.constraint.clone(),
        resource: presented.resource.clone(),
        authorization_details: presented.authorization_details.clone(),
        act: None,
        until: None,
        now,
    };
    let issued = issue(ops, client, &family, what).await?;
    Ok(Redeemed::Issued(Box::new(issued)))
}

/// Whether more is asked for than was granted. RFC 8707 §2.2, RFC 9396 §6.
fn beyond(granted: &Granted, presented: &PresentedCode<'_>) -> Option<Redeemed> {
    let within = |one: &String| granted.resource.contains(one);
    if !presented.resource.iter().all(within) {
        return Some(Redeemed::WrongTarget);
    }
    let fits =
        authorization_details::is_within(&presented.authorization_details, &granted.authorization_details);
    (!fits).then_some(Redeemed::WrongDetails)
}

fn mismatch(granted: &Granted, presented: &PresentedCode<'_>) -> Option<&'static str> {
    let wanted_key = granted.dpop_jkt.as_deref();
    let shown_key = match &presented.constraint {
        Some(Confirmation::Key(thumbprint)) => Some(thumbprint.as_str()),
        Some(Confirmation::Certificate(_)) | None => None,
    };
    if wanted_key.is_some() && wanted_key != shown_key {
        return Some("the code is bound to another DPoP key");
    }
    let CodeProof::Request {
        redirect_uri,
        code_verifier,
    } = presented.proof
    else {
        return None;
    };
    if redirect_uri != Some(granted.redirect_uri.as_str()) {
        return Some("the redirect_uri is not the one of the authorization request");
    }
    match (&granted.code_challenge, code_verifier) {
        (None, None) => None,
        (None, Some(_)) => Some("a code_verifier came for a request without challenge"),
        (Some(_), None) => Some("the code_verifier is missing"),
        (Some(challenge), Some(verifier)) => {
            (!challenge.is_met_by(verifier)).then_some("the code_verifier does not match")
        }
    }
}

async fn refuse_code(
    ops: &Ops,
    client: &Client,
    hash: &TokenHash,
    origin: &Origin,
    now: Timestamp,
) -> Result<Redeemed, Failure> {
    let Some(family) = store::tokens::family_of_code(&ops.db, hash, &client.id).await? else {
        return Ok(Redeemed::Refused(
            "the code is unknown, expired, another client's, or its session has ended",
        ));
    };
    // RFC 6749 §10.5: a code used twice ends everything it issued
    end_by_code(ops, client, &family, EndReason::CodeReuse, origin, now).await?;
    Ok(Redeemed::Refused("the code has been used before"))
}

async fn end_by_code(
    ops: &Ops,
    client: &Client,
    family: &FamilyId,
    reason: EndReason,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), Failure> {
    let context = Context {
        actor: Actor::Client(client.id.clone()),
        origin: origin.clone(),
        request_id: None,
    };
    end_family(ops, &context, family, reason, Some(&client.id), now).await?;
    Ok(())
}
