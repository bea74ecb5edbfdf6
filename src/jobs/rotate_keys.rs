//! Publishes a new signing key where the present one has reached its age. Of several servers one is first; the others
//! find its key waiting.

use std::time::Duration;

use crate::domain::audit::Context;
use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::ops;

const NAME: &str = "rotate_keys";

pub(super) const JOB: Job = Job {
    name: NAME,
    period: Duration::from_mins(1),
    limit: Duration::from_mins(2),
    run: |work| Box::pin(run(work)),
};

async fn run(work: Work) -> Result<Outcome, JobError> {
    for key in ops::keys::rotate_due(&work.ops, &Context::job(NAME)).await? {
        if key.created {
            let from = key.active_from.rfc3339();
            tracing::info!(alg = %key.alg, kid = key.kid, from, "a new signing key is published");
        }
    }
    Ok(Outcome::Done)
}
