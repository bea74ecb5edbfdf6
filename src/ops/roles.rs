//! Roles, as admins and the command line manage them.

use serde_json::json;

use crate::crypto::random;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::ClientId;
use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::permission::Permission;
use crate::domain::role;
use crate::domain::role::ADMIN_ROLE;
use crate::domain::role::Role;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::users;
use crate::store;
use crate::store::StoreError;

/// What an operator enters to create or change a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleInput {
    /// As it appears in the `roles` claim.
    pub name: String,
    /// For people.
    pub description: String,
    /// The client it belongs to; cannot be changed later.
    pub client_id: Option<ClientId>,
    /// Console permissions: `users:write` …
    pub permissions: Vec<String>,
}

/// What became of a request to save a role or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Save<Id> {
    /// Saved.
    Saved(Id),
    /// The field that breaks a rule, and how.
    Invalid(&'static str, &'static str),
    /// The name is taken.
    Taken,
    /// There is no such thing.
    Missing,
    /// It would leave nobody who can manage people, or change the built-in role.
    Locked,
}

/// The rule for names of roles and groups, as the end of a sentence.
pub const NAME_RULE: &str = "must have 1 to 64 letters, digits or . _ - : /";

fn snapshot(input: &RoleInput) -> serde_json::Value {
    json!({ "name": input.name, "description": input.description, "client_id": input.client_id,
            "permissions": input.permissions })
}

fn check(input: &RoleInput) -> Option<Save<RoleId>> {
    if !role::is_name(&input.name) {
        return Some(Save::Invalid("name", NAME_RULE));
    }
    let known = input.permissions.iter().all(|p| p.parse::<Permission>().is_ok());
    (!known).then_some(Save::Invalid(
        "permissions",
        "holds a permission that does not exist",
    ))
}

/// Creates a role.
pub async fn create(ops: &Ops, context: &Context, input: RoleInput) -> Result<Save<RoleId>, Failure> {
    if let Some(refusal) = check(&input) {
        return Ok(refusal);
    }
    let now = ops.now();
    let tx = ops.db.begin().await?;
    if let Some(client) = &input.client_id
        && store::clients::find(&tx, client).await?.is_none()
    {
        return Ok(Save::Invalid("client_id", "names a client that does not exist"));
    }
    let snapshot = snapshot(&input);
    let new = Role {
        id: RoleId::from_bits(random::id_bits(now)),
        client_id: input.client_id,
        name: input.name,
        description: input.description,
        permissions: input.permissions,
        created_at: now,
        members: 0,
    };
    match store::roles::insert(&tx, &new).await {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => return Ok(Save::Taken),
        Err(error) => return Err(error.into()),
    }
    ops.audit(
        &tx,
        context,
        AuditEvent::new("role.created", "role", new.id.as_str()).after(snapshot),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(Save::Saved(new.id))
}

/// Changes name, description and permissions. The built-in admin role stays as it is.
pub async fn update(
    ops: &Ops,
    context: &Context,
    id: &RoleId,
    input: RoleInput,
) -> Result<Save<RoleId>, Failure> {
    if let Some(refusal) = check(&input) {
        return Ok(refusal);
    }
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::roles::find(&tx, id).await? else {
        return Ok(Save::Missing);
    };
    if is_built_in(&before) {
        return Ok(Save::Locked);
    }
    match store::roles::update(&tx, id, &input.name, &input.description).await {
        Ok(_) => {}
        Err(StoreError::Conflict(_)) => return Ok(Save::Taken),
        Err(error) => return Err(error.into()),
    }
    store::roles::set_permissions(&tx, id, &input.permissions).await?;
    let event = AuditEvent::new("role.updated", "role", id.as_str())
        .before(json!({ "name": before.name, "description": before.description, "permissions": before.permissions }))
        .after(snapshot(&input));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Save::Saved(id.clone()))
}

/// Whether this is the role that the first admin has.
pub fn is_built_in(role: &Role) -> bool {
    role.name == ADMIN_ROLE && role.client_id.is_none()
}

