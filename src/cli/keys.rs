//! `gatepost keys`: signing keys.

use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::crypto::keys::KeyState;
use crate::domain::audit::Context;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::ops;
use crate::ops::Ops;
use crate::ops::keys::Rotation;

/// `gatepost keys …`
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// List the published keys, newest first
    List,
    /// Publish new keys, which sign once every application has had time to fetch them
    Rotate {
        /// Only the key of this algorithm: RS256, PS256, ES256 or EdDSA
        #[arg(long, value_name = "ALG")]
        alg: Option<SigningAlg>,
    },
}

/// Runs the command.
pub(super) async fn run(command: &KeysCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        KeysCommand::List => list(ops).await,
        KeysCommand::Rotate { alg } => rotate(ops, *alg).await,
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
            vec![
                key.kid.clone(),
                key.alg.to_string(),
                state(key.state).to_owned(),
                key.created_at.rfc3339(),
                key.active_from.rfc3339(),
                shown(key.retired_at),
                shown(key.expires_at),
                shown(key.rotates_at),
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
                "rotates_at": key.rotates_at.map(Timestamp::rfc3339),
            })
        })
        .collect();
    Ok(Answer::list(
        "keys",
        &[
            "kid",
            "alg",
            "state",
            "made",
            "signs from",
            "signs until",
            "published until",
            "next key made",
        ],
        &rows,
        &json,
    ))
}

async fn rotate(ops: &Ops, alg: Option<SigningAlg>) -> Result<Answer, CliError> {
    let configured = &ops.config.keys.algorithms;
    if let Some(alg) = alg.filter(|alg| !configured.contains(alg)) {
        return Err(CliError::new(format!("{alg} is not in keys.algorithms.")));
    }
    // on a database without any key, the first ones sign at once
    ops::keys::ensure(ops).await?;
    let algs = alg.map_or_else(|| configured.clone(), |alg| vec![alg]);
    let done = ops::keys::rotate(ops, &Context::cli(), &algs).await?;
    let text: Vec<_> = done.iter().map(told).collect();
    let json: Vec<_> = done
        .iter()
        .map(|key| {
            let from = key.active_from.rfc3339();
            json!({ "alg": key.alg, "kid": key.kid, "active_from": from, "created": key.created })
        })
        .collect();
    Ok(Answer::new(text.join("\n"), json!({ "keys": json })))
}

fn told(key: &Rotation) -> String {
    let (alg, kid, from) = (key.alg, &key.kid, key.active_from.rfc3339());
    if key.created {
        format!("{alg}: key {kid} is published now and signs from {from}.")
    } else {
        format!("{alg}: nothing was changed, since key {kid} is published already and signs from {from}.")
    }
}
