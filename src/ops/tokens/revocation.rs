//! Whether a token still counts, and how it stops counting.

use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::crypto::keys::KeySet;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::id::UserId;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::token_claims::IdClaims;
use crate::store;

pub(super) async fn end_family(
    ops: &Ops,
    context: &Context,
    family: &FamilyId,
    reason: EndReason,
    client: Option<&ClientId>,
    now: Timestamp,
) -> Result<bool, Failure> {
    let tx = ops.db.begin().await?;
    let ended = store::tokens::end_family(&tx, family, reason, now).await?;
    if ended {
        let mut event =
            AuditEvent::new("token_family.revoked", "token_family", family.as_str()).because(reason.as_str());
        event.client_id = client.cloned();
        ops.audit(&tx, context, event, now).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Reads an access token of ours: signature or row, type, issuer and expiry. Whether it still counts is for the
/// database.
pub async fn read_access_token(ops: &Ops, token: &Secret<String>) -> Result<Option<AccessClaims>, Failure> {
    let text = token.expose();
    let claims: Option<AccessClaims> = if text.contains('.') {
        jwt::verify(&ops.keys.current(), TokenType::AccessToken, text)
    } else {
        let json = store::opaque_tokens::claims(&ops.db, &TokenHash::of(token)).await?;
        json.and_then(|json| serde_json::from_str(&json).ok())
    };
    Ok(claims.filter(|c| c.iss == ops.issuer() && c.exp > ops.now().as_secs()))
}

/// Reads an ID token of ours as a hint: signature, type and issuer; an expired one is fine. OIDC RP-Initiated §2.
pub fn read_id_token_hint(issuer: &str, keys: &KeySet, token: &str) -> Option<IdClaims> {
    let claims: IdClaims = jwt::verify(keys, TokenType::IdToken, token)?;
    (claims.iss == issuer).then_some(claims)
}

/// Whether an access token that was read still counts: family, person, session, client, revocation.
pub async fn still_counts(ops: &Ops, claims: &AccessClaims) -> Result<bool, Failure> {
    if ops.clients.find(&ops.db, &claims.client_id).await?.is_none() {
        return Ok(false);
    }
    match &claims.fam {
        Some(family) => Ok(store::tokens::counts(&ops.db, family, &claims.jti, ops.now()).await?),
        None => Ok(!store::tokens::is_revoked(&ops.db, &claims.jti).await?),
    }
}

/// A client gives back a token that it no longer needs. Unknown tokens and those of others are left alone. RFC 7009.
pub async fn revoke(
    ops: &Ops,
    context: &Context,
    client: &Client,
    token: &Secret<String>,
) -> Result<(), Failure> {
    let now = ops.now();
    if let Some(claims) = read_access_token(ops, token).await? {
        if claims.client_id == client.id {
            store::tokens::revoke_access_token(&ops.db, &claims.jti, Timestamp::from_secs(claims.exp))
                .await?;
        }
        return Ok(());
    }
    let known = store::refresh_tokens::presented(&ops.db, &TokenHash::of(token), now).await?;
    if let Some(known) = known.filter(|k| k.client_id == client.id) {
        end_family(
            ops,
            context,
            &known.family.id,
            EndReason::ClientRevoked,
            Some(&client.id),
            now,
        )
        .await?;
    }
    Ok(())
}

/// An admin, the command line or the owner ends a family; `false` when it had ended already.
pub async fn revoke_family(
    ops: &Ops,
    context: &Context,
    family: &FamilyId,
    reason: EndReason,
) -> Result<bool, Failure> {
    end_family(ops, context, family, reason, None, ops.now()).await
}

/// Whose families to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FamiliesOf {
    /// A person.
    User(UserId),
    /// A client.
    Client(ClientId),
    /// A person at a client.
    UserAtClient(UserId, ClientId),
}

/// Ends every live family of somebody; gives their number.
pub async fn revoke_all(ops: &Ops, context: &Context, whose: &FamiliesOf) -> Result<u64, Failure> {
    let now = ops.now();
    let reason = EndReason::AdminRevoked;
    let tx = ops.db.begin().await?;
    let (count, event) = match whose {
        FamiliesOf::User(user) => (
            store::families::end_of_user(&tx, user, reason, now).await?,
            AuditEvent::new("token_family.revoked_all", "user", user.as_str()),
        ),
        FamiliesOf::Client(client) => (
            store::families::end_of_client(&tx, client, reason, now).await?,
            AuditEvent::new("token_family.revoked_all", "client", client.as_str()),
        ),
        FamiliesOf::UserAtClient(user, client) => (
            store::families::end_of_user_at_client(&tx, user, client, reason, now).await?,
            AuditEvent::new("token_family.revoked_all", "user", user.as_str()).at_client(client),
        ),
    };
    if count > 0 {
        ops.audit(
            &tx,
            context,
            event.after(serde_json::json!({ "revoked": count })),
            now,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(count)
}
