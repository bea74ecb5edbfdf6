//! Groups and their members.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::QueryResult;

use crate::domain::id::GroupId;
use crate::domain::id::UserId;
use crate::domain::role::Group;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::entity::groups;
use crate::store::one;
use crate::store::run;

/// A query for groups and how many members each has, with what follows the table's name.
macro_rules! select_groups {
    ($rest:literal) => {
        concat!(
            "SELECT g.id, g.name, g.description, g.created_at, ",
            "(SELECT COUNT(*) FROM group_members m WHERE m.group_id = g.id) FROM groups g",
            $rest
        )
    };
}

fn group(row: &QueryResult) -> Result<Group, StoreError> {
    Ok(Group {
        id: row
            .try_get_by_index::<String>(0)?
            .parse()
            .map_err(|_| StoreError::Corrupt {
                table: "groups",
                column: "id",
            })?,
        name: row.try_get_by_index(1)?,
        description: row.try_get_by_index(2)?,
        created_at: Timestamp::from_micros(row.try_get_by_index(3)?),
        members: row.try_get_by_index(4)?,
    })
}

/// Every group, by name.
pub async fn list(on: &impl Reader) -> Result<Vec<Group>, StoreError> {
    all(on, select_groups!(" ORDER BY g.name LIMIT 1000"), [])
        .await?
        .iter()
        .map(group)
        .collect()
}

/// One group.
pub async fn find(on: &impl Reader, id: &GroupId) -> Result<Option<Group>, StoreError> {
    one(on, select_groups!(" WHERE g.id = $1"), [id.as_str().into()])
        .await?
        .as_ref()
        .map(group)
        .transpose()
}

/// A group by its name.
pub async fn find_by_name(on: &impl Reader, name: &str) -> Result<Option<Group>, StoreError> {
    one(on, select_groups!(" WHERE g.name = $1"), [name.into()])
        .await?
        .as_ref()
        .map(group)
        .transpose()
}

/// The groups that a person is in.
pub async fn of_user(on: &impl Reader, user: &UserId) -> Result<Vec<Group>, StoreError> {
    const SQL: &str =
        select_groups!(" JOIN group_members gm ON gm.group_id = g.id WHERE gm.user_id = $1 ORDER BY g.name");
    all(on, SQL, [user.as_str().into()])
        .await?
        .iter()
        .map(group)
        .collect()
}

/// Creates a group. Fails with `Conflict("name")` when the name is taken.
pub async fn insert(tx: &Tx, new: &Group) -> Result<(), StoreError> {
    let row = groups::ActiveModel {
        id: Set(new.id.to_string()),
        name: Set(new.name.clone()),
        description: Set(new.description.clone()),
        created_at: Set(new.created_at.as_micros()),
    };
    groups::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Changes name and description. Fails with `Conflict("name")` when the name is taken.
pub async fn update(tx: &Tx, id: &GroupId, name: &str, description: &str) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE groups SET name = $1, description = $2 WHERE id = $3";
    Ok(run(tx, SQL, [name.into(), description.into(), id.as_str().into()]).await? == 1)
}

/// Deletes a group; its members lose what it carried.
pub async fn delete(tx: &Tx, id: &GroupId) -> Result<bool, StoreError> {
    Ok(run(tx, "DELETE FROM groups WHERE id = $1", [id.as_str().into()]).await? == 1)
}

/// Puts a person into a group; `false` when they were in it already.
pub async fn add_member(tx: &Tx, group: &GroupId, user: &UserId, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str =
        "INSERT INTO group_members (group_id, user_id, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(run(
        tx,
        SQL,
        [
            group.as_str().into(),
            user.as_str().into(),
            now.as_micros().into(),
        ],
    )
    .await?
        == 1)
}

/// Takes a person out of a group; `false` when they were not in it.
pub async fn remove_member(tx: &Tx, group: &GroupId, user: &UserId) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM group_members WHERE group_id = $1 AND user_id = $2";
    Ok(run(tx, SQL, [group.as_str().into(), user.as_str().into()]).await? == 1)
}
