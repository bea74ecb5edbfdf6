//! Groups, as admins manage them.

use serde_json::json;

use crate::crypto::random;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::GroupId;
use crate::domain::id::UserId;
use crate::domain::role;
use crate::domain::role::Group;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::roles;
use crate::ops::roles::Assigned;
use crate::ops::roles::NAME_RULE;
use crate::ops::roles::Save;
use crate::store;
use crate::store::StoreError;

/// Creates a group.
pub async fn create(
    ops: &Ops,
    context: &Context,
    name: &str,
    description: &str,
) -> Result<Save<GroupId>, Failure> {
    if !role::is_name(name) {
        return Ok(Save::Invalid("name", NAME_RULE));
    }
    let now = ops.now();
    let group = Group {
        id: GroupId::from_bits(random::id_bits(now)),
        name: name.to_owned(),
        description: description.to_owned(),
        created_at: now,
        members: 0,
    };
    let tx = ops.db.begin().await?;
    match store::groups::insert(&tx, &group).await {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => return Ok(Save::Taken),
        Err(error) => return Err(error.into()),
    }
    let event = AuditEvent::new("group.created", "group", group.id.as_str())
        .after(json!({ "name": name, "description": description }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Save::Saved(group.id))
}

/// Changes name and description.
pub async fn update(
    ops: &Ops,
    context: &Context,
    id: &GroupId,
    name: &str,
    description: &str,
) -> Result<Save<GroupId>, Failure> {
    if !role::is_name(name) {
        return Ok(Save::Invalid("name", NAME_RULE));
    }
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::groups::find(&tx, id).await? else {
        return Ok(Save::Missing);
    };
    match store::groups::update(&tx, id, name, description).await {
        Ok(_) => {}
        Err(StoreError::Conflict(_)) => return Ok(Save::Taken),
        Err(error) => return Err(error.into()),
    }
    let event = AuditEvent::new("group.updated", "group", id.as_str())
        .before(json!({ "name": before.name, "description": before.description }))
        .after(json!({ "name": name, "description": description }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Save::Saved(id.clone()))
}

/// Deletes a group; its members lose what it carried.
pub async fn delete(ops: &Ops, context: &Context, id: &GroupId) -> Result<Save<GroupId>, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::groups::find(&tx, id).await? else {
        return Ok(Save::Missing);
    };
    store::groups::delete(&tx, id).await?;
    if !roles::anybody_is_admin(&tx).await? {
        return Ok(Save::Locked);
    }
    let event = AuditEvent::new("group.deleted", "group", id.as_str())
        .before(json!({ "name": before.name, "members": before.members }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Save::Saved(id.clone()))
}

/// Puts a person into a group.
pub async fn add_member(
    ops: &Ops,
    context: &Context,
    group: &GroupId,
    user: &UserId,
) -> Result<Assigned, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(known) = store::groups::find(&tx, group).await? else {
        return Ok(Assigned::Missing);
    };
    if store::users::find(&tx, user).await?.is_none() {
        return Ok(Assigned::Missing);
    }
    if !store::groups::add_member(&tx, group, user, now).await? {
        return Ok(Assigned::Unchanged);
    }
    let event = AuditEvent::new("group.member_added", "user", user.as_str())
        .after(json!({ "group": known.name, "group_id": known.id }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Assigned::Done)
}

/// Takes a person out of a group.
pub async fn remove_member(
    ops: &Ops,
    context: &Context,
    group: &GroupId,
    user: &UserId,
) -> Result<Assigned, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(known) = store::groups::find(&tx, group).await? else {
        return Ok(Assigned::Missing);
    };
    if !store::groups::remove_member(&tx, group, user).await? {
        return Ok(Assigned::Unchanged);
    }
    if !roles::anybody_is_admin(&tx).await? {
        return Ok(Assigned::LastAdmin);
    }
    let event = AuditEvent::new("group.member_removed", "user", user.as_str())
        .before(json!({ "group": known.name, "group_id": known.id }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Assigned::Done)
}
