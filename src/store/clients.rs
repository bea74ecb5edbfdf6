//! Clients and their secrets.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::Condition;
use sea_orm::EntityTrait as _;
use sea_orm::PaginatorTrait as _;
use sea_orm::QueryFilter as _;
use sea_orm::QueryOrder as _;

use crate::domain::client::Client;
use crate::domain::client::ClientMetadata;
use crate::domain::client::ClientOrigin;
use crate::domain::client::ClientSecret;
use crate::domain::client::Provenance;
use crate::domain::id::ClientId;
use crate::domain::id::SecretId;
use crate::domain::page::Page;
use crate::domain::page::PageRequest;
use crate::domain::time::Timestamp;
use crate::store::Db;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::entity::client_secrets;
use crate::store::entity::clients;
use crate::store::page;
use crate::store::page::SortKey;
use crate::store::run;

fn from_rows(row: &clients::Model, secrets: Vec<client_secrets::Model>) -> Result<Client, StoreError> {
    let corrupt = |column| StoreError::Corrupt {
        table: "clients",
        column,
    };
    Ok(Client {
        id: row.id.parse().map_err(|_| corrupt("id"))?,
        metadata: serde_json::from_str(&row.metadata).map_err(|_| corrupt("metadata"))?,
        secrets: secrets.into_iter().map(secret).collect::<Result<_, _>>()?,
        enabled: row.enabled,
        created_at: Timestamp::from_micros(row.created_at),
        updated_at: Timestamp::from_micros(row.updated_at),
        provenance: Provenance {
            origin: ClientOrigin::parse(&row.origin).ok_or_else(|| corrupt("origin"))?,
            used_at: row.used_at.map(Timestamp::from_micros),
            fresh_until: row.fresh_until.map(Timestamp::from_micros),
        },
    })
}

fn secret(row: client_secrets::Model) -> Result<ClientSecret, StoreError> {
    Ok(ClientSecret {
        id: row.id.parse().map_err(|_| StoreError::Corrupt {
            table: "client_secrets",
            column: "id",
        })?,
        hash: row.hash,
        sealed: row.sealed,
        hint: row.hint,
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: row.expires_at.map(Timestamp::from_micros),
    })
}

/// Finds a client with its secrets, expired ones included.
pub async fn find(on: &impl Reader, id: &ClientId) -> Result<Option<Client>, StoreError> {
    let Some(row) = clients::Entity::find_by_id(id.as_str())
        .one(on.connection())
        .await?
    else {
        return Ok(None);
    };
    let secrets = client_secrets::Entity::find()
        .filter(client_secrets::Column::ClientId.eq(id.as_str()))
        .order_by_asc(client_secrets::Column::Id)
        .all(on.connection())
        .await?;
    from_rows(&row, secrets).map(Some)
}

