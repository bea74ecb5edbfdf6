//! Clients that register and manage themselves. RFC 7591, RFC 7592.

use serde_json::Map;
use serde_json::Value;

use crate::config::RegistrationMode;
use crate::crypto::random;
use crate::domain::audit::Context;
use crate::domain::client::AuthMethod;
use crate::domain::client::Client;
use crate::domain::client::ClientMetadata;
use crate::domain::client::ClientOrigin;
use crate::domain::client::InvalidMetadata;
use crate::domain::client::from_outside;
use crate::domain::client::from_outside::Allowed;
use crate::domain::id::ClientId;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::client_checks;
use crate::ops::clients;
use crate::ops::clients::NewClient;
use crate::ops::registration_tokens;
use crate::store;

/// What became of a registration.
#[derive(Debug)]
pub enum Register {
    /// Registered.
    Done(Box<Registered>),
    /// It takes an initial access token, and there was none.
    NoToken,
    /// The initial access token is unknown, used up or expired.
    WrongToken,
    /// Too many from this address; try again then.
    Throttled(Timestamp),
    /// There are as many clients from outside as may be.
    Full,
    /// Members that cannot stand.
    Invalid(Vec<InvalidMetadata>),
}

/// A client that has just registered itself, with what is shown once.
#[derive(Debug)]
pub struct Registered {
    /// `client_id`.
    pub id: ClientId,
    /// What was registered.
    pub metadata: ClientMetadata,
    /// Its secret, where its method has one.
    pub secret: Option<Secret<String>>,
    /// Manages the registration. It stays the same until the client is deleted.
    pub token: Secret<String>,
    /// When.
    pub at: Timestamp,
}

fn allowed(ops: &Ops) -> Allowed<'_> {
    Allowed {
        grant_types: &ops.config.registration.grant_types,
        auth_method: AuthMethod::ClientSecretBasic.as_str(),
    }
}

fn managing(token: &Secret<String>) -> TokenHash {
    TokenHash::of_kind("registration access token", &[token.expose()])
}

/// Registers a client as it asks. RFC 7591 §3.
pub async fn register(
    ops: &Ops,
    context: &Context,
    initial: Option<&Secret<String>>,
    members: &Map<String, Value>,
) -> Result<Register, Failure> {
    let config = &ops.config.registration;
    let now = ops.now();
    let bucket = format!("registration address {}", context.origin.ip);
    if let Some((attempts, until)) = store::throttle::failures(&ops.db, &bucket, now).await?
        && attempts >= i64::from(config.address_limit)
    {
        return Ok(Register::Throttled(until));
    }
    // before anything is fetched for somebody: every attempt counts
    store::throttle::fail(&ops.db, &bucket, now, now + config.address_window).await?;
    let initial = match (config.mode, initial) {
        (RegistrationMode::Open, _) => None,
        (RegistrationMode::Token, Some(token)) => Some(registration_tokens::hash(token)),
        (RegistrationMode::Token, None) | (RegistrationMode::Off, _) => return Ok(Register::NoToken),
    };
    if let Some(hash) = &initial
        && !store::registration::token_works(&ops.db, hash, now).await?
    {
        return Ok(Register::WrongToken);
    }
    let metadata = match from_outside::read(members, &allowed(ops)) {
        Ok(metadata) => metadata,
        Err(problems) => return Ok(Register::Invalid(problems)),
    };
    let problems = client_checks::check(ops, &metadata, None).await;
    if !problems.is_empty() {
        return Ok(Register::Invalid(problems));
    }
    if store::registration::count(&ops.db).await? >= config.max_clients {
        return Ok(Register::Full);
    }
    save(ops, context, initial.as_ref(), metadata).await
}

async fn save(
    ops: &Ops,
    context: &Context,
    initial: Option<&TokenHash>,
    metadata: ClientMetadata,
) -> Result<Register, Failure> {
    let now = ops.now();
    let id = ClientId::from_bits(random::id_bits(now));
    let secret = metadata.has_secret().then(random::token);
    let token = random::token();
    let tx = ops.db.begin().await?;
    if let Some(hash) = initial
        && !store::registration::use_token(&tx, hash, now).await?
    {
        return Ok(Register::WrongToken);
    }
    let new = NewClient {
        id: &id,
        metadata: &metadata,
        secret: secret.as_ref(),
        now,
    };
    clients::insert(ops, &tx, context, &new).await?;
    store::registration::mark(&tx, &id, ClientOrigin::Dynamic, Some(&managing(&token)), None).await?;
    tx.commit().await?;
    Ok(Register::Done(Box::new(Registered {
        id,
        metadata,
        secret,
        token,
        at: now,
    })))
}

