//! Points in time.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::domain::lifetime::Lifetime;

/// A point in time: microseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From seconds since 1970, as in JWT claims.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as in JWT claims.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole seconds from `earlier` to this, 0 when it is not earlier.
    pub const fn secs_since(self, earlier: Self) -> i64 {
        let micros = self.0.saturating_sub(earlier.0);
        if micros < 0 { 0 } else { micros / 1_000_000 }
    }

    fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// `2026-11-20T10:09:12Z`, for `<time datetime>` and JSON.
    pub fn rfc3339(self) -> String {
        let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
        self.date_time().format(&form).unwrap_or_default()
    }

    /// `20 Nov 2026`.
    pub fn date(self) -> String {
        let form = format_description!("[day padding:none] [month repr:short] [year]");
        self.date_time().format(&form).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    /// `20 Nov 2026, 10:09:12 UTC`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form =
            format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute]:[second] UTC");
        f.write_str(&self.date_time().format(&form).unwrap_or_default())
    }
}

impl std::ops::Add<Lifetime> for Timestamp {
    type Output = Self;

    fn add(self, lifetime: Lifetime) -> Self {
        Self(self.0.saturating_add(lifetime.as_micros()))
    }
}

impl std::ops::Sub<Lifetime> for Timestamp {
    type Output = Self;

    fn sub(self, lifetime: Lifetime) -> Self {
        Self(self.0.saturating_sub(lifetime.as_micros()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_prints_for_people_and_for_machines() {
        let time = Timestamp::from_secs(1_795_082_952);
        assert_eq!(time.to_string(), "19 Nov 2026, 10:09:12 UTC");
        assert_eq!(time.rfc3339(), "2026-11-19T10:09:12Z");
        assert_eq!(time.date(), "19 Nov 2026");
    }

    #[test]
    fn seconds_since_never_go_below_zero() {
        let (early, late) = (Timestamp::from_secs(10), Timestamp::from_secs(25));
        assert_eq!(late.secs_since(early), 15);
        assert_eq!(early.secs_since(late), 0);
    }
}
