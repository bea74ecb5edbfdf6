//! `[log]`: what is written to standard error.

use crate::config::reader::Reader;

/// What is written to standard error.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// Directives for `tracing_subscriber::EnvFilter`, such as "info,gatepost::store=debug".
    pub level: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl LogConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let level = read_level(reader);
        let format = reader.choice(
            "log.format",
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        );
        Some(Self {
            level: level?,
            format: format?,
        })
    }
}

/// Stricter than `EnvFilter`, which takes "inof" for a module and logs all of it.
fn read_level(reader: &mut Reader) -> Option<String> {
    let key = "log.level";
    let text = reader.text(key)?.to_ascii_lowercase();
    let is_directive = |part: &str| match part.split_once('=') {
        None => LEVELS.contains(&part),
        Some((module, level)) => {
            let named = !module.is_empty()
                && module
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(&byte));
            named && LEVELS.contains(&level)
        }
    };
    if text.split(',').map(str::trim).all(is_directive) {
        return Some(text);
    }
    reader.refuse_with_default(
        key,
        "must be off, error, warn, info, debug or trace, or MODULE=LEVEL with commas",
    );
    None
}
