//! "Did you mean …": the known key nearest to a mistyped one.

/// The known key that was most likely meant, or none if nothing is near.
pub(super) fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = unknown.rsplit('.').next().unwrap_or(unknown);
    let allowed = (unknown.len() / 5).clamp(1, 4);
    known
        .map(|key| {
            // The right name in the wrong section is as good as one typing mistake.
            let same_name = key.rsplit('.').next() == Some(last);
            let distance = distance(unknown, key);
            (if same_name { distance.min(1) } else { distance }, distance, key)
        })
        .filter(|(rank, ..)| *rank <= allowed)
        .min()
        .map(|(.., key)| key)
}

/// Number of characters to insert, delete, replace or swap with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut two_above: Vec<usize> = Vec::new();
    let mut left_before = None;
    for (row, l) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        let mut right_before = None;
        for (column, r) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&above, column) + usize::from(l != *r))
                .min(at(&above, column + 1) + 1)
                .min(at(&current, column) + 1);
            if left_before == Some(*r) && right_before == Some(l) && column > 0 {
                best = best.min(at(&two_above, column - 1) + 1);
            }
            current.push(best);
            right_before = Some(*r);
        }
        left_before = Some(l);
        two_above = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::distance;
    use super::nearest;

    const KNOWN: [&str; 4] = [
        "http.listen",
        "mail.smtp_host",
        "mail.smtp_port",
        "tokens.code_lifetime",
    ];

    #[test]
    fn distance_counts_mistakes_of_typing() {
        for (left, right, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("abc", "abc", 0),
            ("smpt", "smtp", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn the_nearest_key_is_suggested_and_nothing_far_away() {
        for (unknown, expected) in [
            ("http.listn", Some("http.listen")),
            ("mail.smpt_host", Some("mail.smtp_host")),
            ("server.listen", Some("http.listen")),
            ("tokens.code_lifetimes", Some("tokens.code_lifetime")),
            ("colour", None),
            ("x.y", None),
        ] {
            assert_eq!(nearest(unknown, KNOWN.into_iter()), expected, "{unknown}");
        }
    }
}
