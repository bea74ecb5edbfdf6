//! Roles, who has them, and what they allow.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::QueryResult;

use crate::domain::claims::Memberships;
use crate::domain::id::ClientId;
use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::permission::Permissions;
use crate::domain::role::Role;
use crate::domain::role::RoleOfUser;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::entity::roles;
use crate::store::one;
use crate::store::run;

/// A query for roles and how many people have each, with what follows the table's name.
macro_rules! select_roles {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.client_id, r.name, r.description, r.created_at, (SELECT COUNT(*) FROM ",
            "(SELECT user_id FROM user_roles u WHERE u.role_id = r.id UNION SELECT m.user_id FROM group_members m ",
            "JOIN group_roles g ON g.group_id = m.group_id WHERE g.role_id = r.id) x) FROM roles r",
            $rest
        )
    };
}

fn role(row: &QueryResult) -> Result<Role, StoreError> {
    let corrupt = |column| StoreError::Corrupt {
        table: "roles",
        column,
    };
    let client: Option<String> = row.try_get_by_index(1)?;
    Ok(Role {
        id: row
            .try_get_by_index::<String>(0)?
            .parse()
            .map_err(|_| corrupt("id"))?,
        client_id: client
            .map(|c| c.parse().map_err(|_| corrupt("client_id")))
            .transpose()?,
        name: row.try_get_by_index(2)?,
        description: row.try_get_by_index(3)?,
        permissions: Vec::new(),
        created_at: Timestamp::from_micros(row.try_get_by_index(4)?),
        members: row.try_get_by_index(5)?,
    })
}

/// Every role, global ones first, by name.
pub async fn list(on: &impl Reader) -> Result<Vec<Role>, StoreError> {
    const SQL: &str =
        select_roles!(" ORDER BY CASE WHEN r.client_id IS NULL THEN 0 ELSE 1 END, r.name LIMIT 1000");
    all(on, SQL, []).await?.iter().map(role).collect()
}

/// One role with its permissions.
pub async fn find(on: &impl Reader, id: &RoleId) -> Result<Option<Role>, StoreError> {
    const SQL: &str = select_roles!(" WHERE r.id = $1");
    let Some(row) = one(on, SQL, [id.as_str().into()]).await? else {
        return Ok(None);
    };
    let mut role = role(&row)?;
    role.permissions = permission_words(on, id).await?;
    Ok(Some(role))
}

async fn permission_words(on: &impl Reader, id: &RoleId) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT permission FROM role_permissions WHERE role_id = $1 ORDER BY permission";
    all(on, SQL, [id.as_str().into()])
        .await?
        .iter()
        .map(|r| Ok(r.try_get_by_index(0)?))
        .collect()
}

/// A role by name: a client's, or a global one.
pub async fn find_by_name(
    on: &impl Reader,
    name: &str,
    client: Option<&ClientId>,
) -> Result<Option<Role>, StoreError> {
    const GLOBAL: &str = select_roles!(" WHERE r.name = $1 AND r.client_id IS NULL");
    const OF_CLIENT: &str = select_roles!(" WHERE r.name = $1 AND r.client_id = $2");
    let row = match client {
        None => one(on, GLOBAL, [name.into()]).await?,
        Some(client) => one(on, OF_CLIENT, [name.into(), client.as_str().into()]).await?,
    };
    row.as_ref().map(role).transpose()
}

/// Creates a role. Fails with `Conflict("name")` when the name is taken.
pub async fn insert(tx: &Tx, new: &Role) -> Result<(), StoreError> {
    let row = roles::ActiveModel {
        id: Set(new.id.to_string()),
        client_id: Set(new.client_id.as_ref().map(ToString::to_string)),
        name: Set(new.name.clone()),
        description: Set(new.description.clone()),
        created_at: Set(new.created_at.as_micros()),
    };
    roles::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    set_permissions(tx, &new.id, &new.permissions).await
}

/// Changes name and description. Fails with `Conflict("name")` when the name is taken.
pub async fn update(tx: &Tx, id: &RoleId, name: &str, description: &str) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE roles SET name = $1, description = $2 WHERE id = $3";
    Ok(run(tx, SQL, [name.into(), description.into(), id.as_str().into()]).await? == 1)
}

/// Replaces the permissions.
pub async fn set_permissions(tx: &Tx, id: &RoleId, permissions: &[String]) -> Result<(), StoreError> {
    run(
        tx,
        "DELETE FROM role_permissions WHERE role_id = $1",
        [id.as_str().into()],
    )
    .await?;
    for permission in permissions {
        const SQL: &str = "INSERT INTO role_permissions (role_id, permission) VALUES ($1, $2)";
        run(tx, SQL, [id.as_str().into(), permission.as_str().into()]).await?;
    }
    Ok(())
}

/// Deletes a role; everybody loses it.
pub async fn delete(tx: &Tx, id: &RoleId) -> Result<bool, StoreError> {
    Ok(run(tx, "DELETE FROM roles WHERE id = $1", [id.as_str().into()]).await? == 1)
}

/// Gives a role to a person; `false` when they had it already.
pub async fn assign(tx: &Tx, user: &UserId, role: &RoleId, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str =
        "INSERT INTO user_roles (user_id, role_id, granted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(run(
        tx,
        SQL,
        [user.as_str().into(), role.as_str().into(), now.as_micros().into()],
    )
    .await?
        == 1)
}

