//! Links that work once.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;

use crate::domain::id::UserId;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::entity::one_time_links;
use crate::store::one;
use crate::store::run;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Choose a new password.
    PasswordReset,
    /// Make the first admin.
    Setup,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::Setup => "setup",
        }
    }
}

/// Stores a link.
pub async fn insert(
    tx: &Tx,
    hash: &TokenHash,
    purpose: Purpose,
    user: Option<&UserId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let row = one_time_links::ActiveModel {
        hash: Set(hash.as_str().to_owned()),
        purpose: Set(purpose.as_str().to_owned()),
        user_id: Set(user.map(ToString::to_string)),
        created_at: Set(now.as_micros()),
        expires_at: Set(expires_at.as_micros()),
        used_at: Set(None),
    };
    one_time_links::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Whose link this is, if it can still be used. Looking does not use it: link scanners look.
pub async fn peek(
    on: &impl Reader,
    hash: &TokenHash,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Option<UserId>>, StoreError> {
    const SQL: &str = "SELECT user_id FROM one_time_links \
        WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3";
    let row = one(
        on,
        SQL,
        [
            hash.as_str().into(),
            purpose.as_str().into(),
            now.as_micros().into(),
        ],
    )
    .await?;
    let Some(row) = row else { return Ok(None) };
    let user: Option<String> = row.try_get_by_index(0)?;
    Ok(Some(user.and_then(|u| u.parse().ok())))
}

/// Uses a link, once. One conditional statement: `false` when it was used, ran out, or never was.
pub async fn consume(
    tx: &Tx,
    hash: &TokenHash,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE one_time_links SET used_at = $1 \
        WHERE hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $1";
    Ok(run(
        tx,
        SQL,
        [
            now.as_micros().into(),
            hash.as_str().into(),
            purpose.as_str().into(),
        ],
    )
    .await?
        == 1)
}

/// Makes every unused link of this purpose and person worthless.
pub async fn void(
    tx: &Tx,
    purpose: Purpose,
    user: Option<&UserId>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE one_time_links SET used_at = $1 \
        WHERE purpose = $2 AND COALESCE(user_id, '') = $3 AND used_at IS NULL";
    let user = user.map_or("", UserId::as_str);
    run(
        tx,
        SQL,
        [now.as_micros().into(), purpose.as_str().into(), user.into()],
    )
    .await
}
