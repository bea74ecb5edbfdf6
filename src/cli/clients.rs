//! `gatepost clients`: applications.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::Map;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::cli::metadata;
use crate::cli::metadata::MetadataArgs;
use crate::cli::users::cursor;
use crate::cli::users::paged;
use crate::cli::views;
use crate::domain::audit::Context;
use crate::domain::client::ClientMetadata;
use crate::domain::id::ClientId;
use crate::domain::lifetime::Lifetime;
use crate::domain::page::PageRequest;
use crate::domain::secret::Secret;
use crate::ops;
use crate::ops::Ops;
use crate::ops::clients::SaveClient;
use crate::store;

/// `gatepost clients …`
#[derive(Debug, Subcommand)]
pub enum ClientsCommand {
    /// Register a client
    Create(Box<CreateArgs>),
    /// Change a client's metadata; what is not named stays
    Update(Box<UpdateArgs>),
    /// List clients by name
    List(ListArgs),
    /// Print one client's metadata
    Show(ClientArg),
    /// Disable a client; ends its tokens
    Disable(ClientArg),
    /// Enable a client again
    Enable(ClientArg),
    /// Delete a client and everything issued to it
    Delete(ClientArg),
    /// Make a new secret; the old one keeps working for a while
    RotateSecret(RotateArgs),
}

/// What to register.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The client_id; without it one is made
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The secret; without it one is made. Other users of this machine can see it: prefer --metadata
    #[arg(long, value_name = "SECRET")]
    client_secret: Option<String>,
    /// A JSON file with members of RFC 7591, client_id and client_secret included; - for standard input
    #[arg(long = "metadata", value_name = "FILE")]
    metadata_file: Option<PathBuf>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

/// What to change.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The client_id
    client: String,
    /// A JSON file with members of RFC 7591; null takes one away; - for standard input
    #[arg(long = "metadata", value_name = "FILE")]
    metadata_file: Option<PathBuf>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

/// Which clients, and how many.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Start of a name, or a whole client_id
    #[arg(long, value_name = "TEXT", default_value = "")]
    search: String,
    /// Clients per page
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
    /// The next page: what the page before gave as `next`
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// Which client.
#[derive(Debug, Args)]
pub struct ClientArg {
    /// The client_id
    client: String,
}

/// Which client, and for how long.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// The client_id
    client: String,
    /// How long the old secrets keep working, such as 1d or 0s
    #[arg(long, default_value = "1d")]
    overlap: Lifetime,
}

/// Runs the command.
pub(super) async fn run(command: &ClientsCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        ClientsCommand::Create(args) => create(args, ops).await,
        ClientsCommand::Update(args) => update(args, ops).await,
        ClientsCommand::List(args) => list(args, ops).await,
        ClientsCommand::Show(arg) => {
            let json = views::client(&lookup::client(ops, &arg.client).await?);
            Ok(Answer::new(views::lines(&json), json))
        }
        ClientsCommand::Disable(arg) => set_enabled(ops, &arg.client, false).await,
        ClientsCommand::Enable(arg) => set_enabled(ops, &arg.client, true).await,
        ClientsCommand::Delete(arg) => delete(ops, &arg.client).await,
        ClientsCommand::RotateSecret(args) => rotate(args, ops).await,
    }
}

async fn create(args: &CreateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let file = args
        .metadata_file
        .as_deref()
        .map(metadata::read_object)
        .transpose()?
        .unwrap_or_else(Map::new);
    let mut registration = metadata::merge(file, &args.metadata)?;
    if let Some(id) = &args.client_id {
        registration.id = Some(lookup::client_id(id)?);
    }
    if let Some(secret) = &args.client_secret {
        registration.secret = Some(Secret::new(secret.clone()));
    }
    let metadata = registration.metadata.clone();
    let refused = |details| Err(CliError::refused("The client was not registered.", details));
    let saved = ops::clients::create(
        ops,
        &Context::cli(),
        registration.id,
        registration.secret,
        metadata,
    )
    .await?;
    let (id, secret) = match saved {
        SaveClient::Saved(id, secret) => (id, secret),
        SaveClient::Invalid(problems) => return refused(problems.iter().map(ToString::to_string).collect()),
        SaveClient::Taken => return refused(vec!["client_id is taken".to_owned()]),
        SaveClient::Missing => return refused(vec!["it could not be saved".to_owned()]),
    };
    Ok(saved_answer(&id, secret.as_ref(), &registration.metadata))
}

