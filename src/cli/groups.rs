//! `gatepost groups`: people with something in common.

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::domain::audit::Context;
use crate::ops;
use crate::ops::Ops;
use crate::ops::roles::Assigned;
use crate::ops::roles::Save;
use crate::store;

/// `gatepost groups …`
#[derive(Debug, Subcommand)]
pub enum GroupsCommand {
    /// Create a group
    Create(CreateArgs),
    /// Put a user into a group
    Add(MemberArgs),
    /// Take a user out of a group
    Remove(MemberArgs),
    /// List groups
    List,
}

/// The new group.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The name, as it appears in the `groups` claim
    name: String,
    /// What the group is for
    #[arg(long, default_value = "")]
    description: String,
}

/// Who, in which group.
#[derive(Debug, Args)]
pub struct MemberArgs {
    /// Name or id of the group
    group: String,
    /// User name, mail address or id
    user: String,
}

/// Runs the command.
pub(super) async fn run(command: &GroupsCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        GroupsCommand::Create(args) => create(args, ops).await,
        GroupsCommand::Add(args) => member(args, ops, true).await,
        GroupsCommand::Remove(args) => member(args, ops, false).await,
        GroupsCommand::List => list(ops).await,
    }
}

async fn create(args: &CreateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let refused = |detail: String| Err(CliError::refused("The group was not created.", vec![detail]));
    match ops::groups::create(ops, &Context::cli(), &args.name, &args.description).await? {
        Save::Saved(id) => {
            let json = json!({ "id": id, "name": args.name });
            Ok(Answer::new(
                format!("Group {} was created: {id}", args.name),
                json,
            ))
        }
        Save::Invalid(field, problem) => refused(format!("{field} {problem}")),
        Save::Taken => refused(format!("there is a group {} already", args.name)),
        Save::Missing | Save::Locked => refused("it could not be saved".to_owned()),
    }
}

async fn member(args: &MemberArgs, ops: &Ops, add: bool) -> Result<Answer, CliError> {
    let group = lookup::group(ops, &args.group).await?;
    let user = lookup::user(ops, &args.user).await?;
    let context = Context::cli();
    let outcome = if add {
        ops::groups::add_member(ops, &context, &group.id, &user.id).await?
    } else {
        ops::groups::remove_member(ops, &context, &group.id, &user.id).await?
    };
    let (name, user_name) = (&group.name, &user.username);
    let text = match (outcome, add) {
        (Assigned::Done, true) => format!("{user_name} is in {name} now."),
        (Assigned::Done, false) => format!("{user_name} is not in {name} any more."),
        (Assigned::Unchanged, true) => format!("{user_name} was in {name} already."),
        (Assigned::Unchanged, false) => format!("{user_name} was not in {name}."),
        (Assigned::Missing, _) => return Err(CliError::new("The group or the user has just been deleted.")),
        (Assigned::LastAdmin, _) => {
            let why = "is the last one who can manage people, through that group, and stays in";
            return Err(CliError::new(format!("{user_name} {why} {name}.")));
        }
    };
    let json = json!({ "group": group.id, "user": user.id, "changed": outcome == Assigned::Done });
    Ok(Answer::new(text, json))
}

async fn list(ops: &Ops) -> Result<Answer, CliError> {
    let groups = store::groups::list(&ops.db).await?;
    let rows: Vec<_> = groups
        .iter()
        .map(|g| {
            vec![
                g.id.to_string(),
                g.name.clone(),
                g.members.to_string(),
                g.description.clone(),
            ]
        })
        .collect();
    let json: Vec<_> = groups
        .iter()
        .map(|g| {
            json!({
                "id": g.id, "name": g.name, "description": g.description, "members": g.members,
                "created_at": g.created_at.rfc3339(),
            })
        })
        .collect();
    Ok(Answer::list(
        "groups",
        &["id", "name", "members", "description"],
        &rows,
        &json,
    ))
}
