//! The first admin: from the configuration, or through a link that works once.

use serde_json::json;

use crate::crypto::random;
use crate::domain::audit::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::role::ADMIN_ROLE;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::domain::user::UserInput;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::links::Link;
use crate::ops::users;
use crate::ops::users::SaveUser;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::links::Purpose;

/// Whether somebody can manage people.
pub async fn has_admin(ops: &Ops) -> Result<bool, Failure> {
    let wanted = Permission::write(Area::Users).to_string();
    let nobody = UserId::from_bits(0);
    Ok(store::roles::others_with_permission(&ops.db, &wanted, &nobody).await? > 0)
}

/// The built-in role with every permission, made when it is missing.
async fn admin_role(tx: &Tx, now: Timestamp) -> Result<RoleId, StoreError> {
    if let Some(role) = store::roles::find_by_name(tx, ADMIN_ROLE, None).await? {
        return Ok(role.id);
    }
    let role = Role {
        id: RoleId::from_bits(random::id_bits(now)),
        client_id: None,
        name: ADMIN_ROLE.to_owned(),
        description: "May do everything in the console.".to_owned(),
        permissions: Area::ALL
            .iter()
            .map(|area| Permission::write(*area).to_string())
            .collect(),
        created_at: now,
        members: 0,
    };
    store::roles::insert(tx, &role).await?;
    Ok(role.id)
}

/// Makes sure that the built-in admin role exists, so that it can be given to somebody.
pub async fn ensure_admin_role(ops: &Ops) -> Result<RoleId, Failure> {
    let tx = ops.db.begin().await?;
    let id = admin_role(&tx, ops.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Creates a person with the admin role.
pub async fn create_admin(
    ops: &Ops,
    context: &Context,
    input: UserInput,
    password: Secret<String>,
) -> Result<SaveUser, Failure> {
    create_admin_with(ops, context, input, password, None).await
}

async fn create_admin_with(
    ops: &Ops,
    context: &Context,
    input: UserInput,
    password: Secret<String>,
    link: Option<&TokenHash>,
) -> Result<SaveUser, Failure> {
    let input = input.trimmed();
    let problems = input.problems();
    if !problems.is_empty() {
        return Ok(SaveUser::Invalid(problems));
    }
    if let Err(weak) = users::check_password(ops, &input, password.expose()) {
        return Ok(SaveUser::Weak(weak));
    }
    let hash = ops.passwords.hash(password).await?;
    let now = ops.now();
    let id = UserId::from_bits(random::id_bits(now));
    let tx = ops.db.begin().await?;
    if let Some(link) = link
        && !store::links::consume(&tx, link, Purpose::Setup, now).await?
    {
        return Ok(SaveUser::Missing);
    }
    let new = users::NewUser {
        id: &id,
        input: &input,
        hash: Some(hash),
    };
    match users::insert(ops, &tx, context, new, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict(field)) => return Ok(SaveUser::Taken(field)),
        Err(error) => return Err(error.into()),
    }
    let role = admin_role(&tx, now).await?;
    store::roles::assign(&tx, &id, &role, now).await?;
    let event = AuditEvent::new("role.assigned", "user", id.as_str())
        .after(json!({ "role": ADMIN_ROLE, "role_id": role }));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(SaveUser::Saved(id))
}

/// Makes a link with which somebody becomes the first admin; older ones become worthless.
pub async fn make_setup_link(ops: &Ops) -> Result<Link, Failure> {
    let now = ops.now();
    let token = random::token();
    let expires_at = now + ops.config.login.setup_link_lifetime;
    let tx = ops.db.begin().await?;
    store::links::void(&tx, Purpose::Setup, None, now).await?;
    store::links::insert(&tx, &TokenHash::of(&token), Purpose::Setup, None, now, expires_at).await?;
    tx.commit().await?;
    Ok(Link {
        url: Secret::new(format!("{}/setup?token={}", ops.issuer(), token.expose())),
        expires_at,
    })
}

/// Whether a set-up link can be used.
pub async fn peek_setup(ops: &Ops, token: &Secret<String>) -> Result<bool, Failure> {
    Ok(
        store::links::peek(&ops.db, &TokenHash::of(token), Purpose::Setup, ops.now())
            .await?
            .is_some(),
    )
}

/// Uses a set-up link. `SaveUser::Missing`: the link was used, ran out, or never was.
pub async fn complete_setup(
    ops: &Ops,
    context: &Context,
    token: &Secret<String>,
    input: UserInput,
    password: Secret<String>,
) -> Result<SaveUser, Failure> {
    let hash = TokenHash::of(token);
    if store::links::peek(&ops.db, &hash, Purpose::Setup, ops.now())
        .await?
        .is_none()
    {
        return Ok(SaveUser::Missing);
    }
    let context = Context {
        actor: Actor::System,
        ..context.clone()
    };
    create_admin_with(ops, &context, input, password, Some(&hash)).await
}
