//! What a command says, and the one place that writes it.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::Value;
use serde_json::json;

use crate::cli::error::CliError;

/// What a command says, for people and for machines.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Lines for people.
    pub(super) text: String,
    /// The same for machines; `null` is not written.
    pub(super) json: Value,
}

impl Answer {
    /// Both forms.
    pub(super) fn new(text: impl Into<String>, json: Value) -> Self {
        Self {
            text: text.into(),
            json,
        }
    }

    /// A list: a table for people, an object with the rows under `name` for machines.
    pub(super) fn list(name: &str, heads: &[&str], rows: &[Vec<String>], json: &[Value]) -> Self {
        let text = if rows.is_empty() {
            format!("No {name}.")
        } else {
            table(heads, rows)
        };
        Self {
            text,
            json: json!({ name: json }),
        }
    }
}

/// Standard output and standard error.
#[derive(Debug)]
pub(super) struct Out {
    json: bool,
}

impl Out {
    /// In JSON or as text.
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Writes an answer. A reader that has gone away is no mistake of ours.
    pub(super) fn answer(&self, answer: &Answer) -> ExitCode {
        let text = if !self.json {
            answer.text.clone()
        } else if answer.json.is_null() {
            String::new()
        } else {
            answer.json.to_string()
        };
        if !text.is_empty() {
            let mut out = std::io::stdout().lock();
            let _ = writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush());
        }
        ExitCode::SUCCESS
    }

    /// Writes an error.
    pub(super) fn error(&self, error: &CliError) -> ExitCode {
        let text = if self.json {
            error.to_json().to_string()
        } else {
            error.to_string()
        };
        let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
        ExitCode::from(error.exit_code())
    }
}

/// Columns as wide as their widest cell, two spaces apart.
pub(super) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let heads: Vec<String> = heads.iter().map(|head| head.to_uppercase()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&heads]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let mut text = String::new();
    for row in [&heads].into_iter().chain(rows) {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_have_no_trailing_spaces() {
        let rows = vec![
            vec!["é".to_owned(), "long cell".to_owned()],
            vec!["abc".to_owned(), String::new()],
        ];
        assert_eq!(table(&["a", "b"], &rows), "A    B\né    long cell\nabc\n");
    }

    #[test]
    fn an_empty_list_says_so() {
        let answer = Answer::list("users", &["id"], &[], &[]);
        assert_eq!(
            (answer.text.as_str(), answer.json),
            ("No users.", json!({ "users": [] }))
        );
    }
}
