//! Why a command did not do what it was asked, in sentences.

use std::error::Error;
use std::fmt;

use serde_json::Value;
use serde_json::json;

use crate::app::build::BuildError;
use crate::config;
use crate::config::Problem;
use crate::error::Failure;
use crate::store::StoreError;

/// An error as the caller sees it.
#[derive(Debug)]
pub(super) struct CliError {
    message: String,
    details: Vec<String>,
    problems: Vec<Problem>,
    exit_code: u8,
}

impl CliError {
    /// One sentence.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            details: Vec::new(),
            problems: Vec::new(),
            exit_code: 1,
        }
    }

    /// The arguments do not fit together.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit_code: 2,
            ..Self::new(message)
        }
    }

    /// Several things are wrong with what was given.
    pub(super) fn refused(message: impl Into<String>, details: Vec<String>) -> Self {
        Self {
            details,
            ..Self::new(message)
        }
    }

    /// 1; 2 when the arguments do not fit together.
    pub(super) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// For machines.
    pub(super) fn to_json(&self) -> Value {
        let mut json = json!({ "error": self.message });
        if !self.details.is_empty() {
            json["details"] = json!(self.details);
        }
        if !self.problems.is_empty() {
            json["problems"] = json!(self.problems);
        }
        json
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.problems.is_empty() {
            return f.write_str(&config::report(&self.problems));
        }
        f.write_str(&self.message)?;
        for detail in &self.details {
            write!(f, "\n  {detail}")?;
        }
        Ok(())
    }
}

impl From<Vec<Problem>> for CliError {
    fn from(problems: Vec<Problem>) -> Self {
        let count = problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        Self {
            problems,
            ..Self::new(format!("The configuration has {count} {noun}."))
        }
    }
}

impl From<BuildError> for CliError {
    fn from(error: BuildError) -> Self {
        Self::new(sentence(&error))
    }
}

impl From<Failure> for CliError {
    fn from(error: Failure) -> Self {
        Self::new(sentence(&error))
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::new(sentence(&error))
    }
}

/// The error and its causes as one sentence. A cause that repeats what was said is left out.
pub(super) fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let cause = inner.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        source = inner.source();
    }
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    let mut text: String = first.into_iter().flatten().chain(chars).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_sentences() {
        let error = std::io::Error::other("no such file");
        assert_eq!(sentence(&error), "No such file.");
        assert_eq!(CliError::usage("x").exit_code(), 2);
    }

    #[test]
    fn details_are_listed_in_both_forms() {
        let error = CliError::refused("The client was not registered.", vec!["scope is odd".to_owned()]);
        assert_eq!(
            error.to_string(),
            "The client was not registered.\n  scope is odd"
        );
        assert_eq!(error.to_json()["details"][0], "scope is odd");
    }
}
