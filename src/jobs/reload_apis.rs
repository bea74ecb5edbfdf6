//! Takes over APIs that another server or the command line has registered or changed.

use std::time::Duration;

use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::ops;

pub(super) const JOB: Job = Job {
    name: "reload_apis",
    period: Duration::from_secs(1),
    limit: Duration::from_secs(10),
    run: |work| Box::pin(run(work)),
};

async fn run(work: Work) -> Result<Outcome, JobError> {
    ops::apis::reload(&work.ops).await?;
    Ok(Outcome::Done)
}
