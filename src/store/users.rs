//! People.

use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::Condition;
use sea_orm::EntityTrait as _;
use sea_orm::PaginatorTrait as _;
use sea_orm::QueryFilter as _;
use sea_orm::QuerySelect as _;

use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::page::Page;
use crate::domain::page::PageRequest;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::domain::user::UserInput;
use crate::domain::user::UserStatus;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::entity::users;
use crate::store::page;
use crate::store::page::SortKey;
use crate::store::run;

impl TryFrom<users::Model> for User {
    type Error = StoreError;

    fn try_from(row: users::Model) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt {
            table: "users",
            column,
        };
        Ok(Self {
            id: row.id.parse().map_err(|_| corrupt("id"))?,
            username: row.username,
            email: row.email,
            email_verified: row.email_verified,
            name: row.name,
            profile: serde_json::from_str(&row.profile).map_err(|_| corrupt("profile"))?,
            status: if row.status == "active" {
                UserStatus::Active
            } else {
                UserStatus::Disabled
            },
            has_password: row.password_hash.is_some(),
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
            last_sign_in_at: (row.last_sign_in_at > 0).then(|| Timestamp::from_micros(row.last_sign_in_at)),
        })
    }
}

/// Which people a list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Start of the name, user name or mail address, or a whole id.
    pub text: String,
    /// Only these.
    pub status: Option<UserStatus>,
    /// Only people with this role, directly or through a group.
    pub role: Option<RoleId>,
    /// Only members.
    pub group: Option<GroupId>,
}

/// A person and the hash to check their password against.
#[derive(Debug, Clone)]
pub struct SignInCandidate {
    /// The person.
    pub user: User,
    /// A self-describing hash; `None` when there is no password.
    pub password_hash: Option<String>,
}

/// Finds a person by id.
pub async fn find(on: &impl Reader, id: &UserId) -> Result<Option<User>, StoreError> {
    let row = users::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?;
    row.map(User::try_from).transpose()
}

/// Finds a person by user name or mail address, whatever the case.
pub async fn find_for_sign_in(on: &impl Reader, login: &str) -> Result<Option<SignInCandidate>, StoreError> {
    let lower = login.trim().to_lowercase();
    let by_name = Condition::any()
        .add(users::Column::UsernameLower.eq(&lower))
        .add(users::Column::EmailLower.eq(&lower));
    let rows = users::Entity::find()
        .filter(by_name)
        .limit(2)
        .all(on.connection())
        .await?;
    // a user name that looks like another person's address: the user name wins
    let row = rows
        .iter()
        .find(|r| r.username_lower == lower)
        .or(rows.first())
        .cloned();
    row.map(|row| {
        Ok(SignInCandidate {
            password_hash: row.password_hash.clone(),
            user: row.try_into()?,
        })
    })
    .transpose()
}

/// Finds a person by a mail address that was verified, whatever the case.
pub async fn find_by_verified_email(on: &impl Reader, email: &str) -> Result<Option<User>, StoreError> {
    let row = users::Entity::find()
        .filter(users::Column::EmailLower.eq(email.to_lowercase()))
        .filter(users::Column::EmailVerified.eq(true))
        .one(on.connection())
        .await?;
    row.map(User::try_from).transpose()
}

/// The hash of a known person.
pub async fn password_hash(on: &impl Reader, id: &UserId) -> Result<Option<String>, StoreError> {
    let row = users::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?;
    Ok(row.and_then(|r| r.password_hash))
}

/// When a person's password was last set.
pub async fn password_changed_at(on: &impl Reader, id: &UserId) -> Result<Option<Timestamp>, StoreError> {
    let row = users::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?;
    Ok(row
        .and_then(|r| r.password_changed_at)
        .map(Timestamp::from_micros))
}

/// Finds a person by id, user name or mail address.
pub async fn find_by_any(on: &impl Reader, text: &str) -> Result<Option<User>, StoreError> {
    if let Ok(id) = text.parse::<UserId>() {
        return find(on, &id).await;
    }
    Ok(find_for_sign_in(on, text).await?.map(|c| c.user))
}

fn columns(input: &UserInput, now: Timestamp) -> users::ActiveModel {
    let shown = input.name.as_deref().unwrap_or(&input.username);
    users::ActiveModel {
        username: Set(input.username.clone()),
        username_lower: Set(input.username.to_lowercase()),
        email: Set(input.email.clone()),
        email_lower: Set(input.email.as_ref().map(|e| e.to_lowercase())),
        email_verified: Set(input.email_verified && input.email.is_some()),
        name: Set(input.name.clone()),
        name_lower: Set(shown.to_lowercase()),
        profile: Set(serde_json::to_string(&input.profile).unwrap_or_else(|_| "{}".to_owned())),
        updated_at: Set(now.as_micros()),
        ..Default::default()
    }
}

