//! Registered APIs, as admins manage them, and as tokens are made for them.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use serde_json::Value;
use serde_json::json;

use crate::crypto::random;
use crate::domain::api::Api;
use crate::domain::api::ApiSettings;
use crate::domain::api::Registered;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::ApiId;
use crate::domain::signing_alg::SigningAlg;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::roles::Save;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;

/// The APIs in use. A change made by this process is seen at once, one made elsewhere with the next reload.
#[derive(Debug, Clone, Default)]
pub struct Apis(Arc<RwLock<Arc<Registered>>>);

impl Apis {
    /// The APIs as they are now; no query.
    pub fn current(&self) -> Arc<Registered> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, registered: Registered) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(registered);
    }
}

/// Loads the APIs where they differ from those in use.
pub async fn reload(ops: &Ops) -> Result<(), Failure> {
    let stored = Registered::new(store::apis::list(&ops.db).await?);
    if stored != *ops.apis.current() {
        ops.apis.replace(stored);
    }
    Ok(())
}

/// What only the database can tell: a field that breaks a rule, and how.
async fn clash(
    tx: &Tx,
    settings: &ApiSettings,
    own: Option<&ApiId>,
) -> Result<Option<(&'static str, &'static str)>, Failure> {
    if let Some(client) = &settings.client_id {
        match store::clients::find(tx, client).await? {
            None => return Ok(Some(("client_id", "names no client"))),
            Some(client) if client.metadata.is_public() => {
                return Ok(Some((
                    "client_id",
                    "names a public client, which cannot introspect",
                )));
            }
            Some(_) => {}
        }
    }
    let mut others = store::apis::list(tx).await?;
    others.retain(|api| Some(&api.id) != own);
    let others = Registered::new(others);
    let taken = settings
        .details_types
        .iter()
        .any(|t| others.details_type(&t.name).is_some());
    Ok(taken.then_some(("details_types", "must not belong to another API")))
}

/// Registers an API.
pub async fn create(ops: &Ops, context: &Context, settings: ApiSettings) -> Result<Save<ApiId>, Failure> {
    if let Some((field, problem)) = settings.problem(ops.issuer()) {
        return Ok(Save::Invalid(field, problem));
    }
    let now = ops.now();
    let api = Api {
        id: ApiId::from_bits(random::id_bits(now)),
        settings,
        created_at: now,
        updated_at: now,
    };
    let tx = ops.db.begin().await?;
    if let Some((field, problem)) = clash(&tx, &api.settings, None).await? {
        return Ok(Save::Invalid(field, problem));
    }
    match store::apis::insert(&tx, &api).await {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => return Ok(Save::Taken),
        Err(error) => return Err(error.into()),
    }
    let event = AuditEvent::new("api.created", "api", api.id.as_str()).after(json!(api.settings));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    reload(ops).await?;
    Ok(Save::Saved(api.id))
}

/// Changes an API. Its identifier stays: tokens, clients and the API itself carry it.
pub async fn update(
    ops: &Ops,
    context: &Context,
    id: &ApiId,
    mut settings: ApiSettings,
) -> Result<Save<ApiId>, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::apis::find(&tx, id).await? else {
        return Ok(Save::Missing);
    };
    settings.identifier.clone_from(&before.settings.identifier);
    if let Some((field, problem)) = settings.problem(ops.issuer()) {
        return Ok(Save::Invalid(field, problem));
    }
    if let Some((field, problem)) = clash(&tx, &settings, Some(id)).await? {
        return Ok(Save::Invalid(field, problem));
    }
    store::apis::update(&tx, id, &settings, now).await?;
    let event = AuditEvent::new("api.updated", "api", id.as_str())
        .before(json!(before.settings))
        .after(json!(settings));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    reload(ops).await?;
    Ok(Save::Saved(id.clone()))
}

/// Deletes an API: no more tokens are made for it.
pub async fn delete(ops: &Ops, context: &Context, id: &ApiId) -> Result<Save<ApiId>, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::apis::find(&tx, id).await? else {
        return Ok(Save::Missing);
    };
    store::apis::delete(&tx, id).await?;
    let event = AuditEvent::new("api.deleted", "api", id.as_str()).before(json!(before.settings));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    reload(ops).await?;
    Ok(Save::Saved(id.clone()))
}

/// The protected-resource metadata of an API, served here or to be hosted at its own address. RFC 9728 §2.
pub fn metadata(ops: &Ops, api: &Api) -> Value {
    let names =
        |list: &[crate::domain::api::Described]| list.iter().map(|d| d.name.clone()).collect::<Vec<_>>();
    let settings = &api.settings;
    let mut document = resource_metadata(ops, &settings.identifier, &settings.name, &["header"]);
    document["scopes_supported"] = json!(names(&settings.scopes));
    if !settings.details_types.is_empty() {
        document["authorization_details_types_supported"] = json!(names(&settings.details_types));
    }
    document
}

/// What is the same for every resource whose tokens come from us. RFC 9728 §2.
pub fn resource_metadata(ops: &Ops, identifier: &str, name: &str, methods: &[&str]) -> Value {
    json!({
        "resource": identifier,
        "resource_name": name,
        "authorization_servers": [ops.issuer()],
        "bearer_methods_supported": methods,
        "dpop_signing_alg_values_supported": SigningAlg::FAPI,
        "tls_client_certificate_bound_access_tokens": ops.config.sees_client_certificates(),
    })
}
