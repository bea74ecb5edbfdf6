//! `gatepost registration-tokens`: initial access tokens, which let clients register themselves.

use clap::Args;
use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::views;
use crate::config::RegistrationMode;
use crate::domain::audit::Context;
use crate::domain::id::RegistrationTokenId;
use crate::domain::lifetime::Lifetime;
use crate::domain::registration_token::RegistrationToken;
use crate::domain::time::Timestamp;
use crate::ops;
use crate::ops::Ops;
use crate::store;

/// `gatepost registration-tokens …`
#[derive(Debug, Subcommand)]
pub enum RegistrationTokensCommand {
    /// Make a token for POST /register
    Create(CreateArgs),
    /// List tokens, the newest first
    List,
    /// Make a token worthless; the clients it registered stay
    Revoke(TokenArg),
}

/// What the token may do.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// What it is for, in your words
    #[arg(long, default_value = "")]
    name: String,
    /// How many clients it may register; without it any number
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    uses: Option<u32>,
    /// How long it works, such as 7d; without it until it is revoked
    #[arg(long, value_name = "TIME")]
    expires_in: Option<Lifetime>,
}

/// Which token.
#[derive(Debug, Args)]
pub struct TokenArg {
    /// The id of the token (rgt_…)
    token: String,
}

/// Runs the command.
pub(super) async fn run(command: &RegistrationTokensCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        RegistrationTokensCommand::Create(args) => create(args, ops).await,
        RegistrationTokensCommand::List => list(ops).await,
        RegistrationTokensCommand::Revoke(arg) => revoke(&arg.token, ops).await,
    }
}

async fn create(args: &CreateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let context = Context::cli();
    let made = ops::registration_tokens::create(ops, &context, &args.name, args.uses, args.expires_in);
    let (token, secret) = made.await?;
    let mut text = format!(
        "token = {}\nid = {}\nThe token is shown only now; keep it.\n",
        secret.expose(),
        token.id
    );
    if ops.config.registration.mode != RegistrationMode::Token {
        text.push_str("It is of no use until registration.mode is \"token\".\n");
    }
    let mut json = json!({ "token": secret.expose() });
    views::merge(&mut json, view(&token));
    Ok(Answer::new(text, json))
}

async fn list(ops: &Ops) -> Result<Answer, CliError> {
    let tokens = store::registration::tokens(&ops.db).await?;
    let time = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), Timestamp::rfc3339);
    let row = |token: &RegistrationToken| {
        let left = token.uses_left.map_or("any".to_owned(), |left| left.to_string());
        let (used, expires) = (time(token.last_used_at), time(token.expires_at));
        vec![
            token.id.to_string(),
            token.name.clone(),
            token.hint.clone(),
            left,
            used,
            expires,
        ]
    };
    let rows: Vec<_> = tokens.iter().map(row).collect();
    let json: Vec<_> = tokens.iter().map(view).collect();
    let heads = ["id", "name", "token", "uses left", "last used", "expires"];
    let mut answer = Answer::list("registration_tokens", &heads, &rows, &json);
    if rows.is_empty() {
        "No registration tokens.".clone_into(&mut answer.text);
    }
    Ok(answer)
}

fn view(token: &RegistrationToken) -> Value {
    json!({
        "id": token.id, "name": token.name, "hint": token.hint, "uses_left": token.uses_left,
        "created_at": token.created_at.rfc3339(), "last_used_at": token.last_used_at.map(Timestamp::rfc3339),
        "expires_at": token.expires_at.map(Timestamp::rfc3339),
    })
}

async fn revoke(text: &str, ops: &Ops) -> Result<Answer, CliError> {
    let wrong = || {
        CliError::new(format!(
            "There is no registration token \"{text}\"; ids look like rgt_…"
        ))
    };
    let id: RegistrationTokenId = text.parse().map_err(|_| wrong())?;
    if !ops::registration_tokens::revoke(ops, &Context::cli(), &id).await? {
        return Err(wrong());
    }
    let json = json!({ "id": id, "revoked": true });
    Ok(Answer::new(format!("Token {id} was revoked."), json))
}
