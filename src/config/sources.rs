//! Where settings may come from: a file, the environment, and what a command sets itself.
//!
//! Everything that is read from outside is named here, so that tests can give it instead.

use std::path::Path;
use std::path::PathBuf;

/// What every environment variable of Gatepost starts with.
pub(super) const PREFIX: &str = "GATEPOST__";

/// The file that is read from the working directory when no other is named.
const USUAL_FILE: &str = "gatepost.toml";

/// The places that `Config::load` looks into, besides the compiled-in defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub(super) file: Option<FileSource>,
    pub(super) environment: Vec<(String, String)>,
    pub(super) command: Vec<(String, String)>,
}

/// One configuration file.
#[derive(Clone, Debug)]
pub(super) enum FileSource {
    /// Must exist.
    Named(PathBuf),
    /// Is read if it exists.
    IfPresent(PathBuf),
    /// The text itself, with the name to show for it.
    Text(PathBuf, String),
}

impl Sources {
    /// What a running command reads: `config_file`, or else `gatepost.toml` in the working
    /// directory if it exists; and the environment of this process.
    pub fn from_process(config_file: Option<&Path>) -> Self {
        let file = match config_file {
            Some(path) => FileSource::Named(path.to_owned()),
            None => FileSource::IfPresent(PathBuf::from(USUAL_FILE)),
        };
        // Replacement characters stand for bytes that are not UTF-8; `merge` refuses them.
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.to_string_lossy().into_owned();
            name.starts_with("GATEPOST_")
                .then(|| (name, value.to_string_lossy().into_owned()))
        });
        Self {
            file: Some(file),
            environment: environment.collect(),
            command: Vec::new(),
        }
    }

    /// The defaults alone.
    pub fn none() -> Self {
        Self::default()
    }

    /// Also reads this file, which must exist.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(FileSource::Named(path.into()));
        self
    }

    /// Also reads this TOML text in place of a file, and calls it `name` in problems.
    #[must_use]
    pub fn with_text(mut self, name: &str, text: &str) -> Self {
        self.file = Some(FileSource::Text(PathBuf::from(name), text.to_owned()));
        self
    }

    /// Also reads this environment variable, as if it were set.
    #[must_use]
    pub fn with_environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Also sets `key` (such as `http.listen`) to `value`, over file and environment.
    #[must_use]
    pub fn with_override(mut self, key: &str, value: &str) -> Self {
        self.command.push((key.to_owned(), value.to_owned()));
        self
    }
}
