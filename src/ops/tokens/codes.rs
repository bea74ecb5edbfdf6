//! Authorization codes: issued, and redeemed once.

use crate::crypto::random;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::Context;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::client::Client;
use crate::domain::grant::Granted;
use crate::domain::id::FamilyId;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::session::AccountSession;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::tokens::ACR_SINGLE_FACTOR;
use crate::ops::tokens::Issue;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::issue;
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
    let granted = Granted {
        scope,
        auth_time: account.auth_time,
        amr: account.amr.clone(),
        acr: ACR_SINGLE_FACTOR.to_owned(),
        nonce: request.nonce.clone(),
        claims: request.claims.clone(),
        redirect_uri: request.return_to.redirect_uri().as_str().to_owned(),
        code_challenge: request.code_challenge.clone(),
    };
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

/// A code as a client presents it. RFC 6749 §4.1.3.
#[derive(Debug)]
pub struct PresentedCode<'a> {
    /// The code.
    pub code: Secret<String>,
    /// Must be the one of the authorization request.
    pub redirect_uri: Option<&'a str>,
    /// Must hash to the request's challenge. RFC 7636 §4.5.
    pub code_verifier: Option<&'a str>,
}

/// What became of a presented code.
#[derive(Debug)]
pub enum Redeemed {
    /// Tokens.
    Issued(Box<IssuedTokens>),
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
    let hash = TokenHash::of(&presented.code);
    let redemption = Redemption {
        family: &family,
        code: &hash,
        client: &client.id,
        now,
        offline_until: now + lifetimes.refresh_absolute,
        online_until: now + lifetimes.access,
    };
    // one transaction, because family and refresh token are one answer, and one commit is cheaper than two
    let tx = ops.db.begin().await?;
    let Some((family, offline)) = store::tokens::redeem(&tx, &redemption).await? else {
        drop(tx);
        return refuse_code(ops, client, &hash, origin, now).await;
    };
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
        store::tokens::issue_first(&tx, &family.id, &TokenHash::of(&token), origin, now, until).await?;
        refresh = Some(token);
    }
    tx.commit().await?;
    let scope = family.granted.scope.clone();
    let nonce = family.granted.nonce.clone();
    let issued = issue(
        ops,
        client,
        &family,
        Issue {
            scope,
            refresh_token: refresh,
            nonce,
            now,
        },
    )
    .await?;
    Ok(Redeemed::Issued(Box::new(issued)))
}

fn mismatch(granted: &Granted, presented: &PresentedCode<'_>) -> Option<&'static str> {
    if presented.redirect_uri != Some(granted.redirect_uri.as_str()) {
        return Some("the redirect_uri is not the one of the authorization request");
    }
    match (&granted.code_challenge, presented.code_verifier) {
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
