//! Keyset pages: lists that cost the same at a million rows.

/// Where a page starts: the sort value and id of the last row before it, opaque to the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The sort column's value as text.
    pub value: String,
    /// The row's id.
    pub id: String,
    /// Towards the start of the list.
    pub backwards: bool,
}

impl Cursor {
    /// From a query parameter; `None` when it is not one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (direction, rest) = text.split_at_checked(1)?;
        let (id, value) = rest.split_once('~')?;
        let backwards = match direction {
            "b" => true,
            "a" => false,
            _ => return None,
        };
        Some(Self {
            value: value.to_owned(),
            id: id.to_owned(),
            backwards,
        })
    }

    /// As a query parameter, before URL encoding.
    pub fn encode(&self) -> String {
        let direction = if self.backwards { 'b' } else { 'a' };
        format!("{direction}{}~{}", self.id, self.value)
    }
}

/// How a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Where to start; `None` is the beginning.
    pub cursor: Option<Cursor>,
    /// The sort key's name; each list has its own, the first is its default.
    pub sort: String,
    /// Largest first.
    pub descending: bool,
    /// Rows per page.
    pub size: u64,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            cursor: None,
            sort: String::new(),
            descending: false,
            size: 50,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The page before, if there is one.
    pub previous: Option<Cursor>,
    /// The page after, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(f).collect(),
            previous: self.previous,
            next: self.next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_round_trips() {
        let cursor = Cursor {
            value: "a~b c".to_owned(),
            id: "usr_1".to_owned(),
            backwards: true,
        };
        assert_eq!(Cursor::parse(&cursor.encode()), Some(cursor));
        for text in ["", "x", "ausr_1", "zusr_1~v", "ä~"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
