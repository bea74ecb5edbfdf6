//! Lays the sources over each other: one value per known key, and a problem per unknown one.
//!
//! The known keys are those of `default.toml`. Sources are flattened to dotted keys first, so that
//! the later source wins key by key, and a mistake in one key cannot hide the rest of its section.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use figment::Provider;
use figment::providers::Format;
use figment::providers::Toml;
use figment::value::Dict;
use figment::value::Value;

use crate::config::leaf::Leaf;
use crate::config::problem::Problem;
use crate::config::problem::Source;
use crate::config::sources::FileSource;
use crate::config::sources::PREFIX;
use crate::config::sources::Sources;
use crate::config::suggest;

/// The compiled-in defaults, which are also the documentation of every key.
pub(super) const DEFAULTS: &str = include_str!("default.toml");

/// A value with its source.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) leaf: Leaf,
    pub(super) source: Source,
    /// Position of the source: a higher one wins.
    rank: u8,
}

/// One value per known key.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) settings: BTreeMap<String, Setting>,
    /// What `default.toml` says, for remedies.
    pub(super) defaults: BTreeMap<String, Leaf>,
}

/// Merges the sources. When one cannot be read at all, `Err` has that problem alone, because
/// everything else that could be said would follow from it.
pub(super) fn merge(sources: &Sources) -> Result<(Merged, Vec<Problem>), Vec<Problem>> {
    let defaults = parse(DEFAULTS, Path::new("default.toml")).map_err(|problem| vec![*problem])?;
    let defaults: BTreeMap<String, Leaf> = defaults.into_iter().collect();
    let setting = |leaf: &Leaf| Setting {
        leaf: leaf.clone(),
        source: Source::Default,
        rank: 0,
    };
    let settings = defaults
        .iter()
        .map(|(key, leaf)| (key.clone(), setting(leaf)))
        .collect();
    let mut merged = Merged { settings, defaults };
    let mut problems = Vec::new();
    if let Some((path, text)) = read_file(sources.file.as_ref()).map_err(|problem| vec![*problem])? {
        for (key, leaf) in parse(&text, &path).map_err(|problem| vec![*problem])? {
            let source = Source::File {
                path: path.clone(),
                line: line_of(&text, &key),
            };
            merged.lay(
                key,
                Setting {
                    leaf,
                    source,
                    rank: 1,
                },
                &mut problems,
            );
        }
    }
    for (name, value) in &sources.environment {
        merged.lay_variable(name, value, &mut problems);
    }
    for (key, value) in &sources.command {
        let leaf = Leaf::Text(value.clone());
        merged.lay(
            key.clone(),
            Setting {
                leaf,
                source: Source::Command,
                rank: 3,
            },
            &mut problems,
        );
    }
    merged.read_secret_files(&mut problems);
    Ok((merged, problems))
}

impl Merged {
    /// Puts a setting over the one below it; an unknown key becomes a problem.
    fn lay(&mut self, key: String, setting: Setting, problems: &mut Vec<Problem>) {
        match self.settings.get_mut(&key) {
            Some(below) => *below = setting,
            None => problems.push(self.unknown(key, setting.source)),
        }
    }

    /// Puts an environment variable over what is below it. Empty counts as not set.
    fn lay_variable(&mut self, name: &str, value: &str, problems: &mut Vec<Problem>) {
        let source = Source::Environment(name.to_owned());
        let Some(path) = name.strip_prefix(PREFIX) else {
            problems.extend(self.single_underscores(name));
            return;
        };
        let key = path.to_ascii_lowercase().replace("__", ".");
        if value.is_empty() && self.settings.contains_key(&key) {
            return;
        }
        if value.contains('\u{fffd}') {
            problems.push(Problem {
                key,
                source,
                value: None,
                message: "is not valid UTF-8".to_owned(),
                remedy: "Try writing the value again in UTF-8".to_owned(),
            });
            return;
        }
        self.lay(
            key,
            Setting {
                leaf: Leaf::Text(value.to_owned()),
                source,
                rank: 2,
            },
            problems,
        );
    }

    /// `GATEPOST_HTTP_LISTEN` would otherwise do nothing, silently. Variables that match no key are
    /// left alone: container platforms set some of their own, such as `GATEPOST_SERVICE_HOST`.
    fn single_underscores(&self, name: &str) -> Option<Problem> {
        let written = name
            .strip_prefix("GATEPOST_")?
            .to_ascii_lowercase()
            .replace("__", "_");
        let key = self
            .settings
            .keys()
            .find(|key| key.replace('.', "_") == written)?;
        Some(Problem {
            key: key.clone(),
            source: Source::Environment(name.to_owned()),
            value: None,
            message: "is not read from a variable of this name: its parts need two underscores".to_owned(),
            remedy: format!("Try {}", variable(key)),
        })
    }

    fn unknown(&self, key: String, source: Source) -> Problem {
        let known = self.settings.keys().map(String::as_str);
        let remedy = match (suggest::nearest(&key, known), &source) {
            (Some(near), Source::Environment(_)) => format!("Did you mean {near}? Try {}", variable(near)),
            (Some(near), _) => format!("Did you mean {near}?"),
            (None, _) => "Remove it, or look it up in docs/configuration.md".to_owned(),
        };
        // The value is not shown: it may be a secret under a mistyped key.
        Problem {
            key,
            source,
            value: None,
            message: "unknown key".to_owned(),
            remedy,
        }
    }

