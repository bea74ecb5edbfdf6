//! `gatepost db`: the schema of the database.

use clap::Subcommand;
use serde_json::json;

use crate::app::build;
use crate::cli::answer::Answer;
use crate::cli::answer::table;
use crate::cli::error::CliError;
use crate::config::Config;
use crate::store::MigrationStatus;

/// `gatepost db …`
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Bring the schema up to date; `serve` does the same at its start
    Migrate,
    /// Print which migrations have been applied; changes nothing
    Status,
}

/// Runs the command.
pub(super) async fn run(command: &DbCommand, config: &Config) -> Result<Answer, CliError> {
    let db = build::connect(config).await?;
    if matches!(command, DbCommand::Migrate) {
        db.migrate(config.database.url.expose()).await?;
    }
    let status = db.migration_status().await?;
    db.close().await;
    Ok(answer(&status))
}

fn answer(status: &MigrationStatus) -> Answer {
    let state = |applied: bool| if applied { "applied" } else { "missing" };
    let row = |(version, name, applied): &(i64, String, bool)| {
        vec![version.to_string(), name.clone(), state(*applied).to_owned()]
    };
    let rows: Vec<_> = status.migrations.iter().map(row).collect();
    let mut text = table(&["version", "name", "state"], &rows);
    text.push_str(if status.is_current() {
        "The schema is up to date."
    } else {
        "The schema is not up to date: run `gatepost db migrate`."
    });
    let json: Vec<_> = status
        .migrations
        .iter()
        .map(|(version, name, applied)| json!({ "version": version, "name": name, "applied": applied }))
        .collect();
    Answer::new(
        text,
        json!({ "current": status.is_current(), "migrations": json }),
    )
}
