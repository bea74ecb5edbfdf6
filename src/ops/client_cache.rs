//! Clients kept for a second, so that the token path needs no query for them.
//!
//! A change made by this process is seen at once, one made elsewhere within the second.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::store;
use crate::store::Db;
use crate::store::StoreError;

/// Enabled clients by id.
#[derive(Debug, Clone)]
pub struct ClientCache {
    cache: Cache<ClientId, Arc<Client>>,
    /// Addresses at which no usable metadata document was found a moment ago.
    refused: Cache<ClientId, ()>,
}

impl Default for ClientCache {
    fn default() -> Self {
        Self {
            cache: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_millis(900))
                .build(),
            refused: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_mins(1))
                .build(),
        }
    }
}

impl ClientCache {
    /// A client that exists and is enabled.
    pub async fn find(&self, db: &Db, id: &ClientId) -> Result<Option<Arc<Client>>, StoreError> {
        if let Some(client) = self.cache.get(id) {
            return Ok(Some(client));
        }
        // what does not exist is not kept: an attacker must not be able to fill the cache
        let Some(client) = store::clients::find(db, id).await?.filter(|c| c.enabled) else {
            return Ok(None);
        };
        let client = Arc::new(client);
        self.cache.insert(id.clone(), Arc::clone(&client));
        Ok(Some(client))
    }

    /// Notes that there is no usable metadata document at an id, so that it is not fetched again at once.
    pub fn refuse(&self, id: &ClientId) {
        self.refused.insert(id.clone(), ());
    }

    /// Whether that was noted a moment ago.
    pub fn was_refused(&self, id: &ClientId) -> bool {
        self.refused.contains_key(id)
    }

    /// Forgets a client that has changed.
    pub fn forget(&self, id: &ClientId) {
        self.cache.invalidate(id);
    }
}
