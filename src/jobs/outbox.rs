//! What the deliveries to clients have in common: each sent on its own, so that nobody waits for a client that does
//! not answer.

use tokio::task::JoinSet;

use crate::domain::lifetime::Lifetime;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::store::StoreError;
use crate::store::outbox;
use crate::store::outbox::Due;

/// Deliveries per run, all at the same time.
const BATCH: i64 = 20;

/// How long other servers leave claimed rows alone: longer than a run may take.
const CLAIM: Lifetime = Lifetime::from_minutes(2);

/// After a failure nobody can do anything about.
pub(super) const NEVER: Lifetime = Lifetime::from_days(30);

/// Claims what is due of a kind and delivers it side by side. `deliver` notes for itself what became of its row.
pub(super) async fn side_by_side<F>(
    work: &Work,
    kind: &'static str,
    deliver: fn(Work, Due) -> F,
) -> Result<Outcome, JobError>
where
    F: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let now = work.ops.now();
    let due = outbox::claim(&work.ops.db, kind, now, now + CLAIM, BATCH).await?;
    if due.is_empty() {
        return Ok(Outcome::Idle);
    }
    let mut sending = JoinSet::new();
    for row in due {
        sending.spawn(deliver(work.clone(), row));
    }
    let mut result = Ok(Outcome::Done);
    while let Some(sent) = sending.join_next().await {
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(error)) => result = Err(error.into()),
            Err(_) => result = Err(JobError::Panicked),
        }
    }
    result
}
