//! A client asks.

use crate::crypto::random;
use crate::domain::client::Client;
use crate::domain::id::PendingId;
use crate::domain::id::UserId;
use crate::domain::lifetime::Lifetime;
use crate::domain::pending_grant::POLL_INTERVAL_SECS;
use crate::domain::pending_grant::PendingKind;
use crate::domain::pending_grant::PendingRequest;
use crate::domain::pending_grant::shown_user_code;
use crate::domain::secret::Secret;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::pending_grants::hash;
use crate::ops::pending_grants::ping;
use crate::store;
use crate::store::StoreError;
use crate::store::pending_grants::NewPending;

/// What the keyed hash of a user code is told apart by.
pub(super) const USER_CODE: &str = "user code";

/// How often a user code that is taken is replaced by another; of 25,600,000,000 few are in use.
const TRIES: usize = 5;

/// What the client is told.
#[derive(Debug)]
pub struct Begun {
    /// `device_code` or `auth_req_id`.
    pub code: Secret<String>,
    /// What the person types; empty with CIBA.
    pub user_code: String,
    /// Until it runs out.
    pub expires_in: Lifetime,
    /// Seconds between two questions.
    pub interval_secs: u32,
}

/// A device asks. RFC 8628 §3.2.
pub async fn begin_device(ops: &Ops, client: &Client, request: &PendingRequest) -> Result<Begun, Failure> {
    let now = ops.now();
    let lifetime = ops.config.tokens.device_code_lifetime;
    let code = random::token();
    let hash = hash(PendingKind::Device, &code);
    let mut left = TRIES;
    loop {
        let user_code = random::user_code();
        let new = NewPending {
            hash: &hash,
            id: &PendingId::from_bits(random::id_bits(now)),
            kind: PendingKind::Device,
            client: &client.id,
            user_code_hash: Some(ops.pepper.short_code(USER_CODE, &user_code)),
            user: None,
            request,
            interval_secs: POLL_INTERVAL_SECS,
            ping_sealed: None,
            now,
            expires_at: now + lifetime,
        };
        match store::pending_grants::insert(&ops.db, &new).await {
            Ok(()) => {
                return Ok(Begun {
                    code,
                    user_code: shown_user_code(&user_code),
                    expires_in: lifetime,
                    interval_secs: POLL_INTERVAL_SECS,
                });
            }
            Err(StoreError::Conflict(_)) if left > 1 => left -= 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// A CIBA request whose person is known.
#[derive(Debug)]
pub struct NewCiba<'a> {
    /// The person.
    pub user: &'a UserId,
    /// What is asked for.
    pub request: &'a PendingRequest,
    /// `requested_expiry`; never longer than ours.
    pub requested_expiry: Option<Lifetime>,
    /// Where a ping goes, and the token that it brings. CIBA §10.2.
    pub ping: Option<(&'a str, Secret<String>)>,
}

/// A client asks without a browser. CIBA §7.3.
pub async fn begin_ciba(ops: &Ops, client: &Client, new: NewCiba<'_>) -> Result<Begun, Failure> {
    let now = ops.now();
    let longest = ops.config.tokens.ciba_lifetime;
    let lifetime = new.requested_expiry.map_or(longest, |asked| asked.min(longest));
    let code = random::token();
    let ping_sealed = new.ping.map(|(url, token)| ping::seal(ops, url, &token, &code));
    let row = NewPending {
        hash: &hash(PendingKind::Ciba, &code),
        id: &PendingId::from_bits(random::id_bits(now)),
        kind: PendingKind::Ciba,
        client: &client.id,
        user_code_hash: None,
        user: Some(new.user),
        request: new.request,
        interval_secs: POLL_INTERVAL_SECS,
        ping_sealed,
        now,
        expires_at: now + lifetime,
    };
    store::pending_grants::insert(&ops.db, &row).await?;
    Ok(Begun {
        code,
        user_code: String::new(),
        expires_in: lifetime,
        interval_secs: POLL_INTERVAL_SECS,
    })
}
