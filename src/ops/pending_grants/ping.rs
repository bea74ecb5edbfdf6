//! Telling a client that its request was decided. CIBA §10.2.

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::random;
use crate::domain::client::Client;
use crate::domain::id::OutboxId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::ops::Ops;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::outbox::NewDelivery;

/// What the sealed payload is for; part of the seal.
const PURPOSE: &str = "outbox ciba ping";

/// The kind of an outbox row.
pub const KIND: &str = "ciba_ping";

/// What a ping needs. Sealed: it holds the client's token and the request's name.
#[derive(Serialize, Deserialize)]
pub struct Ping {
    /// The registered notification endpoint.
    pub url: String,
    /// `client_notification_token`.
    pub token: String,
    /// The request.
    pub auth_req_id: String,
}

impl std::fmt::Debug for Ping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[ping]")
    }
}

pub(super) fn seal(ops: &Ops, url: &str, token: &Secret<String>, auth_req_id: &Secret<String>) -> String {
    let ping = Ping {
        url: url.to_owned(),
        token: token.expose().clone(),
        auth_req_id: auth_req_id.expose().clone(),
    };
    let json = serde_json::to_vec(&ping).expect("three texts are JSON");
    ops.master.seal(PURPOSE, &json)
}

/// Opens the payload of an outbox row.
pub fn open(ops: &Ops, sealed: &str) -> Option<Ping> {
    let opened = ops.master.open(PURPOSE, sealed).ok()?;
    serde_json::from_slice(opened.expose()).ok()
}

pub(super) async fn queue(
    tx: &Tx,
    client: &Client,
    sealed: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let new = NewDelivery {
        id: &OutboxId::from_bits(random::id_bits(now)),
        kind: KIND,
        payload_sealed: sealed,
        target: client.id.as_str(),
        now,
        expires_at,
    };
    store::outbox::push(tx, &new).await
}
