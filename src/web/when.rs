//! A moment as a page shows it.

/// A time with its exact form for machines and its short form for people.
#[derive(Clone, Debug)]
pub struct When {
    /// RFC 3339, in UTC: goes into `<time datetime>`.
    pub iso: String,
    /// What the reader sees, such as "4 min ago" or "20 Nov 2026, 10:09 UTC".
    pub text: String,
}
