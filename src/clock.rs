//! The clock: the system's, or one that a test moves.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;

/// Where the time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The operating system.
    #[default]
    System,
    /// A test: microseconds added to the operating system's time.
    Shifted(Arc<AtomicI64>),
}

impl Clock {
    /// A clock for tests, which can be moved forward.
    pub fn shifted() -> Self {
        Self::Shifted(Arc::new(AtomicI64::new(0)))
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Timestamp {
        let system = time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1000;
        let system = i64::try_from(system).unwrap_or(i64::MAX);
        match self {
            Self::System => Timestamp::from_micros(system),
            Self::Shifted(shift) => {
                Timestamp::from_micros(system.saturating_add(shift.load(Ordering::Relaxed)))
            }
        }
    }

    /// Moves a test's clock forward; the system's goes its own way.
    pub fn advance(&self, by: Lifetime) {
        if let Self::Shifted(shift) = self {
            shift.fetch_add(by.as_micros(), Ordering::Relaxed);
        }
    }
}
