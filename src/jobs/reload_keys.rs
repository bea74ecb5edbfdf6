//! Takes over signing keys that another server or the command line has made or retired.

use std::time::Duration;

use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::ops;

pub(super) const JOB: Job = Job {
    name: "reload_keys",
    period: Duration::from_secs(1),
    limit: Duration::from_secs(10),
    run: |work| Box::pin(run(work)),
};

async fn run(work: Work) -> Result<Outcome, JobError> {
    ops::keys::reload(&work.ops).await?;
    Ok(Outcome::Done)
}
