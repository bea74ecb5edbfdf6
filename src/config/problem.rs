//! What is wrong with a setting, and where a setting came from, in words for an operator.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use serde::Serializer;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The compiled-in `default.toml`.
    Default,
    /// A configuration file, with the line if it was found.
    File {
        /// The file as it was named.
        path: PathBuf,
        /// Line number, from 1.
        line: Option<usize>,
    },
    /// The environment variable of this name.
    Environment(String),
    /// The content of a file that another setting names.
    SecretFile {
        /// The file that was read.
        path: PathBuf,
        /// Where its name came from.
        named_by: Box<Source>,
    },
    /// Set by the command itself, such as `gatepost dev`.
    Command,
    /// Computed from the setting of this key, because nothing was set.
    Derived(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File {
                path,
                line: Some(line),
            } => write!(f, "{}, line {line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::SecretFile { path, named_by } => {
                write!(f, "content of {}, named by {named_by}", path.display())
            }
            Self::Command => f.write_str("set by the command"),
            Self::Derived(key) => write!(f, "derived from {key}"),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One mistake in the configuration. Its `Display` takes two lines:
///
/// ```text
/// issuer.url = "https://id.example.com/" (gatepost.toml, line 3)
///     must not end in "/". Try "https://id.example.com"
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The setting, such as `issuer.url`.
    pub key: String,
    /// Where its value came from.
    pub source: Source,
    /// The value as it would stand in a file, secrets masked; none where there is nothing to show.
    pub value: Option<String>,
    /// What is wrong: a sentence that continues the key, without its full stop.
    pub message: String,
    /// What to do: a sentence, without its full stop.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        write!(f, " ({})\n    {}. {}", self.source, self.message, self.remedy)
    }
}

/// All problems as one text that ends in a line break: a count, then each problem, indented.
pub fn report(problems: &[Problem]) -> String {
    let mut text = match problems.len() {
        1 => "configuration has 1 problem\n".to_owned(),
        count => format!("configuration has {count} problems\n"),
    };
    for problem in problems {
        for line in problem.to_string().lines() {
            text.push_str("  ");
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}
