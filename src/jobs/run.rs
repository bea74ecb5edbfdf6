//! Running the jobs: each in its own task, at its own pace, until the server stops.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::error::Failure;
use crate::jobs::JOBS;
use crate::mail::MailError;
use crate::mail::Mailer;
use crate::ops::Ops;
use crate::store::StoreError;

/// What a job can reach. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Work {
    /// What the product does.
    pub ops: Ops,
    /// Where mails go.
    pub mailer: Mailer,
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Something was tried and it worked.
    Done,
    /// There was nothing to do, which says nothing about whether it would have worked.
    Idle,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The database or the keys.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A mail.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// An outbox row that cannot be delivered at all.
    #[error("{0}")]
    Outbox(&'static str),
    /// It took longer than its limit.
    #[error("it took too long and was stopped")]
    TimedOut,
    /// It panicked.
    #[error("it broke down")]
    Panicked,
}

/// One run of a job.
pub type Run = Pin<Box<dyn Future<Output = Result<Outcome, JobError>> + Send>>;

/// Something to do again and again.
pub struct Job {
    /// For the log.
    pub name: &'static str,
    /// From the end of one run to the start of the next, at the least.
    pub period: Duration,
    /// How long one run may take: a database that swallows a question must not end the job.
    pub limit: Duration,
    /// Does it once.
    pub run: fn(Work) -> Run,
}

/// The jobs of a running server.
#[derive(Debug)]
pub struct Running(JoinSet<()>);

/// Starts every job. They stop once `stop` says so.
pub fn spawn(work: &Work, stop: &watch::Receiver<bool>) -> Running {
    let mut tasks = JoinSet::new();
    for job in JOBS {
        tasks.spawn(repeat(job, work.clone(), stop.clone()));
    }
    Running(tasks)
}

impl Running {
    /// Waits until every job has stopped, `limit` at the most.
    pub async fn stopped(mut self, limit: Duration) {
        let all = async { while self.0.join_next().await.is_some() {} };
        // what is left is aborted with the set; jobs are idempotent
        let _ = tokio::time::timeout(limit, all).await;
    }
}

async fn repeat(job: &'static Job, work: Work, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(job.period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut health = Health::default();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stopping| *stopping) => return,
            _ = ticks.tick() => {}
        }
        health.note(job.name, once(job, work.clone()).await);
    }
}

/// One run, in a task of its own so that a panic ends the run and not the job.
async fn once(job: &Job, work: Work) -> Result<Outcome, JobError> {
    let task = tokio::spawn(tokio::time::timeout(job.limit, (job.run)(work)));
    match task.await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(JobError::TimedOut),
        Err(_) => Err(JobError::Panicked),
    }
}

/// How the last runs went: the log hears of changes, not of every tick.
#[derive(Debug, Default)]
struct Health {
    failing: Option<Failing>,
}

/// What it takes to believe that a job works again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failing {
    /// Any run that comes to its end.
    Itself,
    /// A delivery: that there was nothing to deliver proves nothing.
    Delivery,
}

impl Health {
    fn note(&mut self, job: &'static str, result: Result<Outcome, JobError>) {
        match (result, self.failing) {
            (Err(error), before) => {
                let delivery = matches!(error, JobError::Mail(_) | JobError::Outbox(_));
                self.failing = Some(if delivery {
                    Failing::Delivery
                } else {
                    Failing::Itself
                });
                if before.is_none() {
                    tracing::warn!(job, error = chain(&error), "job failed and is tried again");
                } else {
                    tracing::debug!(job, error = chain(&error), "job still fails");
                }
            }
            (Ok(Outcome::Idle), Some(Failing::Delivery)) | (Ok(_), None) => {}
            (Ok(_), Some(_)) => {
                self.failing = None;
                tracing::info!(job, "job works again");
            }
        }
    }
}

/// An error and its causes in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_work_ends_a_failure_of_the_job_but_not_of_a_delivery() {
        let mut health = Health::default();
        health.note("test", Err(JobError::TimedOut));
        assert_eq!(health.failing, Some(Failing::Itself));
        health.note("test", Ok(Outcome::Idle));
        assert_eq!(health.failing, None);
        health.note("test", Err(JobError::Mail(MailError::Off)));
        health.note("test", Ok(Outcome::Idle));
        assert_eq!(health.failing, Some(Failing::Delivery));
        health.note("test", Ok(Outcome::Done));
        assert_eq!(health.failing, None);
    }

    #[test]
    fn the_limit_of_a_job_leaves_room_for_its_work() {
        for job in JOBS {
            assert!(job.limit >= job.period, "{}", job.name);
        }
    }
}
