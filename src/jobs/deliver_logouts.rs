//! Tells clients that a session has ended. OpenID Connect Back-Channel Logout 1.0 §2.5.
//!
//! The person has left long since: a client that is away or slow is asked again later, for a day at the most.

use std::time::Duration;

use crate::domain::lifetime::Lifetime;
use crate::fetch::FetchError;
use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::jobs::outbox::NEVER;
use crate::jobs::outbox::side_by_side;
use crate::jobs::run::chain;
use crate::ops::logout;
use crate::store::StoreError;
use crate::store::outbox;
use crate::store::outbox::Due;

pub(super) const JOB: Job = Job {
    name: "deliver_logouts",
    period: Duration::from_secs(1),
    limit: Duration::from_mins(1),
    run: |work| Box::pin(run(work)),
};

/// How often a client that refuses the token is told. §2.8: the request itself is at fault, or the address is.
const REFUSALS: i64 = 3;

async fn run(work: Work) -> Result<Outcome, JobError> {
    side_by_side(&work, logout::KIND, deliver).await
}

async fn deliver(work: Work, row: Due) -> Result<(), StoreError> {
    let (ops, db) = (&work.ops, &work.ops.db);
    let again = Lifetime::from_secs(5 << row.attempts.clamp(1, 9));
    let Some(notice) = logout::open(ops, &row.payload_sealed) else {
        let reason = "it does not open with this master key";
        return outbox::failed(db, &row.id, reason, ops.now() + NEVER).await;
    };
    let addressed = match logout::address(ops, &notice).await {
        Ok(Some(addressed)) => addressed,
        // nobody is left to tell
        Ok(None) => return outbox::delivered(db, &row.id, ops.now()).await,
        Err(error) => return outbox::failed(db, &row.id, &chain(&error), ops.now() + again).await,
    };
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("logout_token", addressed.token.expose())
        .finish();
    let kind = "application/x-www-form-urlencoded";
    let sent = ops
        .fetch
        .post(&addressed.uri, kind, body.into_bytes(), None)
        .await;
    let now = ops.now();
    match sent {
        Ok(200 | 204) => outbox::delivered(db, &row.id, now).await,
        Ok(status) => {
            // 408 and 429 ask for patience (RFC 9110 §15.5.9, RFC 6585 §4)
            let refused = (400..500).contains(&status) && !matches!(status, 408 | 429);
            let last = refused && row.attempts >= REFUSALS;
            let wait = if last { NEVER } else { again };
            outbox::failed(db, &row.id, &format!("the client answered {status}"), now + wait).await
        }
        Err(error @ FetchError::Refused(_)) => outbox::failed(db, &row.id, error.reason(), now + NEVER).await,
        Err(error @ FetchError::Failed(_)) => outbox::failed(db, &row.id, error.reason(), now + again).await,
    }
}
