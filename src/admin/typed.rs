//! What somebody typed into a form, and what is wrong with it: a refused form comes back as it was sent.

use crate::web::params::Params;

/// Values of a form by field, and a sentence for each field that cannot stand.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    values: Vec<(String, String)>,
    errors: Vec<(String, String)>,
}

impl Typed {
    /// What was sent; passwords are never sent back.
    pub fn sent(form: &Params) -> Self {
        let kept = form
            .iter()
            .filter(|(name, _)| !matches!(*name, "csrf" | "password"));
        Self {
            values: kept.map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            errors: Vec::new(),
        }
    }

    /// The same with a value, for a form that shows what is stored.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// The same with a ticked box where `on`.
    #[must_use]
    pub fn ticked(self, name: &str, on: bool) -> Self {
        if on { self.with(name, "on") } else { self }
    }

    /// Notes what is wrong with a field: the end of a sentence, or a whole one.
    pub fn wrong(&mut self, field: &str, problem: &str) {
        self.errors.push((field.to_owned(), sentence(problem)));
    }

    /// A field's value.
    pub fn v(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// A field's error; empty for none.
    pub fn e(&self, name: &str) -> &str {
        self.errors
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, text)| text)
    }

    /// Whether a box is ticked.
    pub fn on(&self, name: &str) -> bool {
        !self.v(name).is_empty()
    }

    /// Whether a repeated field has this value among its values.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values
            .iter()
            .any(|(known, given)| known == name && given == value)
    }

    /// Whether anything is wrong.
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }

    /// What is wrong with fields that have no place on the form.
    pub fn elsewhere(&self, has_place: impl Fn(&str) -> bool) -> Vec<String> {
        let others = self.errors.iter().filter(|(field, _)| !has_place(field));
        others.map(|(field, text)| format!("{field}: {text}")).collect()
    }

    /// One line above the form.
    pub fn summary(&self) -> String {
        match self.errors.len() {
            1 => "One field needs another look.".to_owned(),
            n => format!("{n} fields need another look."),
        }
    }
}

/// "must have 1 to 64 letters" as a sentence of its own.
pub fn sentence(problem: &str) -> String {
    let mut chars = problem.chars();
    let start: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if problem.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{start}{}{end}", chars.as_str())
}

/// Each line of a text area that is not empty.
pub fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A text, or nothing when it is empty.
pub fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_becomes_a_sentence() {
        assert_eq!(sentence("must be unique"), "Must be unique.");
        assert_eq!(
            sentence("Use at least 15 characters."),
            "Use at least 15 characters."
        );
    }

    #[test]
    fn a_password_is_not_kept() {
        let form = Params::parse(b"csrf=x&username=amara&password=hunter2&id=a&id=b").unwrap();
        let typed = Typed::sent(&form);
        assert_eq!(
            (typed.v("username"), typed.v("password"), typed.v("csrf")),
            ("amara", "", "")
        );
        assert!(typed.has("id", "b") && !typed.has("id", "c"));
    }

    #[test]
    fn lines_are_trimmed_and_empty_ones_left_out() {
        assert_eq!(
            lines(" https://a.test/cb \r\n\r\nhttps://b.test/cb\n"),
            ["https://a.test/cb", "https://b.test/cb"]
        );
    }
}
