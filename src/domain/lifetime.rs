//! `Lifetime`: how long something is valid, written the way people write it.
//!
//! It owns parsing and printing ("15m", "1h30m", "30d") and the conversion to seconds and
//! microseconds. It does not know which lifetimes are sensible for what: that is decided where
//! a lifetime is read.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time in whole seconds, at most [`Lifetime::MAX`]. Parses and prints as "1h30m".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime {
    seconds: u64,
}

/// Why a text is not a lifetime. Its `Display` is a sentence part: "needs a unit …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LifetimeError {
    /// The text is empty.
    #[error("must not be empty")]
    Empty,
    /// A number without a unit, such as "90".
    #[error("needs a unit: s, m, h or d")]
    NoUnit,
    /// Something other than digits followed by s, m, h or d.
    #[error("must be numbers, each followed by one of the units s, m, h and d")]
    Malformed,
    /// Units repeated or in the wrong order, such as "30m1h".
    #[error("must name each unit once, from the largest to the smallest")]
    Order,
    /// Longer than [`Lifetime::MAX`].
    #[error("must not be longer than 36500d")]
    TooLong,
}

/// Each unit with its length in seconds, from the largest to the smallest.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Lifetime {
    /// No time at all; where a setting allows it, it means "off".
    pub const ZERO: Self = Self { seconds: 0 };
    /// A hundred years: far beyond any use, and safely inside 64-bit microseconds.
    pub const MAX: Self = Self {
        seconds: 36_500 * 86_400,
    };

    /// A lifetime of this many seconds, cut off at [`Lifetime::MAX`].
    pub const fn from_secs(seconds: u64) -> Self {
        if seconds > Self::MAX.seconds {
            Self::MAX
        } else {
            Self { seconds }
        }
    }

    /// A lifetime of this many minutes, cut off at [`Lifetime::MAX`].
    pub const fn from_minutes(minutes: u64) -> Self {
        Self::from_secs(minutes.saturating_mul(60))
    }

    /// A lifetime of this many hours, cut off at [`Lifetime::MAX`].
    pub const fn from_hours(hours: u64) -> Self {
        Self::from_secs(hours.saturating_mul(3_600))
    }

    /// A lifetime of this many days of 24 hours, cut off at [`Lifetime::MAX`].
    pub const fn from_days(days: u64) -> Self {
        Self::from_secs(days.saturating_mul(86_400))
    }

    /// The length in seconds, as protocol answers carry it (`expires_in`, `max-age`).
    pub const fn as_secs(self) -> u64 {
        self.seconds
    }

    /// The length in microseconds, the unit of every stored time.
    #[expect(
        clippy::cast_possible_wrap,
        reason = "MAX is 3.2e15 microseconds, far below 2^63"
    )]
    pub const fn as_micros(self) -> i64 {
        self.seconds as i64 * 1_000_000
    }

    /// The length for timers and time-outs.
    pub const fn as_duration(self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// Whether this is no time at all.
    pub const fn is_zero(self) -> bool {
        self.seconds == 0
    }
}

impl FromStr for Lifetime {
    type Err = LifetimeError;

    fn from_str(text: &str) -> Result<Self, LifetimeError> {
        if text.is_empty() {
            return Err(LifetimeError::Empty);
        }
        let mut total: u64 = 0;
        let mut smallest = u64::MAX;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit())
                .ok_or(LifetimeError::NoUnit)?;
            let (number, after) = rest.split_at(digits);
            let mut after = after.chars();
            let unit = after.next().ok_or(LifetimeError::NoUnit)?;
            let (_, length) = UNITS
                .into_iter()
                .find(|(name, _)| *name == unit)
                .ok_or(LifetimeError::Malformed)?;
            if number.is_empty() {
                return Err(LifetimeError::Malformed);
            }
            if length >= smallest {
                return Err(LifetimeError::Order);
            }
            smallest = length;
            let number: u64 = number.parse().map_err(|_| LifetimeError::TooLong)?;
            total = number
                .checked_mul(length)
                .and_then(|part| total.checked_add(part))
                .ok_or(LifetimeError::TooLong)?;
            rest = after.as_str();
        }
        if total > Self::MAX.seconds {
            return Err(LifetimeError::TooLong);
        }
        Ok(Self { seconds: total })
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0s");
        }
        let mut rest = self.seconds;
        for (name, length) in UNITS {
            let count = rest / length;
            rest %= length;
            if count > 0 {
                write!(f, "{count}{name}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Lifetime;
    use super::LifetimeError;

    #[test]
    fn a_lifetime_is_read_in_its_units() {
        for (text, seconds) in [
            ("10s", 10),
            ("15m", 900),
            ("1h30m", 5_400),
            ("24h", 86_400),
            ("30d", 2_592_000),
            ("1d1s", 86_401),
        ] {
            let lifetime: Lifetime = text.parse().unwrap();
            assert_eq!(lifetime.as_secs(), seconds, "{text}");
            assert_eq!(
                lifetime.as_micros(),
                i64::try_from(seconds).unwrap() * 1_000_000,
                "{text}"
            );
        }
        assert_eq!("0s".parse(), Ok(Lifetime::ZERO));
    }

    #[test]
    fn a_text_that_is_not_a_lifetime_is_refused_with_its_reason() {
        for (text, error) in [
            ("", LifetimeError::Empty),
            ("90", LifetimeError::NoUnit),
            ("1h30", LifetimeError::NoUnit),
            ("m", LifetimeError::Malformed),
            ("5 m", LifetimeError::Malformed),
            ("-5m", LifetimeError::Malformed),
            ("1.5h", LifetimeError::Malformed),
            ("5y", LifetimeError::Malformed),
            ("5é", LifetimeError::Malformed),
            ("30m1h", LifetimeError::Order),
            ("1m1m", LifetimeError::Order),
            ("36501d", LifetimeError::TooLong),
            ("99999999999999999999s", LifetimeError::TooLong),
            ("9999999999999999999d", LifetimeError::TooLong),
        ] {
            assert_eq!(text.parse::<Lifetime>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_lifetime_prints_so_that_it_parses_again() {
        for (seconds, text) in [
            (0, "0s"),
            (60, "1m"),
            (90, "1m30s"),
            (5_400, "1h30m"),
            (86_400, "1d"),
        ] {
            let lifetime = Lifetime::from_secs(seconds);
            assert_eq!(lifetime.to_string(), text);
            assert_eq!(text.parse(), Ok(lifetime));
        }
    }

    #[test]
    fn constructors_stop_at_the_maximum() {
        assert_eq!(Lifetime::from_days(u64::MAX), Lifetime::MAX);
        assert_eq!(Lifetime::from_minutes(2), Lifetime::from_secs(120));
        assert_eq!(Lifetime::from_hours(2).as_duration().as_secs(), 7_200);
        assert_eq!(Lifetime::MAX.as_micros(), 3_153_600_000_000_000);
    }
}
