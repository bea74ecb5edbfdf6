//! Deletes clients that came from outside and never got a token.

use std::time::Duration;

use crate::domain::audit::Context;
use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::ops;

pub(super) const JOB: Job = Job {
    name: "remove_unused_clients",
    period: Duration::from_mins(10),
    limit: Duration::from_mins(10),
    run: |work| Box::pin(run(work)),
};

async fn run(work: Work) -> Result<Outcome, JobError> {
    let removed = ops::registration::remove_unused(&work.ops, &Context::job(JOB.name)).await?;
    if removed > 0 {
        tracing::info!(clients = removed, "deleted clients that were never used");
    }
    Ok(Outcome::Done)
}
