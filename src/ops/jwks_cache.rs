//! The keys of clients and trusted issuers: given by value, or fetched from where they are published and kept for a
//! while. RFC 7517 §5, OIDC Core §10.1.1.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::crypto::CryptoError;
use crate::crypto::jose;
use crate::crypto::jose::Foreign;
use crate::crypto::jose::ForeignError;
use crate::crypto::jose::ForeignKeys;
use crate::domain::lifetime::Lifetime;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::fetch::Fetch;
use crate::ops::Ops;

/// The most addresses that are remembered.
const MAX_URLS: u64 = 10_000;
/// An address that nobody asks for is forgotten after this long.
const FORGET_AFTER: Duration = Duration::from_mins(10);
/// Keys are kept this long, or as long as their answer says, if that is shorter.
const LONGEST: Lifetime = Lifetime::from_secs(60);
/// But never shorter than this.
const SHORTEST: Lifetime = Lifetime::from_secs(10);
/// Between two requests to one address: for a key that nobody knows, and after a failure.
const PAUSE: Lifetime = Lifetime::from_secs(5);

/// Where the keys of somebody else are.
#[derive(Debug, Clone, Copy)]
pub enum KeySource<'a> {
    /// `jwks`: here.
    Value(&'a Value),
    /// `jwks_uri`: there.
    Url(&'a str),
}

/// Why a JWT of somebody else is refused. For the log; whoever sent it hears less.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The token itself.
    #[error(transparent)]
    Token(#[from] ForeignError),
    /// The keys that are given by value.
    #[error("the keys cannot be used: {0}")]
    Keys(#[from] CryptoError),
    /// The keys could not be fetched; the log says why.
    #[error("the keys could not be fetched")]
    Unavailable,
}

/// Verifies a JWT of somebody else by their published keys. A key that is not known yet is looked for once more where
/// the keys are published. RFC 7523 §3, OIDC Core §10.1.1.
pub async fn verify(
    ops: &Ops,
    source: KeySource<'_>,
    token: &str,
    allowed: &[SigningAlg],
) -> Result<Foreign, Refused> {
    let url = match source {
        KeySource::Value(set) => {
            let keys = ForeignKeys::from_value(set)?;
            return Ok(jose::verify_foreign(token, &keys, allowed)?);
        }
        KeySource::Url(url) => url,
    };
    let published = ops.foreign_keys.at(&ops.fetch, url, ops.now()).await?;
    match jose::verify_foreign(token, &published.keys, allowed) {
        Err(ForeignError::UnknownKey) => {
            let newer = ops.foreign_keys.newer(&ops.fetch, url, ops.now()).await?;
            if Arc::ptr_eq(&published, &newer) {
                return Err(ForeignError::UnknownKey.into());
            }
            Ok(jose::verify_foreign(token, &newer.keys, allowed)?)
        }
        settled => Ok(settled?),
    }
}

/// Whether the keys of somebody else fit, as a certificate's must; looked for once more where they are published.
/// RFC 8705 §2.2.2.
pub async fn fits(ops: &Ops, source: KeySource<'_>, fit: impl Fn(&Value) -> bool) -> Result<bool, Refused> {
    let url = match source {
        KeySource::Value(set) => return Ok(fit(set)),
        KeySource::Url(url) => url,
    };
    let published = ops.foreign_keys.at(&ops.fetch, url, ops.now()).await?;
    Ok(fit(&published.set) || fit(&ops.foreign_keys.newer(&ops.fetch, url, ops.now()).await?.set))
}

/// What an address answered.
#[derive(Debug)]
pub struct Published {
    /// The keys that verify signatures.
    pub keys: ForeignKeys,
    /// The set as it is, with certificates in it.
    pub set: Value,
}

/// Fetched keys by address. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ForeignKeysCache {
    slots: Cache<String, Arc<Mutex<Slot>>>,
}

/// What is known of one address. Held while a request is on its way, so that there is one at a time.
#[derive(Debug, Default)]
struct Slot(Option<Known>);

#[derive(Debug, Clone)]
struct Known {
    /// `None`: the request failed.
    keys: Option<Arc<Published>>,
    asked_at: Timestamp,
    good_until: Timestamp,
}

impl Default for ForeignKeysCache {
    fn default() -> Self {
        Self {
            slots: Cache::builder()
                .max_capacity(MAX_URLS)
                .time_to_idle(FORGET_AFTER)
                .build(),
        }
    }
}

impl ForeignKeysCache {
    /// The keys at an address, as they were within the last minute.
    pub async fn at(&self, fetch: &Fetch, url: &str, now: Timestamp) -> Result<Arc<Published>, Refused> {
        self.get(fetch, url, now, |known| now < known.good_until).await
    }

    /// The keys at an address after one was missing among them, as they were within the last seconds.
    pub async fn newer(&self, fetch: &Fetch, url: &str, now: Timestamp) -> Result<Arc<Published>, Refused> {
        self.get(fetch, url, now, |known| now < known.asked_at + PAUSE)
            .await
    }

    async fn get(
        &self,
        fetch: &Fetch,
        url: &str,
        now: Timestamp,
        will_do: impl Fn(&Known) -> bool,
    ) -> Result<Arc<Published>, Refused> {
        let slot = match self.slots.get(url) {
            Some(slot) => slot,
            None => self.slots.get_with(url.to_owned(), Arc::default),
        };
        let mut slot = slot.lock_owned().await;
        if let Some(known) = slot.0.as_ref().filter(|known| will_do(known)) {
            return known.keys.clone().ok_or(Refused::Unavailable);
        }
        let (fetch, url) = (fetch.clone(), url.to_owned());
        // in a task of its own: who hangs up does not make everybody else begin anew
        let asked = tokio::spawn(async move {
            let known = ask(&fetch, &url, now).await;
            slot.0.insert(known).keys.clone()
        });
        asked.await.ok().flatten().ok_or(Refused::Unavailable)
    }
}

async fn ask(fetch: &Fetch, url: &str, now: Timestamp) -> Known {
    match fetched(fetch, url).await {
        Ok((published, max_age)) => Known {
            keys: Some(Arc::new(published)),
            asked_at: now,
            good_until: now + max_age.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST),
        },
        Err(reason) => {
            tracing::warn!(url, reason, "the keys of a client or issuer could not be fetched");
            Known {
                keys: None,
                asked_at: now,
                good_until: now + PAUSE,
            }
        }
    }
}

async fn fetched(fetch: &Fetch, url: &str) -> Result<(Published, Option<Lifetime>), &'static str> {
    const ACCEPT: &str = "application/jwk-set+json, application/json";
    let answer = fetch.get(url, ACCEPT).await.map_err(|error| error.reason())?;
    if answer.status != 200 {
        return Err("the answer is not 200");
    }
    let set: Value = serde_json::from_slice(&answer.body).map_err(|_| "the answer is not JSON")?;
    let keys = ForeignKeys::from_value(&set).map_err(|CryptoError(reason)| reason)?;
    let max_age = answer.max_age.map(|age| Lifetime::from_secs(age.as_secs()));
    Ok((Published { keys, set }, max_age))
}
