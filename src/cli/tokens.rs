//! `gatepost tokens`: refresh-token families.

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::domain::audit::Context;
use crate::domain::id::FamilyId;
use crate::domain::token_family::EndReason;
use crate::ops;
use crate::ops::Ops;
use crate::ops::tokens::FamiliesOf;

/// `gatepost tokens …`
#[derive(Debug, Subcommand)]
pub enum TokensCommand {
    /// End one family, or all of a user, of a client, or of a user at a client
    Revoke(RevokeArgs),
}

/// What to end.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct RevokeArgs {
    /// The id of a family (fam_…)
    #[arg(conflicts_with_all = ["user", "client"])]
    family: Option<String>,
    /// All families of this user: user name, mail address or id
    #[arg(long)]
    user: Option<String>,
    /// All families of this client
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
}

/// Runs the command.
pub(super) async fn run(command: &TokensCommand, ops: &Ops) -> Result<Answer, CliError> {
    let TokensCommand::Revoke(args) = command;
    let user = match &args.user {
        Some(user) => Some(lookup::user(ops, user).await?.id),
        None => None,
    };
    let client = match &args.client {
        Some(client) => Some(lookup::client(ops, client).await?.id),
        None => None,
    };
    let whose = match (user, client) {
        (Some(user), Some(client)) => FamiliesOf::UserAtClient(user, client),
        (Some(user), None) => FamiliesOf::User(user),
        (None, Some(client)) => FamiliesOf::Client(client),
        (None, None) => return revoke_one(ops, args.family.as_deref().unwrap_or_default()).await,
    };
    let count = ops::tokens::revoke_all(ops, &Context::cli(), &whose).await?;
    let text = match count {
        0 => "There was no live family.".to_owned(),
        1 => "1 family was revoked.".to_owned(),
        count => format!("{count} families were revoked."),
    };
    Ok(Answer::new(text, json!({ "revoked": count })))
}

async fn revoke_one(ops: &Ops, text: &str) -> Result<Answer, CliError> {
    let wrong = || {
        CliError::new(format!(
            "\"{text}\" is not the id of a family; those look like fam_…"
        ))
    };
    let family: FamilyId = text.parse().map_err(|_| wrong())?;
    let revoked = ops::tokens::revoke_family(ops, &Context::cli(), &family, EndReason::AdminRevoked).await?;
    if !revoked {
        return Err(CliError::new(format!("There is no live family {family}.")));
    }
    Ok(Answer::new(
        format!("Family {family} was revoked."),
        json!({ "revoked": 1 }),
    ))
}
