//! A person enters the code that a device shows.

use crate::domain::address::Origin;
use crate::domain::id::PendingId;
use crate::domain::id::UserId;
use crate::domain::lifetime::Lifetime;
use crate::domain::pending_grant::normal_user_code;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::pending_grants::begin::USER_CODE;
use crate::store;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// The request belongs to this person now.
    Found(PendingId),
    /// Wrong, run out, decided, or somebody else's: nobody is told which.
    Unknown,
    /// Too many wrong codes; try again then.
    Throttled(Timestamp),
}

/// Looks for a code, and gives its request to the person. Wrong ones are counted per account and per address: a short
/// code is only safe while nobody can try many. RFC 8628 §5.1.
pub async fn enter_user_code(
    ops: &Ops,
    user: &UserId,
    origin: &Origin,
    typed: &str,
) -> Result<Entered, Failure> {
    let now = ops.now();
    let login = &ops.config.login;
    let buckets: [(String, u32, Lifetime); 2] = [
        (
            format!("user code account {user}"),
            login.account_failures,
            login.account_window,
        ),
        (
            format!("user code address {}", origin.ip),
            login.address_failures,
            login.address_window,
        ),
    ];
    for (name, limit, _) in &buckets {
        if let Some((failures, until)) = store::throttle::failures(&ops.db, name, now).await?
            && failures >= i64::from(*limit)
        {
            return Ok(Entered::Throttled(until));
        }
    }
    let hash = ops.pepper.short_code(USER_CODE, &normal_user_code(typed));
    if let Some(id) = store::pending_grants::bind(&ops.db, &hash, user, now).await? {
        return Ok(Entered::Found(id));
    }
    // a right code does not empty the count: whoever guesses may hold a right one too
    let tx = ops.db.begin().await?;
    for (name, _, window) in &buckets {
        store::throttle::fail(&tx, name, now, now + *window).await?;
    }
    tx.commit().await?;
    Ok(Entered::Unknown)
}
