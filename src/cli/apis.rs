//! `gatepost apis`: resource servers that tokens can be for.

use clap::Args;
use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::domain::api::Api;
use crate::domain::api::ApiSettings;
use crate::domain::api::Described;
use crate::domain::audit::Context;
use crate::domain::id::ApiId;
use crate::ops;
use crate::ops::Ops;
use crate::ops::roles::Save;
use crate::store;

/// `gatepost apis …`
#[derive(Debug, Subcommand)]
pub enum ApisCommand {
    /// Register an API
    Create(CreateArgs),
    /// List APIs
    List,
    /// Change what is given; the rest stays
    Update(UpdateArgs),
    /// Delete an API
    Delete(NamedArgs),
    /// Print the document to serve at the API's own address (RFC 9728)
    Metadata(NamedArgs),
}

/// What can be said of an API.
#[derive(Debug, Args)]
pub(super) struct SettingsArgs {
    /// A scope and what the consent page says of it, such as "invoices:read See your invoices"
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// A type of authorization_details (RFC 9396) and what the consent page says of it
    #[arg(long = "details-type", value_name = "TYPE")]
    details_types: Vec<String>,
    /// The client by which the API itself introspects tokens
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
}

/// The new API.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// An absolute URI without fragment: the `resource` of requests and `aud` of tokens
    identifier: String,
    /// The name people see
    #[arg(long)]
    name: String,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// What to change. A list that is given replaces the whole list.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Identifier or id
    api: String,
    /// The name people see
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    settings: SettingsArgs,
    /// No client introspects tokens for the API any more
    #[arg(long, conflicts_with = "client")]
    no_client: bool,
}

/// Which API.
#[derive(Debug, Args)]
pub struct NamedArgs {
    /// Identifier or id
    api: String,
}

/// Runs the command.
pub(super) async fn run(command: &ApisCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        ApisCommand::Create(args) => create(args, ops).await,
        ApisCommand::List => list(ops).await,
        ApisCommand::Update(args) => update(args, ops).await,
        ApisCommand::Delete(args) => delete(args, ops).await,
        ApisCommand::Metadata(args) => metadata(args, ops).await,
    }
}

async fn find(ops: &Ops, text: &str) -> Result<Api, CliError> {
    let found = match text.parse::<ApiId>() {
        Ok(id) => store::apis::find(&ops.db, &id).await?,
        Err(_) => store::apis::find_by_identifier(&ops.db, text).await?,
    };
    found.ok_or_else(|| CliError::new(format!("There is no API \"{text}\".")))
}

fn described(lines: &[String]) -> Vec<Described> {
    lines.iter().map(|line| Described::parse(line)).collect()
}

fn saved(done: Save<ApiId>, what: &str) -> Result<ApiId, CliError> {
    let detail = match done {
        Save::Saved(id) => return Ok(id),
        Save::Invalid(field, problem) => format!("{field} {problem}"),
        Save::Taken => "there is an API with that identifier already".to_owned(),
        Save::Missing | Save::Locked => "it has just been deleted".to_owned(),
    };
    Err(CliError::refused(what, vec![detail]))
}

async fn create(args: &CreateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let client_id = args
        .settings
        .client
        .as_deref()
        .map(lookup::client_id)
        .transpose()?;
    let settings = ApiSettings {
        identifier: args.identifier.clone(),
        name: args.name.clone(),
        scopes: described(&args.settings.scopes),
        details_types: described(&args.settings.details_types),
        client_id,
    };
    let made = ops::apis::create(ops, &Context::cli(), settings).await?;
    let id = saved(made, "The API was not registered.")?;
    let json = json!({ "id": id, "identifier": args.identifier });
    Ok(Answer::new(
        format!("API {} was registered: {id}", args.identifier),
        json,
    ))
}

async fn update(args: &UpdateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let Api { id, mut settings, .. } = find(ops, &args.api).await?;
    if let Some(name) = &args.name {
        settings.name.clone_from(name);
    }
    if !args.settings.scopes.is_empty() {
        settings.scopes = described(&args.settings.scopes);
    }
    if !args.settings.details_types.is_empty() {
        settings.details_types = described(&args.settings.details_types);
    }
    if let Some(client) = &args.settings.client {
        settings.client_id = Some(lookup::client_id(client)?);
    }
    if args.no_client {
        settings.client_id = None;
    }
    let identifier = settings.identifier.clone();
    let done = ops::apis::update(ops, &Context::cli(), &id, settings).await?;
    let id = saved(done, "The API was not changed.")?;
    let json = json!({ "id": id, "identifier": identifier });
    Ok(Answer::new(format!("API {identifier} was changed."), json))
}

async fn delete(args: &NamedArgs, ops: &Ops) -> Result<Answer, CliError> {
    let api = find(ops, &args.api).await?;
    let done = ops::apis::delete(ops, &Context::cli(), &api.id).await?;
    let id = saved(done, "The API was not deleted.")?;
    let identifier = &api.settings.identifier;
    let json = json!({ "id": id, "identifier": identifier });
    Ok(Answer::new(format!("API {identifier} was deleted."), json))
}

async fn metadata(args: &NamedArgs, ops: &Ops) -> Result<Answer, CliError> {
    let document = ops::apis::metadata(ops, &find(ops, &args.api).await?);
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    Ok(Answer::new(text, document))
}

async fn list(ops: &Ops) -> Result<Answer, CliError> {
    let apis = store::apis::list(&ops.db).await?;
    let names = |list: &[Described]| list.iter().map(|d| d.name.clone()).collect::<Vec<_>>().join(" ");
    let row = |api: &Api| {
        let settings = &api.settings;
        let client = settings.client_id.as_ref().map(ToString::to_string);
        vec![
            api.id.to_string(),
            settings.identifier.clone(),
            settings.name.clone(),
            names(&settings.scopes),
            names(&settings.details_types),
            client.unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = apis.iter().map(row).collect();
    let json: Vec<Value> = apis
        .iter()
        .map(|api| {
            let mut json = json!(api.settings);
            json["id"] = json!(api.id);
            json["created_at"] = json!(api.created_at.rfc3339());
            json
        })
        .collect();
    let heads = ["id", "identifier", "name", "scopes", "details types", "client"];
    Ok(Answer::list("apis", &heads, &rows, &json))
}