async fn update(args: &UpdateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let client = lookup::client(ops, &args.client).await?;
    let file = args
        .metadata_file
        .as_deref()
        .map(metadata::read_object)
        .transpose()?
        .unwrap_or_else(Map::new);
    let metadata = metadata::change(&client.metadata, file, &args.metadata)?;
    match ops::clients::update(ops, &Context::cli(), &client.id, metadata.clone()).await? {
        SaveClient::Saved(id, secret) => Ok(saved_answer(&id, secret.as_ref(), &metadata)),
        SaveClient::Invalid(problems) => {
            let details = problems.iter().map(ToString::to_string).collect();
            Err(CliError::refused("The client was not changed.", details))
        }
        SaveClient::Taken | SaveClient::Missing => Err(CliError::new("The client is gone.")),
    }
}

/// What is registered now, with the secret where one was made.
fn saved_answer(id: &ClientId, secret: Option<&Secret<String>>, metadata: &ClientMetadata) -> Answer {
    let mut json = json!({ "client_id": id });
    let mut text = format!("client_id = {id}\n");
    if let Some(secret) = secret {
        views::merge(&mut json, json!({ "client_secret": secret.expose() }));
        let _ = writeln!(
            text,
            "client_secret = {} (shown only now; keep it)",
            secret.expose()
        );
    }
    text.push_str(&views::lines(&json!(metadata)));
    views::merge(&mut json, json!(metadata));
    Answer::new(text, json)
}

async fn list(args: &ListArgs, ops: &Ops) -> Result<Answer, CliError> {
    let cursor = cursor(args.after.as_deref())?;
    let request = PageRequest {
        cursor,
        size: args.limit,
        ..PageRequest::default()
    };
    let page = store::clients::list(&ops.db, &args.search, &request).await?;
    let rows: Vec<_> = page
        .rows
        .iter()
        .map(|client| {
            let method = client.metadata.token_endpoint_auth_method.as_str().to_owned();
            let state = if client.enabled { "enabled" } else { "disabled" };
            vec![
                client.id.to_string(),
                client.name().to_owned(),
                method,
                state.to_owned(),
            ]
        })
        .collect();
    let json: Vec<_> = page.rows.iter().map(views::client).collect();
    let mut answer = Answer::list(
        "clients",
        &["client_id", "name", "authentication", "state"],
        &rows,
        &json,
    );
    paged(&mut answer, page.next.as_ref());
    Ok(answer)
}

async fn set_enabled(ops: &Ops, client: &str, enabled: bool) -> Result<Answer, CliError> {
    let client = lookup::client(ops, client).await?;
    let changed = ops::clients::set_enabled(ops, &Context::cli(), &client.id, enabled).await?;
    let state = if enabled { "enabled" } else { "disabled" };
    let text = if changed {
        format!("Client {} is {state} now.", client.id)
    } else {
        format!("Client {} was {state} already.", client.id)
    };
    Ok(Answer::new(
        text,
        json!({ "client_id": client.id, "enabled": enabled, "changed": changed }),
    ))
}

async fn delete(ops: &Ops, client: &str) -> Result<Answer, CliError> {
    let client = lookup::client(ops, client).await?;
    ops::clients::delete(ops, &Context::cli(), &client.id).await?;
    let json = json!({ "client_id": client.id, "deleted": true });
    Ok(Answer::new(format!("Client {} was deleted.", client.id), json))
}

async fn rotate(args: &RotateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let client = lookup::client(ops, &args.client).await?;
    let secret = ops::clients::rotate_secret(ops, &Context::cli(), &client.id, args.overlap).await?;
    let public = || CliError::new(format!("Client {} is public and has no secret.", client.id));
    let secret = secret.ok_or_else(public)?;
    let text = format!(
        "client_secret = {}\nThe secret is shown only now; keep it. Older ones work for another {}.",
        secret.expose(),
        args.overlap
    );
    let json = json!({
        "client_id": client.id, "client_secret": secret.expose(), "overlap_seconds": args.overlap.as_secs(),
    });
    Ok(Answer::new(text, json))
}
