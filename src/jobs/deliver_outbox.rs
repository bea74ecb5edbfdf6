//! Sends the mails that the outbox holds. A server that cannot send leaves it waiting for one that can.

use std::time::Duration;

use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;
use crate::jobs::Job;
use crate::jobs::JobError;
use crate::jobs::Outcome;
use crate::jobs::Work;
use crate::jobs::run::chain;
use crate::mail::Letter;
use crate::ops::mails;
use crate::ops::mails::Mail;
use crate::store::outbox;
use crate::store::outbox::Due;

pub(super) const JOB: Job = Job {
    name: "deliver_outbox",
    period: Duration::from_secs(2),
    limit: Duration::from_mins(4),
    run: |work| Box::pin(run(work)),
};

/// What this job delivers.
const KIND: &str = "mail";

/// Deliveries per run; together they take far less than [`CLAIM`].
const BATCH: i64 = 5;

/// How long other servers leave claimed rows alone: longer than a run may take.
const CLAIM: Lifetime = Lifetime::from_minutes(5);

async fn run(work: Work) -> Result<Outcome, JobError> {
    if !work.mailer.is_on() {
        return Ok(Outcome::Idle);
    }
    let db = &work.ops.db;
    let now = work.ops.now();
    let due = outbox::claim(db, KIND, now, now + CLAIM, BATCH).await?;
    if due.is_empty() {
        return Ok(Outcome::Idle);
    }
    let mut result = Ok(Outcome::Done);
    for row in &due {
        match deliver(&work, row).await {
            Ok(()) => outbox::delivered(db, &row.id, work.ops.now()).await?,
            Err(error) => {
                let reason: String = chain(&error).chars().take(300).collect();
                outbox::failed(db, &row.id, &reason, next_attempt(row.attempts, work.ops.now())).await?;
                result = Err(error);
            }
        }
    }
    result
}

async fn deliver(work: &Work, row: &Due) -> Result<(), JobError> {
    let opened = work.ops.master.open(mails::PURPOSE, &row.payload_sealed);
    let opened =
        opened.map_err(|_| JobError::Outbox("a mail in the outbox does not open with this master key"))?;
    let mail: Mail = serde_json::from_slice(opened.expose())
        .map_err(|_| JobError::Outbox("a mail in the outbox cannot be read"))?;
    work.mailer
        .send(Letter {
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
        })
        .await?;
    Ok(())
}

/// After the first failure in a minute, then in twice the time, six hours at the most.
fn next_attempt(attempts: i64, now: Timestamp) -> Timestamp {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    let minutes = 1_u64 << doublings;
    now + Lifetime::from_minutes(minutes.min(6 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_six_hours() {
        let now = Timestamp::from_secs(0);
        let minutes = |attempts| next_attempt(attempts, now).as_secs() / 60;
        let expected = [
            (0, 1),
            (1, 1),
            (2, 2),
            (3, 4),
            (8, 128),
            (9, 256),
            (10, 360),
            (11, 360),
            (i64::MAX, 360),
        ];
        for (attempts, wait) in expected {
            assert_eq!(minutes(attempts), wait, "after {attempts} attempts");
        }
    }
}
