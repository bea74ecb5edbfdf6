//! What the demo application remembers of a browser, in memory.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header;
use moka::sync::Cache;
use serde_json::Value;

use crate::crypto::random;
use crate::domain::secret::Secret;

/// An authorization request that was sent. OIDC Core §3.1.2.1.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) state: Secret<String>,
    pub(super) nonce: Secret<String>,
    pub(super) verifier: Secret<String>,
}

/// What came of the last sign-in.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) access_token: Secret<String>,
    pub(super) id_token: Secret<String>,
    pub(super) refresh_token: Option<Secret<String>>,
    /// What the ID token had to carry; a refreshed one need not.
    pub(super) nonce: Option<Secret<String>>,
    pub(super) scope: String,
    pub(super) expires_in: u64,
    /// How often it was refreshed.
    pub(super) refreshed: u32,
    /// The last answer of the userinfo endpoint.
    pub(super) userinfo: Option<Value>,
}

/// What is remembered of one browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) pending: Option<Pending>,
    pub(super) signed_in: Option<SignedIn>,
    /// What the last action has to say, when it failed.
    pub(super) problem: Option<String>,
}

const COOKIE: &str = "gatepost-demo";

/// Every browser that was here lately.
#[derive(Debug, Clone)]
pub(super) struct Sessions(Cache<String, Memory>);

impl Default for Sessions {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(100)
                .time_to_idle(Duration::from_hours(1))
                .build(),
        )
    }
}

impl Sessions {
    /// What is known of the browser that sent these headers.
    pub(super) fn read(&self, headers: &HeaderMap) -> Memory {
        key(headers).and_then(|key| self.0.get(&key)).unwrap_or_default()
    }

    /// Remembers something of the browser under a new key; gives the cookie to set.
    pub(super) fn write(&self, headers: &HeaderMap, memory: Memory) -> String {
        if let Some(old) = key(headers) {
            self.0.invalidate(&old);
        }
        let key = random::token().into_inner();
        let cookie = format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax");
        self.0.insert(key, memory);
        cookie
    }
}

fn key(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let pairs = cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .into_iter()
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}
