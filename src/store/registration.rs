//! Clients from outside, and the tokens that let them in. RFC 7591, RFC 7592.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::QueryOrder as _;

use crate::domain::client::ClientOrigin;
use crate::domain::id::ClientId;
use crate::domain::id::RegistrationTokenId;
use crate::domain::registration_token::RegistrationToken;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::entity::registration_tokens;
use crate::store::one;
use crate::store::run;

/// Notes that a client just inserted comes from outside.
pub async fn mark(
    tx: &Tx,
    id: &ClientId,
    origin: ClientOrigin,
    registration: Option<&TokenHash>,
    fresh_until: Option<Timestamp>,
) -> Result<(), StoreError> {
    const SQL: &str =
        "UPDATE clients SET origin = $1, registration_hash = $2, fresh_until = $3 WHERE id = $4";
    let values = [
        origin.as_str().into(),
        registration.map(TokenHash::as_str).into(),
        fresh_until.map(Timestamp::as_micros).into(),
        id.as_str().into(),
    ];
    run(tx, SQL, values).await.map(|_| ())
}

/// Whether this token manages this client, which is enabled. RFC 7592 §2.
pub async fn may_manage(on: &impl Reader, id: &ClientId, token: &TokenHash) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT 1 FROM clients WHERE id = $1 AND registration_hash = $2 AND enabled";
    let row = one(on, SQL, [id.as_str().into(), token.as_str().into()]).await?;
    Ok(row.is_some())
}

/// The same as the first statement of a change: the row stays as it is until the transaction ends.
pub async fn begin_change(
    tx: &Tx,
    id: &ClientId,
    token: &TokenHash,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE clients SET updated_at = $1 WHERE id = $2 AND registration_hash = $3 AND enabled";
    let values = [now.as_micros().into(), id.as_str().into(), token.as_str().into()];
    Ok(run(tx, SQL, values).await? == 1)
}

/// Notes the first use of a client; `false` when it was noted before.
pub async fn first_use(on: &impl Reader, id: &ClientId, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE clients SET used_at = $1 WHERE id = $2 AND used_at IS NULL";
    Ok(run(on, SQL, [now.as_micros().into(), id.as_str().into()]).await? == 1)
}

/// Clients from outside.
pub async fn count(on: &impl Reader) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM clients WHERE origin <> 'operator'";
    let row = one(on, SQL, []).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// A batch of clients from outside that were brought before `before` and never used.
pub async fn unused(on: &impl Reader, before: Timestamp) -> Result<Vec<ClientId>, StoreError> {
    const SQL: &str = "SELECT id FROM clients WHERE origin <> 'operator' AND used_at IS NULL AND created_at < $1 \
        ORDER BY created_at LIMIT 100";
    let rows = all(on, SQL, [before.as_micros().into()]).await?;
    let id = |row: sea_orm::QueryResult| -> Result<ClientId, StoreError> {
        let text: String = row.try_get_by_index(0)?;
        text.parse().map_err(|_| StoreError::Corrupt {
            table: "clients",
            column: "id",
        })
    };
    rows.into_iter().map(id).collect()
}

/// Whether a client is still from outside and unused; the first statement of its removal, so that a use waits.
pub async fn begin_removal(tx: &Tx, id: &ClientId, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE clients SET updated_at = $1 WHERE id = $2 AND origin <> 'operator' AND used_at IS NULL";
    Ok(run(tx, SQL, [now.as_micros().into(), id.as_str().into()]).await? == 1)
}

/// Takes it upon oneself to look at a metadata document again: only one of those who saw it fresh until `seen` does.
pub async fn claim_refresh(
    on: &impl Reader,
    id: &ClientId,
    seen: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE clients SET fresh_until = $1 WHERE id = $2 AND fresh_until = $3 AND enabled";
    let values = [
        until.as_micros().into(),
        id.as_str().into(),
        seen.as_micros().into(),
    ];
    Ok(run(on, SQL, values).await? == 1)
}

/// Puts off the next look at a metadata document.
pub async fn keep_fresh(on: &impl Reader, id: &ClientId, until: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE clients SET fresh_until = $1 WHERE id = $2";
    run(on, SQL, [until.as_micros().into(), id.as_str().into()])
        .await
        .map(|_| ())
}

/// Stores an initial access token.
pub async fn add_token(tx: &Tx, token: &RegistrationToken, hash: &TokenHash) -> Result<(), StoreError> {
    let row = registration_tokens::ActiveModel {
        id: Set(token.id.to_string()),
        hash: Set(hash.as_str().to_owned()),
        hint: Set(token.hint.clone()),
        name: Set(token.name.clone()),
        uses_left: Set(token.uses_left.map(i64::from)),
        created_at: Set(token.created_at.as_micros()),
        last_used_at: Set(None),
        expires_at: Set(token.expires_at.map(Timestamp::as_micros)),
    };
    registration_tokens::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Whether an initial access token works. Looking does not use it.
pub async fn token_works(on: &impl Reader, hash: &TokenHash, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT 1 FROM registration_tokens WHERE hash = $1 \
        AND (uses_left IS NULL OR uses_left > 0) AND (expires_at IS NULL OR expires_at > $2)";
    let row = one(on, SQL, [hash.as_str().into(), now.as_micros().into()]).await?;
    Ok(row.is_some())
}

/// Uses an initial access token once. One conditional statement.
pub async fn use_token(tx: &Tx, hash: &TokenHash, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE registration_tokens SET uses_left = uses_left - 1, last_used_at = $2 WHERE hash = $1 \
        AND (uses_left IS NULL OR uses_left > 0) AND (expires_at IS NULL OR expires_at > $2)";
    Ok(run(tx, SQL, [hash.as_str().into(), now.as_micros().into()]).await? == 1)
}

/// Deletes an initial access token; `false` when there is none.
pub async fn remove_token(tx: &Tx, id: &RegistrationTokenId) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM registration_tokens WHERE id = $1";
    Ok(run(tx, SQL, [id.as_str().into()]).await? == 1)
}

/// Every initial access token, the newest first.
pub async fn tokens(db: &Db) -> Result<Vec<RegistrationToken>, StoreError> {
    let rows = registration_tokens::Entity::find()
        .order_by_desc(registration_tokens::Column::Id)
        .all(db.connection())
        .await?;
    let token = |row: registration_tokens::Model| {
        Ok(RegistrationToken {
            id: row.id.parse().map_err(|_| StoreError::Corrupt {
                table: "registration_tokens",
                column: "id",
            })?,
            name: row.name,
            hint: row.hint,
            uses_left: row.uses_left.map(|left| u32::try_from(left).unwrap_or(0)),
            created_at: Timestamp::from_micros(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
            expires_at: row.expires_at.map(Timestamp::from_micros),
        })
    };
    rows.into_iter().map(token).collect()
}
