//! Initial access tokens, as operators make them. RFC 7591 §1.2.

use serde_json::json;

use crate::crypto::random;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::RegistrationTokenId;
use crate::domain::lifetime::Lifetime;
use crate::domain::registration_token::RegistrationToken;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::store;

/// What an initial access token is found by.
pub(super) fn hash(token: &Secret<String>) -> TokenHash {
    TokenHash::of_kind("initial access token", &[token.expose()])
}

/// Makes a token. It is shown once.
pub async fn create(
    ops: &Ops,
    context: &Context,
    name: &str,
    uses: Option<u32>,
    lifetime: Option<Lifetime>,
) -> Result<(RegistrationToken, Secret<String>), Failure> {
    let now = ops.now();
    let secret = random::token();
    let tail: String = secret.expose().chars().skip(39).collect();
    let token = RegistrationToken {
        id: RegistrationTokenId::from_bits(random::id_bits(now)),
        name: name.trim().chars().take(100).collect(),
        hint: format!("…{tail}"),
        uses_left: uses,
        created_at: now,
        last_used_at: None,
        expires_at: lifetime.map(|lifetime| now + lifetime),
    };
    let tx = ops.db.begin().await?;
    store::registration::add_token(&tx, &token, &hash(&secret)).await?;
    let after = json!({
        "name": token.name, "uses_left": token.uses_left, "expires_at": token.expires_at.map(Timestamp::rfc3339),
    });
    let event = AuditEvent::new(
        "registration_token.created",
        "registration_token",
        token.id.as_str(),
    );
    ops.audit(&tx, context, event.after(after), now).await?;
    tx.commit().await?;
    Ok((token, secret))
}

/// Makes a token worthless; `false` when there is none. Clients that it registered stay.
pub async fn revoke(ops: &Ops, context: &Context, id: &RegistrationTokenId) -> Result<bool, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    if !store::registration::remove_token(&tx, id).await? {
        return Ok(false);
    }
    let event = AuditEvent::new("registration_token.revoked", "registration_token", id.as_str());
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(true)
}
