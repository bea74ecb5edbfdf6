//! What has to be done again and again, whoever asks or not.
//!
//! Each job is one file with one `const` [`Job`], listed in [`JOBS`]. A job is idempotent and may run on several
//! servers at once. It may fail; the next tick tries again.

mod deliver_logouts;
mod deliver_outbox;
mod deliver_pings;
mod expire;
mod outbox;
mod reload_apis;
mod reload_keys;
mod remove_unused_clients;
mod rotate_keys;
mod run;

pub use run::Job;
pub use run::JobError;
pub use run::Outcome;
pub use run::Run;
pub use run::Running;
pub use run::Work;
pub use run::spawn;

/// Every job.
pub const JOBS: &[Job] = &[
    reload_keys::JOB,
    reload_apis::JOB,
    rotate_keys::JOB,
    expire::JOB,
    deliver_outbox::JOB,
    deliver_pings::JOB,
    deliver_logouts::JOB,
    remove_unused_clients::JOB,
];