/// Creates a person. Fails with `Conflict("username")` or `Conflict("email")` when that is taken.
pub async fn insert(
    tx: &Tx,
    id: &UserId,
    input: &UserInput,
    password_hash: Option<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = users::ActiveModel {
        id: Set(id.to_string()),
        status: Set(UserStatus::Active.as_str().to_owned()),
        password_changed_at: Set(password_hash.as_ref().map(|_| now.as_micros())),
        password_hash: Set(password_hash),
        created_at: Set(now.as_micros()),
        last_sign_in_at: Set(0),
        ..columns(input, now)
    };
    users::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Changes a person. Fails with `Conflict("username")` or `Conflict("email")` when that is taken.
pub async fn update(tx: &Tx, id: &UserId, input: &UserInput, now: Timestamp) -> Result<bool, StoreError> {
    let result = users::Entity::update_many()
        .set(columns(input, now))
        .filter(users::Column::Id.eq(id.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(result.rows_affected == 1)
}

/// Sets the status; `false` when it was that already or there is no such person.
pub async fn set_status(
    tx: &Tx,
    id: &UserId,
    status: UserStatus,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE users SET status = $1, updated_at = $2 WHERE id = $3 AND status <> $1";
    Ok(run(
        tx,
        SQL,
        [status.as_str().into(), now.as_micros().into(), id.as_str().into()],
    )
    .await?
        == 1)
}

/// Sets the password.
pub async fn set_password(tx: &Tx, id: &UserId, hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE users SET password_hash = $1, password_changed_at = $2, updated_at = $2 WHERE id = $3";
    Ok(run(tx, SQL, [hash.into(), now.as_micros().into(), id.as_str().into()]).await? == 1)
}

/// Replaces a hash that was made with older parameters, if it is still the one that was checked.
pub async fn upgrade_password(tx: &Tx, id: &UserId, old: &str, new: &str) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3";
    run(tx, SQL, [new.into(), id.as_str().into(), old.into()])
        .await
        .map(|_| ())
}

/// Notes a successful sign-in.
pub async fn signed_in(tx: &Tx, id: &UserId, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET last_sign_in_at = $1 WHERE id = $2";
    run(tx, SQL, [now.as_micros().into(), id.as_str().into()])
        .await
        .map(|_| ())
}

/// Deletes a person and everything that belongs to them.
pub async fn delete(tx: &Tx, id: &UserId) -> Result<bool, StoreError> {
    run(
        tx,
        "DELETE FROM authorization_codes WHERE user_id = $1",
        [id.as_str().into()],
    )
    .await?;
    run(
        tx,
        "DELETE FROM token_families WHERE user_id = $1",
        [id.as_str().into()],
    )
    .await?;
    Ok(run(tx, "DELETE FROM users WHERE id = $1", [id.as_str().into()]).await? == 1)
}

/// How many people there are.
pub async fn count(on: &impl Reader) -> Result<u64, StoreError> {
    Ok(users::Entity::find().count(on.connection()).await?)
}

const SORT_KEYS: &[SortKey<users::Entity>] = &[
    SortKey {
        name: "created",
        column: users::Column::CreatedAt,
        numeric: true,
        value: |r| r.created_at.to_string(),
    },
    SortKey {
        name: "name",
        column: users::Column::NameLower,
        numeric: false,
        value: |r| r.name_lower.clone(),
    },
    SortKey {
        name: "last_sign_in",
        column: users::Column::LastSignInAt,
        numeric: true,
        value: |r| r.last_sign_in_at.to_string(),
    },
];

/// One page of people.
pub async fn list(db: &Db, filter: &UserFilter, request: &PageRequest) -> Result<Page<User>, StoreError> {
    let select = users::Entity::find().filter(condition(filter));
    let page = page::load(
        db,
        select,
        SORT_KEYS,
        (users::Column::Id, |r| r.id.clone()),
        request,
    )
    .await?;
    let Page { rows, previous, next } = page;
    let rows = rows.into_iter().map(User::try_from).collect::<Result<_, _>>()?;
    Ok(Page { rows, previous, next })
}

fn condition(filter: &UserFilter) -> Condition {
    let mut all = Condition::all();
    let text = filter.text.trim();
    if !text.is_empty() {
        all = all.add(
            Condition::any()
                .add(users::Column::Id.eq(text))
                .add(users::Column::UsernameLower.like(page::prefix(text)))
                .add(users::Column::EmailLower.like(page::prefix(text)))
                .add(users::Column::NameLower.like(page::prefix(text))),
        );
    }
    if let Some(status) = filter.status {
        all = all.add(users::Column::Status.eq(status.as_str()));
    }
    if let Some(role) = &filter.role {
        const WITH_ROLE: &str = "users.id IN (SELECT user_id FROM user_roles WHERE role_id = $1 UNION \
            SELECT m.user_id FROM group_members m JOIN group_roles g ON g.group_id = m.group_id WHERE g.role_id = $1)";
        all = all.add(sea_orm::sea_query::Expr::cust_with_values(
            WITH_ROLE,
            [role.as_str()],
        ));
    }
    if let Some(group) = &filter.group {
        const MEMBERS: &str = "users.id IN (SELECT user_id FROM group_members WHERE group_id = $1)";
        all = all.add(sea_orm::sea_query::Expr::cust_with_values(
            MEMBERS,
            [group.as_str()],
        ));
    }
    all
}

/// Names of several people, by id.
pub(super) async fn names(
    on: &impl Reader,
    ids: impl IntoIterator<Item = String>,
) -> Result<std::collections::HashMap<String, String>, StoreError> {
    let rows = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(on.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.id, r.name.unwrap_or(r.username)))
        .collect())
}
