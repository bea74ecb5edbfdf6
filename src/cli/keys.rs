//! `gatepost keys`: signing keys.

use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::crypto::keys::KeyState;
use crate::domain::audit::Context;
use crate::domain::time::Timestamp;
use crate::ops;
use crate::ops::Ops;
use crate::ops::keys::Rotation;

/// `gatepost keys …`
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// List the published keys, newest first
    List,
    /// Publish a new key, which signs once every application has had time to fetch it
    Rotate,
}

/// Runs the command.
pub(super) async fn run(command: &KeysCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        KeysCommand::List => list(ops).await,
        KeysCommand::Rotate => rotate(ops).await,
    }
}

async fn list(ops: &Ops) -> Result<Answer, CliError> {
    let keys = ops::keys::list(ops).await?;
    let state = |state| match state {
        KeyState::Next => "next",
        KeyState::Active => "active",
        KeyState::Retired => "retired",
    };
    let shown = |at: Option<Timestamp>| at.map_or("-".to_owned(), Timestamp::rfc3339);
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            let from = key.active_from.rfc3339();
            vec![
                key.kid.clone(),
                key.alg.clone(),
                state(key.state).to_owned(),
                from,
                shown(key.expires_at),
            ]
        })
        .collect();
    let json: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kid": key.kid, "alg": key.alg, "state": state(key.state),
                "created_at": key.created_at.rfc3339(), "active_from": key.active_from.rfc3339(),
                "retired_at": key.retired_at.map(Timestamp::rfc3339),
                "expires_at": key.expires_at.map(Timestamp::rfc3339),
            })
        })
        .collect();
    Ok(Answer::list(
        "keys",
        &["kid", "alg", "state", "signs from", "published until"],
        &rows,
        &json,
    ))
}

async fn rotate(ops: &Ops) -> Result<Answer, CliError> {
    // on a database without any key, the first one signs at once
    ops::keys::ensure(ops).await?;
    let (kid, active_from, scheduled) = match ops::keys::rotate(ops, &Context::cli()).await? {
        Rotation::Scheduled { kid, active_from } => (kid, active_from, true),
        Rotation::AlreadyScheduled { kid, active_from } => (kid, active_from, false),
    };
    let text = if scheduled {
        format!(
            "Key {kid} is published now and signs from {}.",
            active_from.rfc3339()
        )
    } else {
        format!(
            "Nothing was changed: key {kid} is published already and signs from {}.",
            active_from.rfc3339()
        )
    };
    Ok(Answer::new(
        text,
        json!({ "kid": kid, "active_from": active_from.rfc3339(), "created": scheduled }),
    ))
}