    /// Replaces `x` by the content of the file that `x_file` names. The master key is left out: its
    /// file may not exist yet.
    fn read_secret_files(&mut self, problems: &mut Vec<Problem>) {
        let keys: Vec<String> = self.settings.keys().cloned().collect();
        for file_key in keys {
            let Some(key) = file_key.strip_suffix("_file") else {
                continue;
            };
            if key == "crypto.master_key" {
                continue;
            }
            match self.secret_file(key, &file_key) {
                Ok(Some(setting)) => {
                    self.settings.insert(key.to_owned(), setting);
                }
                Ok(None) => {}
                Err(problem) => problems.push(*problem),
            }
        }
    }

    fn secret_file(&self, key: &str, file_key: &str) -> Result<Option<Setting>, Box<Problem>> {
        let Some(path) = self.winning_file(key, file_key)? else {
            return Ok(None);
        };
        let Some(named) = self.settings.get(file_key) else {
            return Ok(None);
        };
        match std::fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => {
                Err(self.problem(file_key, "names an empty file", "Write the value into it"))
            }
            Ok(text) => Ok(Some(Setting {
                leaf: Leaf::Text(text.trim().to_owned()),
                source: Source::SecretFile {
                    path,
                    named_by: Box::new(named.source.clone()),
                },
                rank: named.rank,
            })),
            Err(error) => Err(self.problem(
                file_key,
                &format!("names a file that cannot be read: {}", reason(&error)),
                "Check the path, and that the user Gatepost runs as may read it",
            )),
        }
    }

    /// The path in `file_key`, unless `key` itself is set by a source above it. Both in one source
    /// contradict each other.
    pub(super) fn winning_file(&self, key: &str, file_key: &str) -> Result<Option<PathBuf>, Box<Problem>> {
        let Some(file) = self.settings.get(file_key).filter(|file| !file.leaf.is_unset()) else {
            return Ok(None);
        };
        let Leaf::Text(path) = &file.leaf else {
            return Err(self.problem(file_key, "must be the path of a file", "Try a path in quotes"));
        };
        let direct = self
            .settings
            .get(key)
            .filter(|direct| direct.rank > 0 && !direct.leaf.is_unset());
        match direct {
            Some(direct) if direct.rank == file.rank => Err(self.problem(
                file_key,
                &format!("is set together with {key}"),
                "Keep one of the two",
            )),
            Some(direct) if direct.rank > file.rank => Ok(None),
            _ => Ok(Some(PathBuf::from(path.trim()))),
        }
    }

    /// A problem with the value of this key.
    pub(super) fn problem(&self, key: &str, message: &str, remedy: &str) -> Box<Problem> {
        let setting = self.settings.get(key);
        Box::new(Problem {
            key: key.to_owned(),
            source: setting.map_or(Source::Default, |setting| setting.source.clone()),
            value: setting.map(|setting| setting.leaf.masked(key)),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        })
    }
}

/// The environment variable of a key.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase().replace('.', "__"))
}

fn read_file(file: Option<&FileSource>) -> Result<Option<(PathBuf, String)>, Box<Problem>> {
    let (path, required) = match file {
        None => return Ok(None),
        Some(FileSource::Text(name, text)) => return Ok(Some((name.clone(), text.clone()))),
        Some(FileSource::Named(path)) => (path, true),
        Some(FileSource::IfPresent(path)) => (path, false),
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.clone(), text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !required => Ok(None),
        Err(error) => Err(Box::new(Problem {
            key: "configuration file".to_owned(),
            source: Source::File {
                path: path.clone(),
                line: None,
            },
            value: None,
            message: format!("cannot be read: {}", reason(&error)),
            remedy: "Check the path given as --config, and that Gatepost may read the file".to_owned(),
        })),
    }
}

fn reason(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "it does not exist"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
        (io::ErrorKind::InvalidData, "it is not valid UTF-8"),
    ];
    let words = known.into_iter().find(|(kind, _)| *kind == error.kind());
    words.map_or_else(|| error.to_string(), |(_, words)| words.to_owned())
}

/// Every value of a TOML text by its dotted key.
fn parse(text: &str, path: &Path) -> Result<Vec<(String, Leaf)>, Box<Problem>> {
    let profiles = Toml::string(text).data().map_err(|error| {
        // The parser's message shows the line itself, which may hold a secret: only its last line,
        // the reason, is passed on.
        let shown = error.to_string();
        let line = shown.split_once("line ").and_then(|(_, rest)| {
            rest.split(|c: char| !c.is_ascii_digit())
                .next()
                .and_then(|digits| digits.parse().ok())
        });
        let why = shown
            .trim()
            .lines()
            .last()
            .unwrap_or_default()
            .split('`')
            .next()
            .unwrap_or_default();
        Box::new(Problem {
            key: "configuration file".to_owned(),
            source: Source::File {
                path: path.to_owned(),
                line,
            },
            value: None,
            message: format!("is not valid TOML: {}", why.trim()),
            remedy: "Texts need quotes, and every key may appear once".to_owned(),
        })
    })?;
    let mut leaves = Vec::new();
    for dict in profiles.into_values() {
        flatten("", dict, &mut leaves);
    }
    Ok(leaves)
}

fn flatten(prefix: &str, dict: Dict, leaves: &mut Vec<(String, Leaf)>) {
    for (name, value) in dict {
        let key = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}.{name}")
        };
        if let Value::Dict(_, inner) = value {
            flatten(&key, inner, leaves);
        } else {
            leaves.push((key, Leaf::from(value)));
        }
    }
}

/// The line of a TOML text that sets this key, from 1. None for the rarer spellings, such as inline
/// tables.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut table = String::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = format!("{}.", header.trim());
        } else if let Some((name, _)) = line.split_once('=') {
            let name = name.replace([' ', '\t', '"', '\''], "");
            if key.strip_prefix(&table) == Some(&name) {
                return Some(number);
            }
        }
    }
    None
}
