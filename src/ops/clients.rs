//! Clients, as admins and the command line manage them.

use serde_json::json;

use crate::crypto::random;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::client::AuthMethod;
use crate::domain::client::Client;
use crate::domain::client::ClientMetadata;
use crate::domain::client::ClientSecret;
use crate::domain::client::InvalidMetadata;
use crate::domain::id::ClientId;
use crate::domain::id::SecretId;
use crate::domain::lifetime::Lifetime;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::client_checks;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;

/// What became of a request to register or change a client.
#[derive(Debug)]
pub enum SaveClient {
    /// Saved; with the secret where one was made, shown once.
    Saved(ClientId, Option<Secret<String>>),
    /// Members that break a rule.
    Invalid(Vec<InvalidMetadata>),
    /// The `client_id` is taken.
    Taken,
    /// There is no such client.
    Missing,
}

/// Shortest secret that an operator may choose, in characters.
const MIN_SECRET_LENGTH: usize = 8;

/// Shortest secret that makes an HS256 key, in bytes. RFC 7518 §3.2.
const MIN_HMAC_KEY_BYTES: usize = 32;

/// What the sealed form of a client secret is for.
const SEALED: &str = "client secret";

fn new_secret(ops: &Ops, metadata: &ClientMetadata, secret: &Secret<String>, now: Timestamp) -> ClientSecret {
    let text = secret.expose();
    let tail: String = text
        .chars()
        .rev()
        .take(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    ClientSecret {
        id: SecretId::from_bits(random::id_bits(now)),
        hash: ops.pepper.hash(secret),
        sealed: needs_sealed(metadata).then(|| ops.master.seal(SEALED, text.as_bytes())),
        hint: format!("…{tail}"),
        created_at: now,
        expires_at: None,
    }
}

/// Whether the hash of a secret is not enough. OIDC Core §9.
fn needs_sealed(metadata: &ClientMetadata) -> bool {
    metadata.token_endpoint_auth_method == AuthMethod::ClientSecretJwt
}

/// The secrets that make HMAC keys now, for `client_secret_jwt`.
pub fn secrets_themselves(ops: &Ops, client: &Client) -> Vec<Secret<String>> {
    let now = ops.now();
    let live = client
        .secrets
        .iter()
        .filter(|s| s.expires_at.is_none_or(|at| at > now));
    live.filter_map(|stored| {
        let opened = ops.master.open(SEALED, stored.sealed.as_deref()?).ok()?;
        String::from_utf8(opened.into_inner()).ok().map(Secret::new)
    })
    .collect()
}

/// Registers a client. Without a given id or secret they are generated; a public client gets no secret.
pub async fn create(
    ops: &Ops,
    context: &Context,
    id: Option<ClientId>,
    secret: Option<Secret<String>>,
    metadata: ClientMetadata,
) -> Result<SaveClient, Failure> {
    let mut problems = client_checks::check(ops, &metadata, None).await;
    if secret
        .as_ref()
        .is_some_and(|s| s.expose().chars().count() < MIN_SECRET_LENGTH)
    {
        problems.push(InvalidMetadata::new(
            "client_secret",
            "must have at least 8 characters; 32 or more are better",
        ));
    }
    if needs_sealed(&metadata)
        && secret
            .as_ref()
            .is_some_and(|s| s.expose().len() < MIN_HMAC_KEY_BYTES)
    {
        problems.push(InvalidMetadata::new(
            "client_secret",
            "must have at least 32 characters for client_secret_jwt",
        ));
    }
    if secret.is_some() && !metadata.has_secret() {
        problems.push(InvalidMetadata::new(
            "client_secret",
            "cannot be given to a client whose token_endpoint_auth_method uses none",
        ));
    }
    if !problems.is_empty() {
        return Ok(SaveClient::Invalid(problems));
    }
    let now = ops.now();
    let id = id.unwrap_or_else(|| ClientId::from_bits(random::id_bits(now)));
    let secret = metadata
        .has_secret()
        .then(|| secret.unwrap_or_else(random::token));
    let new = NewClient {
        id: &id,
        metadata: &metadata,
        secret: secret.as_ref(),
        now,
    };
    let tx = ops.db.begin().await?;
    match insert(ops, &tx, context, &new).await {
        Ok(()) => {}
        Err(Failure::Store(StoreError::Conflict(_))) => return Ok(SaveClient::Taken),
        Err(error) => return Err(error),
    }
    tx.commit().await?;
    Ok(SaveClient::Saved(id, secret))
}

/// A client about to be written.
pub(super) struct NewClient<'a> {
    pub(super) id: &'a ClientId,
    pub(super) metadata: &'a ClientMetadata,
    pub(super) secret: Option<&'a Secret<String>>,
    pub(super) now: Timestamp,
}

/// Writes a client whose metadata was checked.
pub(super) async fn insert(
    ops: &Ops,
    tx: &Tx,
    context: &Context,
    new: &NewClient<'_>,
) -> Result<(), Failure> {
    store::clients::insert(tx, new.id, new.metadata, new.now).await?;
    if let Some(secret) = new.secret {
        store::clients::add_secret(tx, new.id, &new_secret(ops, new.metadata, secret, new.now)).await?;
    }
    let event = AuditEvent::new("client.created", "client", new.id.as_str()).after(json!(new.metadata));
    ops.audit(tx, context, event, new.now).await?;
    Ok(())
}