/// Deletes a role; everybody loses it. The built-in admin role stays.
pub async fn delete(ops: &Ops, context: &Context, id: &RoleId) -> Result<Save<RoleId>, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::roles::find(&tx, id).await? else {
        return Ok(Save::Missing);
    };
    if is_built_in(&before) {
        return Ok(Save::Locked);
    }
    store::roles::delete(&tx, id).await?;
    let event = AuditEvent::new("role.deleted", "role", id.as_str())
        .before(json!({ "name": before.name, "members": before.members }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Save::Saved(id.clone()))
}

/// What became of giving or taking a role or a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// Done.
    Done,
    /// It was so already.
    Unchanged,
    /// The role, the person or the group does not exist.
    Missing,
    /// It would leave nobody who can manage people.
    LastAdmin,
}

/// Gives a role to a person.
pub async fn assign(ops: &Ops, context: &Context, user: &UserId, role: &RoleId) -> Result<Assigned, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(known) = store::roles::find(&tx, role).await? else {
        return Ok(Assigned::Missing);
    };
    if store::users::find(&tx, user).await?.is_none() {
        return Ok(Assigned::Missing);
    }
    if !store::roles::assign(&tx, user, role, now).await? {
        return Ok(Assigned::Unchanged);
    }
    let event = AuditEvent::new("role.assigned", "user", user.as_str())
        .after(json!({ "role": known.name, "role_id": known.id }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Assigned::Done)
}

/// Takes a role from a person. The last person who can manage people keeps it.
pub async fn unassign(
    ops: &Ops,
    context: &Context,
    user: &UserId,
    role: &RoleId,
) -> Result<Assigned, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(known) = store::roles::find(&tx, role).await? else {
        return Ok(Assigned::Missing);
    };
    let was_last = users::is_last_admin(&tx, user).await?;
    if !store::roles::unassign(&tx, user, role).await? {
        return Ok(Assigned::Unchanged);
    }
    if was_last && !still_admin(&tx, user).await? {
        return Ok(Assigned::LastAdmin);
    }
    let event = AuditEvent::new("role.unassigned", "user", user.as_str())
        .before(json!({ "role": known.name, "role_id": known.id }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Assigned::Done)
}

async fn still_admin(tx: &store::Tx, user: &UserId) -> Result<bool, StoreError> {
    let wanted = Permission::write(crate::domain::permission::Area::Users);
    Ok(store::roles::permissions(tx, user).await?.allow(wanted))
}

/// Lets a group carry a role.
pub async fn assign_to_group(
    ops: &Ops,
    context: &Context,
    group: &GroupId,
    role: &RoleId,
) -> Result<Assigned, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(known) = store::roles::find(&tx, role).await? else {
        return Ok(Assigned::Missing);
    };
    if store::groups::find(&tx, group).await?.is_none() {
        return Ok(Assigned::Missing);
    }
    if !store::roles::assign_to_group(&tx, group, role).await? {
        return Ok(Assigned::Unchanged);
    }
    let event = AuditEvent::new("role.assigned", "group", group.as_str())
        .after(json!({ "role": known.name, "role_id": known.id }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Assigned::Done)
}

/// Takes a role from a group.
pub async fn unassign_from_group(
    ops: &Ops,
    context: &Context,
    group: &GroupId,
    role: &RoleId,
) -> Result<Assigned, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(known) = store::roles::find(&tx, role).await? else {
        return Ok(Assigned::Missing);
    };
    if !store::roles::unassign_from_group(&tx, group, role).await? {
        return Ok(Assigned::Unchanged);
    }
    if !anybody_is_admin(&tx).await? {
        return Ok(Assigned::LastAdmin);
    }
    let event = AuditEvent::new("role.unassigned", "group", group.as_str())
        .before(json!({ "role": known.name, "role_id": known.id }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(Assigned::Done)
}

/// Whether somebody can manage people, as the transaction would leave it.
pub(in crate::ops) async fn anybody_is_admin(tx: &store::Tx) -> Result<bool, StoreError> {
    let wanted = Permission::write(crate::domain::permission::Area::Users).to_string();
    Ok(store::roles::others_with_permission(tx, &wanted, &UserId::from_bits(0)).await? > 0)
}
