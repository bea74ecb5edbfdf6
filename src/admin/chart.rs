//! Bars per day: the geometry. The template draws them; axis labels are HTML, so that text keeps its shape.

use crate::admin::listing;
use crate::domain::time::Timestamp;

const DAY_MICROS: i64 = 86_400_000_000;

/// A chart of two stacked series, in a box of 100 × 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// One for each day, oldest first.
    pub bars: Vec<Bar>,
    /// Labels of the lines from bottom to top.
    pub scale: Vec<String>,
    /// Where the lines are.
    pub lines: Vec<String>,
    /// Some days, evenly spread.
    pub days: Vec<String>,
    /// Sum of the lower series.
    pub total: i64,
    /// Sum of the upper series.
    pub total_upper: i64,
}

/// A day.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// "20 Nov 2026".
    pub day: String,
    /// The lower series.
    pub value: i64,
    /// The upper series.
    pub upper: i64,
    /// Left edge.
    pub x: String,
    /// Width.
    pub width: String,
    /// Top and height of the lower part.
    pub lower_part: (String, String),
    /// Top and height of the upper part.
    pub upper_part: (String, String),
}

/// The first moment of the day `days - 1` days before today.
pub fn since(now: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_micros((now.as_micros().div_euclid(DAY_MICROS) - days + 1) * DAY_MICROS)
}

/// Puts counts by day number (days since 1970) on the chart.
pub fn chart(now: Timestamp, days: i64, lower: &[(i64, i64)], upper: &[(i64, i64)]) -> Chart {
    let today = now.as_micros().div_euclid(DAY_MICROS);
    let of = |series: &[(i64, i64)], day| {
        series
            .iter()
            .find(|(d, _)| *d == day)
            .map_or(0, |(_, count)| *count)
    };
    let values: Vec<(i64, i64, i64)> = (today - days + 1..=today)
        .map(|day| (day, of(lower, day), of(upper, day)))
        .collect();
    let top = ceiling(values.iter().map(|(_, a, b)| a + b).max().unwrap_or(0));
    let bars = values
        .iter()
        .enumerate()
        .map(|(i, v)| bar(i, values.len(), top, *v))
        .collect::<Vec<Bar>>();
    let label = |bar: &Bar| {
        bar.day
            .rsplit_once(' ')
            .map_or_else(String::new, |(day, _)| day.to_owned())
    };
    let spread = |n: usize| bars.get(n * bars.len().saturating_sub(1) / 4);
    Chart {
        scale: (0..=4)
            .map(|n| listing::grouped(u64::try_from(top * n / 4).unwrap_or(0)))
            .collect(),
        lines: [25, 50, 75].iter().map(ToString::to_string).collect(),
        days: (0..=4).filter_map(spread).map(label).collect(),
        total: values.iter().map(|(_, a, _)| a).sum(),
        total_upper: values.iter().map(|(.., b)| b).sum(),
        bars,
    }
}

/// The smallest of 4, 8, 20, 40, 80, 200 … that is not below `highest`: every quarter is a whole number.
fn ceiling(highest: i64) -> i64 {
    let mut power = 1;
    loop {
        for step in [4, 8, 20] {
            if step * power >= highest {
                return step * power;
            }
        }
        power *= 10;
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of sign-ins on a chart of 100 units"
)]
fn bar(index: usize, count: usize, top: i64, (day, value, upper): (i64, i64, i64)) -> Bar {
    let slot = 100.0 / count.max(1) as f64;
    let height = |count: i64| count as f64 * 100.0 / top as f64;
    let (low, high) = (height(value), height(upper));
    let text = |number: f64| format!("{number:.2}");
    Bar {
        day: Timestamp::from_micros(day * DAY_MICROS).date(),
        value,
        upper,
        x: text(slot.mul_add(index as f64, slot * 0.15)),
        width: text(slot * 0.7),
        lower_part: (text(100.0 - low), text(low)),
        upper_part: (text(100.0 - low - high), text(high)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_without_a_count_are_there_and_bars_stand_on_one_another() {
        let now = Timestamp::from_micros(100 * DAY_MICROS + 5);
        let chart = chart(now, 10, &[(100, 30), (91, 5)], &[(100, 10)]);
        assert_eq!(chart.bars.len(), 10);
        assert_eq!(chart.scale, ["0", "10", "20", "30", "40"]);
        assert_eq!(chart.days.first().map(String::as_str), Some("2 Apr"));
        assert_eq!(chart.days.last().map(String::as_str), Some("11 Apr"));
        let last = chart.bars.last().unwrap();
        assert_eq!(
            (last.lower_part.clone(), last.upper_part.clone()),
            (
                ("25.00".to_owned(), "75.00".to_owned()),
                ("0.00".to_owned(), "25.00".to_owned())
            )
        );
        assert_eq!((last.x.as_str(), last.width.as_str()), ("91.50", "7.00"));
        assert_eq!((chart.total, chart.total_upper), (35, 10));
    }

    #[test]
    fn the_scale_ends_on_a_round_number() {
        assert_eq!(
            [0, 4, 5, 9, 21, 81, 1_450].map(ceiling),
            [4, 4, 8, 20, 40, 200, 2_000]
        );
    }

    #[test]
    fn a_month_begins_at_midnight() {
        let now = Timestamp::from_micros(100 * DAY_MICROS + 5);
        assert_eq!(since(now, 30), Timestamp::from_micros(71 * DAY_MICROS));
    }
}
