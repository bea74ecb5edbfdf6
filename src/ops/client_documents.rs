//! Clients whose `client_id` is the address of their metadata. OAuth Client ID Metadata Document §3, §4.
//!
//! The document is fetched when the client is met first, and again once it is no longer fresh. When that fails the
//! stored client goes on working.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use url::Url;

use crate::domain::audit::Context;
use crate::domain::client::AuthMethod;
use crate::domain::client::Client;
use crate::domain::client::ClientMetadata;
use crate::domain::client::ClientOrigin;
use crate::domain::client::from_outside;
use crate::domain::client::from_outside::Allowed;
use crate::domain::id::ClientId;
use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::client_checks;
use crate::ops::clients;
use crate::ops::clients::NewClient;
use crate::store;
use crate::store::StoreError;

/// The longest document that is read.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;
/// How long a document is fresh that does not say so itself.
const FRESH: Lifetime = Lifetime::from_minutes(10);
/// The longest that it may ask for.
const MAX_FRESH: Duration = Duration::from_hours(24);
/// When a document that could not be read again is tried next.
const RETRY: Lifetime = Lifetime::from_minutes(1);

/// The enabled client behind an id: a registered one, or one whose metadata stands at the id.
pub async fn find(ops: &Ops, id: &ClientId) -> Result<Option<Arc<Client>>, Failure> {
    let found = ops.clients.find(&ops.db, id).await?;
    let of_document = |client: &Arc<Client>| client.provenance.origin == ClientOrigin::MetadataDocument;
    if found.as_ref().is_some_and(|client| !of_document(client)) {
        return Ok(found);
    }
    if !may_be_read(ops, id) {
        return Ok(None);
    }
    let Some(client) = found else {
        return first_time(ops, id).await;
    };
    let now = ops.now();
    let until = client.provenance.fresh_until.unwrap_or(client.created_at);
    // of all that meet it stale, one looks again, and the others go on with what there is
    if until > now || !store::registration::claim_refresh(&ops.db, id, until, now + RETRY).await? {
        return Ok(Some(client));
    }
    match read(ops, id, Some(&client.metadata)).await {
        Ok(document) => again(ops, &client, document).await?,
        Err(reason) => {
            tracing::info!(client.id = %id, reason, "the metadata document cannot be read again; its client stays");
        }
    }
    ops.clients.forget(id);
    Ok(ops.clients.find(&ops.db, id).await?)
}

/// Whether an id is an address of a document, on a host that we read from. Draft §3.
fn may_be_read(ops: &Ops, id: &ClientId) -> bool {
    let text = id.as_str();
    let Some(url) = Url::parse(text).ok().filter(|url| url.as_str() == text) else {
        return false;
    };
    let plain = url.scheme() == "https"
        && url.path().len() > 1
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    plain
        && url
            .host_str()
            .is_some_and(|host| ops.config.registration.allows_host(host))
}

/// A document that can stand.
struct Document {
    metadata: ClientMetadata,
    fresh_for: Lifetime,
}

/// Fetches a document, or says for the log why it cannot stand.
async fn read(ops: &Ops, id: &ClientId, before: Option<&ClientMetadata>) -> Result<Document, String> {
    let fetched = ops.fetch.get(id.as_str(), "application/json").await;
    let fetched = fetched.map_err(|error| error.reason().to_owned())?;
    if fetched.status != 200 || fetched.body.len() > MAX_DOCUMENT_BYTES {
        return Err("the answer is not 200, or too long".to_owned());
    }
    let members: Map<String, Value> =
        serde_json::from_slice(&fetched.body).map_err(|_| "it is not a JSON object".to_owned())?;
    if members.get("client_id").and_then(Value::as_str) != Some(id.as_str()) {
        return Err("its client_id is not its address".to_owned());
    }
    if members.contains_key("client_secret") || members.contains_key("client_secret_expires_at") {
        return Err("it holds a secret".to_owned());
    }
    let allowed = Allowed {
        grant_types: &ops.config.registration.grant_types,
        auth_method: AuthMethod::None.as_str(),
    };
    let told = |problems: &[_]| {
        let all = problems.iter().map(ToString::to_string);
        all.collect::<Vec<String>>().join("; ")
    };
    let metadata = from_outside::read(&members, &allowed)
        .map_err(|problems| told(&problems as &[crate::domain::client::InvalidMetadata]))?;
    let method = metadata.token_endpoint_auth_method;
    if !matches!(method, AuthMethod::None | AuthMethod::PrivateKeyJwt) {
        return Err("its token_endpoint_auth_method is neither none nor private_key_jwt".to_owned());
    }
    // what the operator has set since stays
    let metadata = match before {
        Some(before) => from_outside::keeping(metadata, before),
        None => metadata,
    };
    let problems = client_checks::check(ops, &metadata, before).await;
    if !problems.is_empty() {
        return Err(told(&problems));
    }
    let fresh_for = fetched.max_age.map_or(FRESH, |age| {
        Lifetime::from_secs(age.min(MAX_FRESH).as_secs()).max(RETRY)
    });
    Ok(Document { metadata, fresh_for })
}

/// Nobody has come with this id before, or its client is disabled.
async fn first_time(ops: &Ops, id: &ClientId) -> Result<Option<Arc<Client>>, Failure> {
    if ops.clients.was_refused(id) || store::clients::find(&ops.db, id).await?.is_some() {
        return Ok(None);
    }
    let document = match read(ops, id, None).await {
        Ok(document) => document,
        Err(reason) => {
            tracing::info!(client.id = %id, reason, "the metadata document cannot be used");
            ops.clients.refuse(id);
            return Ok(None);
        }
    };
    if store::registration::count(&ops.db).await? >= ops.config.registration.max_clients {
        tracing::warn!(client.id = %id, "registration.max_clients is reached");
        return Ok(None);
    }
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let new = NewClient {
        id,
        metadata: &document.metadata,
        secret: None,
        now,
    };
    match clients::insert(ops, &tx, &Context::system(), &new).await {
        Ok(()) => {
            let until = now + document.fresh_for;
            store::registration::mark(&tx, id, ClientOrigin::MetadataDocument, None, Some(until)).await?;
            tx.commit().await?;
        }
        // somebody else was first with the same document
        Err(Failure::Store(StoreError::Conflict(_))) => drop(tx),
        Err(error) => return Err(error),
    }
    Ok(ops.clients.find(&ops.db, id).await?)
}

/// The document was read again.
async fn again(ops: &Ops, client: &Client, document: Document) -> Result<(), Failure> {
    let now = ops.now();
    let until: Timestamp = now + document.fresh_for;
    if document.metadata == client.metadata {
        return Ok(store::registration::keep_fresh(&ops.db, &client.id, until).await?);
    }
    let tx = ops.db.begin().await?;
    clients::replace(ops, &tx, &Context::system(), client, &document.metadata, now).await?;
    store::registration::keep_fresh(&tx, &client.id, until).await?;
    tx.commit().await?;
    Ok(())
}
