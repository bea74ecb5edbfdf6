//! What people allow clients.

use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::id::UserId;
use crate::domain::scope::ScopeSet;
use crate::domain::token_family::EndReason;
use crate::error::Failure;
use crate::ops::Ops;
use crate::store;

/// What a person has allowed a client, remembered.
pub async fn remembered(ops: &Ops, user: &UserId, client: &ClientId) -> Result<Option<ScopeSet>, Failure> {
    Ok(store::consents::find(&ops.db, user, client).await?)
}

/// A person allows a client, and it is remembered.
pub async fn allow(
    ops: &Ops,
    context: &Context,
    user: &UserId,
    client: &Client,
    scope: &ScopeSet,
) -> Result<(), Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    store::consents::remember(&tx, user, &client.id, scope, now).await?;
    let event = AuditEvent::new("consent.granted", "user", user.as_str())
        .at_client(&client.id)
        .after(serde_json::json!({ "scope": scope }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a client's access to an account: the consent and every token. `false` when there was neither.
pub async fn withdraw(
    ops: &Ops,
    context: &Context,
    user: &UserId,
    client: &ClientId,
) -> Result<bool, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let forgotten = store::consents::forget(&tx, user, client).await?;
    let ended =
        store::families::end_of_user_at_client(&tx, user, client, EndReason::ConsentRemoved, now).await?;
    let something = forgotten || ended > 0;
    if something {
        let event = AuditEvent::new("consent.withdrawn", "user", user.as_str())
            .at_client(client)
            .after(serde_json::json!({ "token_families_ended": ended }));
        ops.audit(&tx, context, event, now).await?;
    }
    tx.commit().await?;
    Ok(something)
}
