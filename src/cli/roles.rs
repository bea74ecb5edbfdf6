//! `gatepost roles`: what people may do.

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::cli::views;
use crate::domain::audit::Context;
use crate::domain::permission::Area;
use crate::ops;
use crate::ops::Ops;
use crate::ops::roles::Assigned;
use crate::ops::roles::RoleInput;
use crate::ops::roles::Save;
use crate::store;

/// `gatepost roles …`
#[derive(Debug, Subcommand)]
pub enum RolesCommand {
    /// Create a role
    Create(CreateArgs),
    /// Give a role to a user
    Assign(AssignArgs),
    /// Take a role from a user
    Unassign(AssignArgs),
    /// List roles
    List(ListArgs),
}

/// The new role.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The name, as it appears in the `roles` claim
    name: String,
    /// The client it belongs to; without it the role is global
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
    /// What the role is for
    #[arg(long, default_value = "")]
    description: String,
    /// A permission in the console, such as users:read or users:write; may be repeated
    #[arg(long = "permission", value_name = "PERMISSION")]
    permissions: Vec<String>,
}

/// Whose role.
#[derive(Debug, Args)]
pub struct AssignArgs {
    /// User name, mail address or id
    user: String,
    /// Name or id of the role; gatepost-admin may do everything in the console
    role: String,
    /// The client whose role it is
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
}

/// Which roles.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only the roles of this user, directly or through a group
    #[arg(long)]
    user: Option<String>,
    /// Only the roles of this client
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
}

/// Runs the command.
pub(super) async fn run(command: &RolesCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        RolesCommand::Create(args) => create(args, ops).await,
        RolesCommand::Assign(args) => assign(args, ops, true).await,
        RolesCommand::Unassign(args) => assign(args, ops, false).await,
        RolesCommand::List(args) => list(args, ops).await,
    }
}

async fn create(args: &CreateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let client_id = args.client.as_deref().map(lookup::client_id).transpose()?;
    let input = RoleInput {
        name: args.name.clone(),
        description: args.description.clone(),
        client_id: client_id.clone(),
        permissions: args.permissions.clone(),
    };
    let refused = |detail: String| Err(CliError::refused("The role was not created.", vec![detail]));
    match ops::roles::create(ops, &Context::cli(), input).await? {
        Save::Saved(id) => {
            let json = json!({ "id": id, "name": args.name, "client_id": client_id });
            Ok(Answer::new(format!("Role {} was created: {id}", args.name), json))
        }
        Save::Invalid("permissions", problem) => {
            let known: Vec<_> = Area::ALL.iter().map(|area| area.as_str()).collect();
            refused(format!(
                "permissions {problem}; each is AREA:read or AREA:write with one of {}",
                known.join(", ")
            ))
        }
        Save::Invalid(field, problem) => refused(format!("{field} {problem}")),
        Save::Taken => refused(format!("there is a role {} already", args.name)),
        Save::Missing => refused("there is no such client".to_owned()),
        Save::Locked => refused("the built-in role cannot be changed".to_owned()),
    }
}

async fn assign(args: &AssignArgs, ops: &Ops, give: bool) -> Result<Answer, CliError> {
    let user = lookup::user(ops, &args.user).await?;
    let client = match &args.client {
        Some(client) => Some(lookup::client(ops, client).await?.id),
        None => None,
    };
    let role = lookup::role(ops, &args.role, client.as_ref()).await?;
    let context = Context::cli();
    let outcome = if give {
        ops::roles::assign(ops, &context, &user.id, &role.id).await?
    } else {
        ops::roles::unassign(ops, &context, &user.id, &role.id).await?
    };
    let (name, user_name) = (&role.name, &user.username);
    let text = match (outcome, give) {
        (Assigned::Done, true) => format!("{user_name} has the role {name} now."),
        (Assigned::Done, false) => format!("{user_name} does not have the role {name} any more."),
        (Assigned::Unchanged, true) => format!("{user_name} had the role {name} already."),
        (Assigned::Unchanged, false) => format!("{user_name} did not have the role {name} directly."),
        (Assigned::Missing, _) => return Err(CliError::new("The role or the user has just been deleted.")),
        (Assigned::LastAdmin, _) => {
            return Err(CliError::new(format!(
                "{user_name} is the last one who can manage people and keeps {name}."
            )));
        }
    };
    let json = json!({ "user": user.id, "role": role.id, "changed": outcome == Assigned::Done });
    Ok(Answer::new(text, json))
}

async fn list(args: &ListArgs, ops: &Ops) -> Result<Answer, CliError> {
    let mut roles = match &args.user {
        Some(user) => {
            let user = lookup::user(ops, user).await?;
            store::roles::of_user(&ops.db, &user.id)
                .await?
                .into_iter()
                .map(|r| r.role)
                .collect()
        }
        None => store::roles::list(&ops.db).await?,
    };
    if let Some(client) = &args.client {
        let client = lookup::client(ops, client).await?.id;
        roles.retain(|role| role.client_id.as_ref() == Some(&client));
    }
    let rows: Vec<_> = roles
        .iter()
        .map(|role| {
            let client = role
                .client_id
                .as_ref()
                .map_or("-".to_owned(), ToString::to_string);
            vec![
                role.id.to_string(),
                role.name.clone(),
                client,
                role.members.to_string(),
                role.description.clone(),
            ]
        })
        .collect();
    let json: Vec<_> = roles.iter().map(views::role).collect();
    Ok(Answer::list(
        "roles",
        &["id", "name", "client", "members", "description"],
        &rows,
        &json,
    ))
}
