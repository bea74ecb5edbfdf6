//! `gatepost issuers`: whose JWTs count here.

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::metadata;
use crate::domain::audit::Context;
use crate::domain::trusted_issuer::IssuerKeys;
use crate::domain::trusted_issuer::SubjectRule;
use crate::domain::trusted_issuer::TrustedIssuer;
use crate::ops;
use crate::ops::Ops;
use crate::ops::trusted_issuers::AddIssuer;

/// `gatepost issuers …`
#[derive(Debug, Subcommand)]
pub enum IssuersCommand {
    /// Trust an issuer: its JWTs may authenticate clients, be assertions and be exchanged
    Add(AddArgs),
    /// Trust an issuer no more
    Remove(RemoveArgs),
    /// List trusted issuers
    List,
}

/// The issuer and its keys.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The issuer, exactly as its tokens say it (iss)
    issuer: String,
    /// Where it publishes its keys
    #[arg(long, value_name = "URL", required_unless_present = "jwks")]
    jwks_uri: Option<String>,
    /// A file with its keys, a JWK set; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// What its subjects are of people here: username, email or id; left out, they are nobody here
    #[arg(long, value_name = "RULE", value_parser = rule)]
    subjects: Option<SubjectRule>,
}

/// Which issuer.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The issuer
    issuer: String,
}

fn rule(text: &str) -> Result<SubjectRule, String> {
    SubjectRule::parse(text).ok_or_else(|| "must be username, email or id".to_owned())
}

/// Runs the command.
pub(super) async fn run(command: &IssuersCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        IssuersCommand::Add(args) => add(args, ops).await,
        IssuersCommand::Remove(args) => remove(args, ops).await,
        IssuersCommand::List => list(ops).await,
    }
}

async fn add(args: &AddArgs, ops: &Ops) -> Result<Answer, CliError> {
    let keys = match (&args.jwks, &args.jwks_uri) {
        (Some(file), _) => IssuerKeys::Set(Value::Object(metadata::read_object(file)?)),
        (None, Some(uri)) => IssuerKeys::Uri(uri.clone()),
        (None, None) => return Err(CliError::new("Give --jwks-uri or --jwks.")),
    };
    let refused = |detail: String| Err(CliError::refused("The issuer was not added.", vec![detail]));
    let issuer = &args.issuer;
    match ops::trusted_issuers::add(ops, &Context::cli(), issuer, keys, args.subjects).await? {
        AddIssuer::Added => {
            let json = json!({ "issuer": issuer, "subjects": args.subjects.map(SubjectRule::as_str) });
            Ok(Answer::new(format!("{issuer} is trusted now."), json))
        }
        AddIssuer::Taken => refused(format!(
            "{issuer} is trusted already; remove it first to change it"
        )),
        AddIssuer::Invalid(field, problem) => refused(format!("{field} {problem}")),
    }
}

async fn remove(args: &RemoveArgs, ops: &Ops) -> Result<Answer, CliError> {
    let issuer = &args.issuer;
    if ops::trusted_issuers::remove(ops, &Context::cli(), issuer).await? {
        let json = json!({ "issuer": issuer, "removed": true });
        return Ok(Answer::new(format!("{issuer} is trusted no more."), json));
    }
    Err(CliError::new(format!("{issuer} is not a trusted issuer.")))
}

fn where_from(issuer: &TrustedIssuer) -> &str {
    match &issuer.keys {
        IssuerKeys::Set(_) => "given",
        IssuerKeys::Uri(uri) => uri,
    }
}

async fn list(ops: &Ops) -> Result<Answer, CliError> {
    let issuers = ops::trusted_issuers::list(ops).await?;
    let subjects = |issuer: &TrustedIssuer| issuer.subjects.map(SubjectRule::as_str);
    let rows: Vec<_> = issuers
        .iter()
        .map(|issuer| {
            vec![
                issuer.issuer.clone(),
                where_from(issuer).to_owned(),
                subjects(issuer).unwrap_or("nobody").to_owned(),
            ]
        })
        .collect();
    let json: Vec<_> = issuers
        .iter()
        .map(|issuer| {
            json!({
                "issuer": issuer.issuer, "keys": where_from(issuer), "subjects": subjects(issuer),
                "created_at": issuer.created_at.rfc3339(),
            })
        })
        .collect();
    Ok(Answer::list(
        "issuers",
        &["issuer", "keys", "subjects"],
        &rows,
        &json,
    ))
}