/// Writes metadata that was checked over what there is. A client that needs a secret and has none that
/// fits its method gets one.
pub(super) async fn replace(
    ops: &Ops,
    tx: &Tx,
    context: &Context,
    before: &Client,
    metadata: &ClientMetadata,
    now: Timestamp,
) -> Result<Option<Secret<String>>, Failure> {
    let id = &before.id;
    store::clients::update(tx, id, metadata, now).await?;
    let usable = |s: &ClientSecret| s.sealed.is_some() || !needs_sealed(metadata);
    let secret = (metadata.has_secret() && !before.secrets.iter().any(usable)).then(random::token);
    if let Some(secret) = &secret {
        store::clients::add_secret(tx, id, &new_secret(ops, metadata, secret, now)).await?;
    }
    if !needs_sealed(metadata) {
        store::clients::forget_sealed(tx, id).await?;
    }
    let event = AuditEvent::new("client.updated", "client", id.as_str())
        .before(json!(before.metadata))
        .after(json!(metadata));
    ops.audit(tx, context, event, now).await?;
    Ok(secret)
}

/// Deletes a client and everything issued to it.
pub(super) async fn remove(
    ops: &Ops,
    tx: &Tx,
    context: &Context,
    before: &Client,
    reason: Option<&str>,
) -> Result<(), Failure> {
    store::clients::delete(tx, &before.id).await?;
    let mut event =
        AuditEvent::new("client.deleted", "client", before.id.as_str()).before(json!(before.metadata));
    event.reason = reason.map(str::to_owned);
    ops.audit(tx, context, event, ops.now()).await?;
    Ok(())
}

/// Changes a client's metadata. A client that needs a secret and has none that fits its method gets one in the same
/// step.
pub async fn update(
    ops: &Ops,
    context: &Context,
    id: &ClientId,
    metadata: ClientMetadata,
) -> Result<SaveClient, Failure> {
    let before = store::clients::find(&ops.db, id).await?;
    let known = before.as_ref().map(|client| &client.metadata);
    let problems = client_checks::check(ops, &metadata, known).await;
    if !problems.is_empty() {
        return Ok(SaveClient::Invalid(problems));
    }
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::clients::find(&tx, id).await? else {
        return Ok(SaveClient::Missing);
    };
    let secret = replace(ops, &tx, context, &before, &metadata, now).await?;
    tx.commit().await?;
    ops.clients.forget(id);
    Ok(SaveClient::Saved(id.clone(), secret))
}

/// Adds a secret; the ones before keep working for `overlap`, so that a deployment can change over.
pub async fn rotate_secret(
    ops: &Ops,
    context: &Context,
    id: &ClientId,
    overlap: Lifetime,
) -> Result<Option<Secret<String>>, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(client) = store::clients::find(&tx, id)
        .await?
        .filter(|c| c.metadata.has_secret())
    else {
        return Ok(None);
    };
    let secret = random::token();
    let stored = new_secret(ops, &client.metadata, &secret, now);
    store::clients::add_secret(&tx, id, &stored).await?;
    store::clients::expire_other_secrets(&tx, id, &stored.id, now + overlap).await?;
    let event = AuditEvent::new("client.secret_rotated", "client", client.id.as_str())
        .after(json!({ "secret_id": stored.id, "old_secrets_work_until": (now + overlap).rfc3339() }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    ops.clients.forget(id);
    Ok(Some(secret))
}

/// Removes one secret; `false` when there is no such secret or it is the client's last.
pub async fn remove_secret(
    ops: &Ops,
    context: &Context,
    id: &ClientId,
    secret: &SecretId,
) -> Result<bool, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(client) = store::clients::find(&tx, id).await? else {
        return Ok(false);
    };
    let others = client
        .secrets
        .iter()
        .any(|s| s.id != *secret && s.expires_at.is_none_or(|at| at > now));
    if !others || !store::clients::remove_secret(&tx, id, secret).await? {
        return Ok(false);
    }
    let event = AuditEvent::new("client.secret_removed", "client", id.as_str())
        .before(json!({ "secret_id": secret }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    ops.clients.forget(id);
    Ok(true)
}

/// Disables or enables a client; disabling ends its tokens. `false` when it was so already or there is no such client.
pub async fn set_enabled(
    ops: &Ops,
    context: &Context,
    id: &ClientId,
    enabled: bool,
) -> Result<bool, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    if !store::clients::set_enabled(&tx, id, enabled, now).await? {
        return Ok(false);
    }
    if !enabled {
        store::families::end_of_client(&tx, id, EndReason::ClientDisabled, now).await?;
    }
    let action = if enabled {
        "client.enabled"
    } else {
        "client.disabled"
    };
    ops.audit(&tx, context, AuditEvent::new(action, "client", id.as_str()), now)
        .await?;
    tx.commit().await?;
    ops.clients.forget(id);
    Ok(true)
}

/// Deletes a client and everything issued to it; `false` when there is no such client.
pub async fn delete(ops: &Ops, context: &Context, id: &ClientId) -> Result<bool, Failure> {
    let tx = ops.db.begin().await?;
    let Some(before) = store::clients::find(&tx, id).await? else {
        return Ok(false);
    };
    remove(ops, &tx, context, &before, None).await?;
    tx.commit().await?;
    ops.clients.forget(id);
    Ok(true)
}

/// Whether `secret` is one that the client may use now.
pub fn secret_matches(ops: &Ops, client: &Client, secret: &Secret<String>) -> bool {
    let now = ops.now();
    let live = client
        .secrets
        .iter()
        .filter(|s| s.expires_at.is_none_or(|at| at > now));
    // every live secret is compared, so that the time taken tells nothing
    live.filter(|stored| ops.pepper.matches(secret, &stored.hash))
        .count()
        > 0
}
