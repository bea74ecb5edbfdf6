//! What the product does, whoever asks: page, protocol endpoint, command line or job.
//!
//! An op is one transaction with its audit entry and its outbox rows. A refusal that must write is a value.

pub mod account;
pub mod apis;
pub mod assertion;
pub mod bootstrap;
pub mod client_cache;
pub mod client_checks;
pub mod client_documents;
pub mod client_keys;
pub mod clients;
pub mod consent;
pub mod groups;
pub mod id_token_hint;
pub mod jwks_cache;
pub mod keys;
pub mod links;
pub mod logout;
pub mod mails;
pub mod pending_grants;
pub mod pushed_requests;
pub mod registration;
pub mod registration_tokens;
pub mod replay;
pub mod roles;
pub mod sessions;
pub mod sign_in;
mod subject;
pub mod token_claims;
pub mod token_exchange;
pub mod tokens;
pub mod trusted_issuers;
pub mod users;

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::certificate::ClientRoots;
use crate::crypto::keys::Keys;
use crate::crypto::password_hash::PasswordHashes;
use crate::crypto::random;
use crate::crypto::seal::SealingKey;
use crate::crypto::secret_hash::Pepper;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::AuditId;
use crate::domain::time::Timestamp;
use crate::fetch::Fetch;
use crate::store;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::Tx;

/// Everything that ops need. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ops {
    /// The database.
    pub db: Db,
    /// The signing keys in use.
    pub keys: Keys,
    /// Passwords.
    pub passwords: PasswordHashes,
    /// The clock.
    pub clock: Clock,
    /// The configuration.
    pub config: Arc<Config>,
    /// Seals private keys and mails.
    pub master: Arc<SealingKey>,
    /// Hashes client secrets.
    pub pepper: Arc<Pepper>,
    /// Registered APIs, in memory.
    pub apis: apis::Apis,
    /// Clients, for a second.
    pub clients: client_cache::ClientCache,
    /// Requests to addresses that others name.
    pub fetch: Fetch,
    /// The keys of clients and trusted issuers, for a minute.
    pub foreign_keys: jwks_cache::ForeignKeysCache,
    /// Authorities that issue client certificates.
    pub client_roots: ClientRoots,
    /// Grants that the token endpoint serves, for checking client metadata.
    pub grant_types: Arc<[&'static str]>,
}

impl Ops {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The issuer, without a trailing slash.
    pub fn issuer(&self) -> &str {
        self.config.issuer.url.as_str()
    }

    /// Writes an audit entry in the transaction of its cause.
    async fn audit(
        &self,
        tx: &Tx,
        context: &Context,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        store::audit::append(tx, &AuditId::from_bits(random::id_bits(now)), context, event, now).await
    }
}