/// Takes a role from a person; `false` when they did not have it directly.
pub async fn unassign(tx: &Tx, user: &UserId, role: &RoleId) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM user_roles WHERE user_id = $1 AND role_id = $2";
    Ok(run(tx, SQL, [user.as_str().into(), role.as_str().into()]).await? == 1)
}

/// Lets a group carry a role; `false` when it did already.
pub async fn assign_to_group(tx: &Tx, group: &GroupId, role: &RoleId) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO group_roles (group_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(run(tx, SQL, [group.as_str().into(), role.as_str().into()]).await? == 1)
}

/// Takes a role from a group; `false` when it did not carry it.
pub async fn unassign_from_group(tx: &Tx, group: &GroupId, role: &RoleId) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM group_roles WHERE group_id = $1 AND role_id = $2";
    Ok(run(tx, SQL, [group.as_str().into(), role.as_str().into()]).await? == 1)
}

/// The roles that a group carries.
pub async fn of_group(on: &impl Reader, group: &GroupId) -> Result<Vec<Role>, StoreError> {
    const SQL: &str =
        select_roles!(" JOIN group_roles gr ON gr.role_id = r.id WHERE gr.group_id = $1 ORDER BY r.name");
    all(on, SQL, [group.as_str().into()])
        .await?
        .iter()
        .map(role)
        .collect()
}

/// The roles of a person, with their origin.
pub async fn of_user(on: &impl Reader, user: &UserId) -> Result<Vec<RoleOfUser>, StoreError> {
    const DIRECT: &str =
        select_roles!(" JOIN user_roles ur ON ur.role_id = r.id WHERE ur.user_id = $1 ORDER BY r.name");
    const INHERITED: &str = "SELECT gr.role_id, g.name FROM group_roles gr JOIN groups g ON g.id = gr.group_id \
        JOIN group_members m ON m.group_id = g.id WHERE m.user_id = $1 ORDER BY g.name";
    let mut found: Vec<RoleOfUser> = Vec::new();
    for row in all(on, DIRECT, [user.as_str().into()]).await? {
        found.push(RoleOfUser {
            role: role(&row)?,
            via_groups: Vec::new(),
            direct: true,
        });
    }
    for row in all(on, INHERITED, [user.as_str().into()]).await? {
        let (role_id, group): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if let Some(known) = found.iter_mut().find(|r| r.role.id.as_str() == role_id) {
            known.via_groups.push(group);
        } else if let Ok(id) = role_id.parse()
            && let Some(role) = find(on, &id).await?
        {
            found.push(RoleOfUser {
                role,
                via_groups: vec![group],
                direct: false,
            });
        }
    }
    Ok(found)
}

/// A person's role and group names as tokens for `client` hold them: global roles and the client's own, sorted.
pub async fn memberships(
    on: &impl Reader,
    user: &UserId,
    client: &ClientId,
) -> Result<Memberships, StoreError> {
    const SQL: &str = "SELECT 'role', r.name FROM roles r WHERE (r.client_id IS NULL OR r.client_id = $2) AND r.id IN \
        (SELECT role_id FROM user_roles WHERE user_id = $1 UNION SELECT gr.role_id FROM group_roles gr \
         JOIN group_members m ON m.group_id = gr.group_id WHERE m.user_id = $1) \
        UNION SELECT 'group', g.name FROM groups g JOIN group_members m ON m.group_id = g.id WHERE m.user_id = $1";
    let mut memberships = Memberships::default();
    for row in all(on, SQL, [user.as_str().into(), client.as_str().into()]).await? {
        let (kind, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if kind == "role" {
            memberships.roles.push(name);
        } else {
            memberships.groups.push(name);
        }
    }
    memberships.roles.sort();
    memberships.groups.sort();
    Ok(memberships)
}

/// Everything a person may do in the console.
pub async fn permissions(on: &impl Reader, user: &UserId) -> Result<Permissions, StoreError> {
    const SQL: &str = "SELECT DISTINCT p.permission FROM role_permissions p WHERE p.group_id IS NULL AND p.role_id IN \
        (SELECT role_id FROM user_roles WHERE user_id = $1 UNION SELECT gr.role_id FROM group_roles gr \
         JOIN group_members m ON m.group_id = gr.group_id WHERE m.user_id = $1)";
    let rows = all(on, SQL, [user.as_str().into()]).await?;
    let words = rows
        .iter()
        .map(|r| r.try_get_by_index(0))
        .collect::<Result<Vec<String>, _>>()?;
    Ok(Permissions::from_words(words.iter().map(String::as_str)))
}

/// Active people who hold a role with this permission, other than `except`; the last admin must stay.
pub async fn others_with_permission(
    on: &impl Reader,
    permission: &str,
    except: &UserId,
) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM users u WHERE u.status = 'active' AND u.id <> $2 AND EXISTS \
        (SELECT 1 FROM role_permissions p WHERE p.permission = $1 AND p.group_id IS NULL AND p.role_id IN \
         (SELECT role_id FROM user_roles WHERE user_id = u.id UNION SELECT gr.role_id FROM group_roles gr \
          JOIN group_members m ON m.group_id = gr.group_id WHERE m.user_id = u.id))";
    let row = one(on, SQL, [permission.into(), except.as_str().into()]).await?;
    Ok(row.map(|r| r.try_get_by_index(0)).transpose()?.unwrap_or(0))
}