/// The client that this token manages, if there is one and it is enabled. RFC 7592 §2.1.
pub async fn find(ops: &Ops, id: &ClientId, token: &Secret<String>) -> Result<Option<Client>, Failure> {
    if !store::registration::may_manage(&ops.db, id, &managing(token)).await? {
        return Ok(None);
    }
    Ok(store::clients::find(&ops.db, id).await?)
}

/// What became of a change.
#[derive(Debug)]
pub enum Update {
    /// Changed; with a secret where the client has begun to need one.
    Done(Box<Client>, Option<Secret<String>>),
    /// The token does not manage this client, or the client is disabled.
    Denied,
    /// Members that cannot stand.
    Invalid(Vec<InvalidMetadata>),
}

/// Replaces the metadata of a client, all but what only the operator sets. RFC 7592 §2.2.
pub async fn update(
    ops: &Ops,
    context: &Context,
    id: &ClientId,
    token: &Secret<String>,
    members: &Map<String, Value>,
) -> Result<Update, Failure> {
    let Some(client) = find(ops, id, token).await? else {
        return Ok(Update::Denied);
    };
    let read = from_outside::read(members, &allowed(ops));
    let mut problems = identity_problems(ops, &client, members);
    let metadata = match read {
        Ok(metadata) => from_outside::keeping(metadata, &client.metadata),
        Err(more) => {
            problems.extend(more);
            return Ok(Update::Invalid(problems));
        }
    };
    if metadata.is_public() && !client.metadata.is_public() {
        let text = "cannot become none: register another client";
        problems.push(InvalidMetadata::new("token_endpoint_auth_method", text));
    }
    if problems.is_empty() {
        problems = client_checks::check(ops, &metadata, Some(&client.metadata)).await;
    }
    if !problems.is_empty() {
        return Ok(Update::Invalid(problems));
    }
    let now = ops.now();
    let tx = ops.db.begin().await?;
    if !store::registration::begin_change(&tx, id, &managing(token), now).await? {
        return Ok(Update::Denied);
    }
    let Some(before) = store::clients::find(&tx, id).await? else {
        return Ok(Update::Denied);
    };
    // the operator may have changed what is his in the meantime
    let metadata = from_outside::keeping(metadata, &before.metadata);
    let secret = clients::replace(ops, &tx, context, &before, &metadata, now).await?;
    tx.commit().await?;
    ops.clients.forget(id);
    let changed = Client {
        metadata,
        updated_at: now,
        ..before
    };
    Ok(Update::Done(Box::new(changed), secret))
}

/// RFC 7592 §2.2: the request names its client, and cannot choose its secret.
fn identity_problems(ops: &Ops, client: &Client, members: &Map<String, Value>) -> Vec<InvalidMetadata> {
    let mut problems = Vec::new();
    if members.get("client_id").and_then(Value::as_str) != Some(client.id.as_str()) {
        problems.push(InvalidMetadata::new("client_id", "must be that of the client"));
    }
    if let Some(secret) = members.get("client_secret").filter(|value| !value.is_null()) {
        let same = |text: &str| clients::secret_matches(ops, client, &Secret::new(text.to_owned()));
        if !secret.as_str().is_some_and(same) {
            let text = "cannot be chosen; leave it out, or send the present one";
            problems.push(InvalidMetadata::new("client_secret", text));
        }
    }
    problems
}

/// Deletes a client with everything issued to it; `false` when the token does not manage it. RFC 7592 §2.3.
pub async fn delete(
    ops: &Ops,
    context: &Context,
    id: &ClientId,
    token: &Secret<String>,
) -> Result<bool, Failure> {
    if find(ops, id, token).await?.is_none() {
        return Ok(false);
    }
    clients::delete(ops, context, id).await
}

/// Notes that tokens were issued to a client: for one from outside and the first time only, and with no query otherwise.
pub async fn note_use(ops: &Ops, client: &Client) -> Result<(), Failure> {
    let provenance = &client.provenance;
    if provenance.origin == ClientOrigin::Operator || provenance.used_at.is_some() {
        return Ok(());
    }
    store::registration::first_use(&ops.db, &client.id, ops.now()).await?;
    ops.clients.forget(&client.id);
    Ok(())
}

/// Deletes a batch of clients that came from outside long ago and never got a token; gives their number.
pub async fn remove_unused(ops: &Ops, context: &Context) -> Result<usize, Failure> {
    let before = ops.now() - ops.config.registration.unused_after;
    let mut removed = 0;
    for id in store::registration::unused(&ops.db, before).await? {
        let now = ops.now();
        let tx = ops.db.begin().await?;
        if !store::registration::begin_removal(&tx, &id, now).await? {
            continue;
        }
        if let Some(client) = store::clients::find(&tx, &id).await? {
            clients::remove(ops, &tx, context, &client, Some("never used")).await?;
            tx.commit().await?;
            ops.clients.forget(&id);
            removed += 1;
        }
    }
    Ok(removed)
}