/// Registers a client. Fails with `Conflict("id")` when the `client_id` is taken.
pub async fn insert(
    tx: &Tx,
    id: &ClientId,
    metadata: &ClientMetadata,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = clients::ActiveModel {
        id: Set(id.to_string()),
        enabled: Set(true),
        created_at: Set(now.as_micros()),
        ..columns(metadata, now)?
    };
    clients::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

fn columns(metadata: &ClientMetadata, now: Timestamp) -> Result<clients::ActiveModel, StoreError> {
    let json = serde_json::to_string(metadata).map_err(|_| StoreError::Corrupt {
        table: "clients",
        column: "metadata",
    })?;
    Ok(clients::ActiveModel {
        name: Set(metadata.client_name.clone()),
        name_lower: Set(metadata.client_name.to_lowercase()),
        metadata: Set(json),
        updated_at: Set(now.as_micros()),
        ..Default::default()
    })
}

/// Replaces a client's metadata; `false` when there is no such client.
pub async fn update(
    tx: &Tx,
    id: &ClientId,
    metadata: &ClientMetadata,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let result = clients::Entity::update_many()
        .set(columns(metadata, now)?)
        .filter(clients::Column::Id.eq(id.as_str()))
        .exec(tx.connection())
        .await?;
    Ok(result.rows_affected == 1)
}

/// Enables or disables; `false` when it was so already or there is no such client.
pub async fn set_enabled(tx: &Tx, id: &ClientId, enabled: bool, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE clients SET enabled = $1, updated_at = $2 WHERE id = $3 AND enabled <> $1";
    Ok(run(
        tx,
        SQL,
        [enabled.into(), now.as_micros().into(), id.as_str().into()],
    )
    .await?
        == 1)
}

/// Deletes a client and everything issued to it.
pub async fn delete(tx: &Tx, id: &ClientId) -> Result<bool, StoreError> {
    run(
        tx,
        "DELETE FROM authorization_codes WHERE client_id = $1",
        [id.as_str().into()],
    )
    .await?;
    run(
        tx,
        "DELETE FROM token_families WHERE client_id = $1",
        [id.as_str().into()],
    )
    .await?;
    Ok(run(tx, "DELETE FROM clients WHERE id = $1", [id.as_str().into()]).await? == 1)
}

/// Adds a secret.
pub async fn add_secret(tx: &Tx, client: &ClientId, secret: &ClientSecret) -> Result<(), StoreError> {
    let row = client_secrets::ActiveModel {
        id: Set(secret.id.to_string()),
        client_id: Set(client.to_string()),
        hash: Set(secret.hash.clone()),
        sealed: Set(secret.sealed.clone()),
        hint: Set(secret.hint.clone()),
        created_at: Set(secret.created_at.as_micros()),
        expires_at: Set(secret.expires_at.map(Timestamp::as_micros)),
    };
    client_secrets::Entity::insert(row)
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Forgets the sealed form of every secret of the client; the secrets work on by their hashes.
pub async fn forget_sealed(tx: &Tx, client: &ClientId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE client_secrets SET sealed = NULL WHERE client_id = $1 AND sealed IS NOT NULL";
    run(tx, SQL, [client.as_str().into()]).await.map(|_| ())
}

/// Lets every other secret of the client run out at `at`, unless it runs out earlier.
pub async fn expire_other_secrets(
    tx: &Tx,
    client: &ClientId,
    keep: &SecretId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE client_secrets SET expires_at = $1 \
        WHERE client_id = $2 AND id <> $3 AND (expires_at IS NULL OR expires_at > $1)";
    run(
        tx,
        SQL,
        [
            at.as_micros().into(),
            client.as_str().into(),
            keep.as_str().into(),
        ],
    )
    .await
}

/// Removes one secret; `false` when the client has no such secret.
pub async fn remove_secret(tx: &Tx, client: &ClientId, secret: &SecretId) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM client_secrets WHERE client_id = $1 AND id = $2";
    Ok(run(tx, SQL, [client.as_str().into(), secret.as_str().into()]).await? == 1)
}

const SORT_KEYS: &[SortKey<clients::Entity>] = &[
    SortKey {
        name: "name",
        column: clients::Column::NameLower,
        numeric: false,
        value: |r| r.name_lower.clone(),
    },
    SortKey {
        name: "created",
        column: clients::Column::CreatedAt,
        numeric: true,
        value: |r| r.created_at.to_string(),
    },
];

/// One page of clients, without their secrets; `text` is the start of a name or a whole id.
pub async fn list(db: &Db, text: &str, request: &PageRequest) -> Result<Page<Client>, StoreError> {
    let mut select = clients::Entity::find();
    let text = text.trim();
    if !text.is_empty() {
        let found = Condition::any()
            .add(clients::Column::Id.eq(text))
            .add(clients::Column::NameLower.like(page::prefix(text)));
        select = select.filter(found);
    }
    let page = page::load(
        db,
        select,
        SORT_KEYS,
        (clients::Column::Id, |r| r.id.clone()),
        request,
    )
    .await?;
    let rows = page
        .rows
        .into_iter()
        .map(|row| from_rows(&row, Vec::new()))
        .collect::<Result<_, _>>()?;
    Ok(Page {
        rows,
        previous: page.previous,
        next: page.next,
    })
}

/// How many clients there are.
pub async fn count(on: &impl Reader) -> Result<u64, StoreError> {
    Ok(clients::Entity::find().count(on.connection()).await?)
}

/// Names of several clients, by id.
pub(super) async fn names(
    on: &impl Reader,
    ids: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, String>, StoreError> {
    let rows = clients::Entity::find()
        .filter(clients::Column::Id.is_in(ids))
        .all(on.connection())
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}
