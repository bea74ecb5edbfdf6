//! What all lists share: filters, sort and place in the query string, and the pager.

use crate::admin::link;
use crate::domain::page::Cursor;
use crate::domain::page::Page;
use crate::domain::page::PageRequest;
use crate::web::params::Params;

/// Rows per page that a reader can choose.
pub const SIZES: &[(&str, &str)] = &[("25", "25 rows"), ("50", "50 rows"), ("100", "100 rows")];
const DEFAULT_SIZE: u64 = 50;

/// How a list was asked for. All of it stands in the query string, so that a link brings it back.
#[derive(Debug, Clone)]
pub struct Listing {
    path: String,
    filters: Vec<(&'static str, String)>,
    default_sort: &'static str,
    sort: String,
    first: u64,
    /// For the store.
    pub request: PageRequest,
}

/// The foot of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pager {
    /// "51–100 of 12,408".
    pub range: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

impl Listing {
    /// Reads the query. `sort` is a key of the list, with `-` before it for the largest first.
    pub fn read(
        query: &Params,
        path: impl Into<String>,
        filters: &[&'static str],
        sort: &'static str,
    ) -> Self {
        let asked = query.get("sort").unwrap_or(sort);
        let key = asked.strip_prefix('-').unwrap_or(asked);
        let size = query
            .get("size")
            .and_then(|s| s.parse().ok())
            .filter(|s| [25, 50, 100].contains(s));
        Self {
            path: path.into(),
            filters: filters
                .iter()
                .map(|name| (*name, query.text(name)))
                .filter(|(_, v)| !v.is_empty())
                .collect(),
            default_sort: sort,
            sort: asked.to_owned(),
            first: query.get("from").and_then(|f| f.parse().ok()).unwrap_or(1),
            request: PageRequest {
                cursor: query.get("cursor").and_then(Cursor::parse),
                sort: key.to_owned(),
                descending: asked.starts_with('-'),
                size: size.unwrap_or(DEFAULT_SIZE),
            },
        }
    }

    /// A filter's value; empty when it is not set.
    pub fn filter(&self, name: &str) -> &str {
        self.filters
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }

    /// Whether anything is filtered.
    pub fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// The list without any filter.
    pub fn clear(&self) -> &str {
        &self.path
    }

    /// Rows per page.
    pub fn size(&self) -> u64 {
        self.request.size
    }

    /// What the filter form has to carry along.
    pub fn sort(&self) -> &str {
        if self.sort == self.default_sort {
            ""
        } else {
            &self.sort
        }
    }

    /// `ascending`, `descending` or nothing, for `aria-sort`.
    pub fn sorted(&self, key: &str) -> &'static str {
        match (self.request.sort == key, self.request.descending) {
            (true, false) => "ascending",
            (true, true) => "descending",
            (false, _) => "",
        }
    }

    /// Sorts by a column; by the present one, the other way round. Times start with the latest.
    pub fn sort_href(&self, key: &str) -> String {
        let descending = if self.request.sort == key {
            !self.request.descending
        } else {
            key != "name"
        };
        let sort = if descending {
            format!("-{key}")
        } else {
            key.to_owned()
        };
        self.href(&sort, &[])
    }

    /// The list without one filter.
    pub fn without(&self, name: &str) -> String {
        let mut less = self.clone();
        less.filters.retain(|(known, _)| *known != name);
        less.href(&self.sort, &[])
    }

    fn href(&self, sort: &str, more: &[(&str, String)]) -> String {
        let mut pairs: Vec<(&str, String)> = self.filters.clone();
        if sort != self.default_sort {
            pairs.push(("sort", sort.to_owned()));
        }
        if self.size() != DEFAULT_SIZE {
            pairs.push(("size", self.size().to_string()));
        }
        pairs.extend_from_slice(more);
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", link::encode(value)))
            .collect();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, query.join("&"))
        }
    }

    /// The foot of a page. `total` is known where counting is cheap.
    pub fn pager<T>(&self, page: &Page<T>, total: Option<u64>) -> Pager {
        let shown = page.rows.len() as u64;
        let first = if page.previous.is_none() {
            1
        } else {
            self.first.max(1)
        };
        let to = |cursor: &Cursor, first: u64| {
            self.href(
                &self.sort,
                &[("cursor", cursor.encode()), ("from", first.to_string())],
            )
        };
        let mut range = match shown {
            0 => "Nothing to show".to_owned(),
            _ => format!("{}–{}", grouped(first), grouped(first + shown - 1)),
        };
        if let Some(total) = total.filter(|_| shown > 0 && !self.is_filtered()) {
            range = format!("{range} of {}", grouped(total.max(first + shown - 1)));
        }
        Pager {
            range,
            previous: page
                .previous
                .as_ref()
                .map(|c| to(c, first.saturating_sub(self.size()).max(1))),
            next: page.next.as_ref().map(|c| to(c, first + shown)),
        }
    }
}

/// A number with its thousands set apart: `12,408`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its word: `1 session`, `12 sessions`.
pub fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(query: &str) -> Listing {
        Listing::read(
            &Params::parse(query.as_bytes()).unwrap(),
            "/admin/users",
            &["q", "status"],
            "-created",
        )
    }

    #[test]
    fn links_keep_the_filters_and_drop_the_place() {
        let list = listing("q=a%26b&size=25&cursor=ausr_1~7&from=51");
        assert_eq!(list.sort_href("name"), "/admin/users?q=a%26b&sort=name&size=25");
        assert_eq!(
            list.sort_href("created"),
            "/admin/users?q=a%26b&sort=created&size=25"
        );
        assert_eq!(list.without("q"), "/admin/users?size=25");
        assert_eq!((list.sorted("created"), list.sorted("name")), ("descending", ""));
    }

    #[test]
    fn the_pager_says_where_one_is() {
        let next = Cursor {
            value: "7".to_owned(),
            id: "usr_1".to_owned(),
            backwards: false,
        };
        let page = Page {
            rows: vec![(); 50],
            previous: None,
            next: Some(next),
        };
        let pager = listing("").pager(&page, Some(12_408));
        assert_eq!(pager.range, "1–50 of 12,408");
        assert_eq!(
            pager.next.as_deref(),
            Some("/admin/users?cursor=ausr_1~7&from=51")
        );
        assert_eq!(pager.previous, None);
    }

    #[test]
    fn numbers_are_set_in_groups() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1_000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [counted(1, "session"), counted(2, "session")],
            ["1 session", "2 sessions"]
        );
    }
}
