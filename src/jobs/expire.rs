//! Deletes what has run out, in small batches, so that nobody waits for it.

use std::time::Duration;

use crate::domain::lifetime::Lifetime;
use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::store::expiry;
use crate::store::expiry::Expiring;

pub(super) const JOB: Job = Job {
    name: "expire",
    period: Duration::from_secs(30),
    limit: Duration::from_mins(10),
    run: |work| Box::pin(run(work)),
};

/// Rows stay for a while after their end, so that a code or token that comes back is recognised.
const KEPT_FOR: Lifetime = Lifetime::from_minutes(10);

/// Between two batches, so that requests get their turn.
const PAUSE: Duration = Duration::from_millis(50);

async fn run(work: Work) -> Result<Outcome, JobError> {
    for table in expiry::TABLES {
        empty(&work, table).await?;
    }
    Ok(Outcome::Done)
}

async fn empty(work: &Work, table: &Expiring) -> Result<(), JobError> {
    let before = work.ops.now() - KEPT_FOR;
    let mut pause = tokio::time::interval(PAUSE);
    let mut total = 0;
    loop {
        pause.tick().await;
        let deleted = table.delete_batch(&work.ops.db, before).await?;
        total += deleted;
        if deleted < expiry::BATCH {
            break;
        }
    }
    if total > 0 {
        tracing::debug!(table = table.table, rows = total, "deleted what had run out");
    }
    Ok(())
}
