//! A moment as a page shows it.

use crate::domain::time::Timestamp;

/// A time with its exact form for machines and its short form for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// RFC 3339, in UTC: goes into `<time datetime>`.
    pub iso: String,
    /// What the reader sees, such as "4 min ago" or "20 Nov 2026, 10:09:12 UTC".
    pub text: String,
}

impl When {
    /// To the second.
    pub fn exact(at: Timestamp) -> Self {
        Self {
            iso: at.rfc3339(),
            text: at.to_string(),
        }
    }

    /// How long ago, for lists; the date once that is more than a week.
    pub fn ago(at: Timestamp, now: Timestamp) -> Self {
        let secs = now.secs_since(at);
        let text = match secs {
            0..60 => "just now".to_owned(),
            60..3_600 => format!("{} min ago", secs / 60),
            3_600..86_400 => format!("{} h ago", secs / 3_600),
            86_400..604_800 => format!("{} d ago", secs / 86_400),
            _ => at.date(),
        };
        Self {
            iso: at.rfc3339(),
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_times_are_relative_and_old_ones_are_dates() {
        let now = Timestamp::from_secs(1_795_082_952);
        let ago = |secs: i64| When::ago(Timestamp::from_secs(1_795_082_952 - secs), now).text;
        assert_eq!(ago(5), "just now");
        assert_eq!(ago(240), "4 min ago");
        assert_eq!(ago(7_300), "2 h ago");
        assert_eq!(ago(90_000), "1 d ago");
        assert_eq!(ago(700_000), "11 Nov 2026");
    }
}
