//! Tells CIBA clients that their requests were decided. CIBA §10.2.
//!
//! One shot: whatever the client answers, it was told. Only where nobody answered it is tried again, until the request
//! runs out; the client may ask by itself meanwhile.

use std::time::Duration;

use crate::domain::lifetime::Lifetime;
use crate::fetch::FetchError;
use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::jobs::outbox::NEVER;
use crate::jobs::outbox::side_by_side;
use crate::ops::pending_grants::ping;
use crate::store::StoreError;
use crate::store::outbox;
use crate::store::outbox::Due;

pub(super) const JOB: Job = Job {
    name: "deliver_pings",
    period: Duration::from_secs(1),
    limit: Duration::from_mins(1),
    run: |work| Box::pin(run(work)),
};

async fn run(work: Work) -> Result<Outcome, JobError> {
    side_by_side(&work, ping::KIND, deliver).await
}

async fn deliver(work: Work, row: Due) -> Result<(), StoreError> {
    let (db, now) = (&work.ops.db, work.ops.now());
    let Some(ping) = ping::open(&work.ops, &row.payload_sealed) else {
        return outbox::failed(db, &row.id, "it does not open with this master key", now + NEVER).await;
    };
    let body = serde_json::json!({ "auth_req_id": ping.auth_req_id }).to_string();
    let sent = work.ops.fetch.post(
        &ping.url,
        "application/json",
        body.into_bytes(),
        Some(&ping.token),
    );
    match sent.await {
        Ok(status) => {
            tracing::debug!(status, "told a client that its request was decided");
            outbox::delivered(db, &row.id, now).await
        }
        Err(error @ FetchError::Refused(_)) => outbox::failed(db, &row.id, error.reason(), now + NEVER).await,
        Err(error @ FetchError::Failed(_)) => {
            let wait = Lifetime::from_secs(5 << row.attempts.clamp(1, 6));
            outbox::failed(db, &row.id, error.reason(), now + wait).await
        }
    }
}
