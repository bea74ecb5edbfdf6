//! `gatepost config`: what the settings are and where they come from.

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::config::Config;

/// `gatepost config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check every setting; print their values and where they come from, secrets masked
    Check,
}

/// The settings of a configuration that was read without a problem.
pub(super) fn run(command: &ConfigCommand, config: &Config) -> Answer {
    match command {
        ConfigCommand::Check => {
            let mut text = String::new();
            for entry in config.explain() {
                let _ = writeln!(text, "{} = {}  ({})", entry.key, entry.value, entry.source);
            }
            Answer::new(text, json!({ "settings": config.explain() }))
        }
    }
}
