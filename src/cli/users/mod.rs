//! `gatepost users`: people.

mod create;
mod list;

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::cli::password::PasswordArgs;
use crate::domain::audit::Context;
use crate::domain::user::UserStatus;
use crate::ops;
use crate::ops::Ops;
use crate::ops::users::Changed;

pub(super) use create::saved;
pub(super) use list::cursor;
pub(super) use list::paged;

/// `gatepost users …`
#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// Create a user
    Create(Box<create::CreateArgs>),
    /// List users, newest last
    List(list::ListArgs),
    /// Print one user
    Show(UserArg),
    /// Set a password; ends the user's sessions and tokens
    SetPassword(SetPasswordArgs),
    /// Disable a user; ends their sessions and tokens
    Disable(UserArg),
    /// Enable a user again
    Enable(UserArg),
    /// Delete a user and everything that belongs to them
    Delete(UserArg),
    /// Print a one-time link with which the user chooses a new password
    ResetLink(UserArg),
}

/// Who is meant.
#[derive(Debug, Args)]
pub struct UserArg {
    /// User name, mail address or id
    user: String,
}

/// Whose password, and from where.
#[derive(Debug, Args)]
pub struct SetPasswordArgs {
    /// User name, mail address or id
    user: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Runs the command.
pub(super) async fn run(command: &UsersCommand, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        UsersCommand::Create(args) => create::run(args, ops).await,
        UsersCommand::List(args) => list::run(args, ops).await,
        UsersCommand::Show(arg) => list::show(ops, &arg.user).await,
        UsersCommand::SetPassword(args) => set_password(args, ops).await,
        UsersCommand::Disable(arg) => set_status(ops, &arg.user, UserStatus::Disabled).await,
        UsersCommand::Enable(arg) => set_status(ops, &arg.user, UserStatus::Active).await,
        UsersCommand::Delete(arg) => delete(ops, &arg.user).await,
        UsersCommand::ResetLink(arg) => reset_link(ops, &arg.user).await,
    }
}

async fn set_password(args: &SetPasswordArgs, ops: &Ops) -> Result<Answer, CliError> {
    let user = lookup::user(ops, &args.user).await?;
    let password = args.password.read()?;
    let outcome = ops::users::set_password(ops, &Context::cli(), &user.id, password).await?;
    let id = saved("The password was not changed.", outcome)?;
    let text = format!("{} has a new password; all sessions have ended.", user.username);
    Ok(Answer::new(text, json!({ "id": id, "username": user.username })))
}

async fn set_status(ops: &Ops, user: &str, status: UserStatus) -> Result<Answer, CliError> {
    let user = lookup::user(ops, user).await?;
    let changed = ops::users::set_status(ops, &Context::cli(), &user.id, status).await?;
    let text = match changed {
        Changed::Done => format!("{} is {} now.", user.username, status.as_str()),
        Changed::Unchanged => format!("{} was {} already.", user.username, status.as_str()),
        Changed::LastAdmin => return Err(last_admin(&user.username)),
    };
    let json = json!({
        "id": user.id, "username": user.username, "status": status.as_str(), "changed": changed == Changed::Done,
    });
    Ok(Answer::new(text, json))
}

async fn delete(ops: &Ops, user: &str) -> Result<Answer, CliError> {
    let user = lookup::user(ops, user).await?;
    match ops::users::delete(ops, &Context::cli(), &user.id).await? {
        Changed::Done | Changed::Unchanged => {
            let json = json!({ "id": user.id, "username": user.username, "deleted": true });
            Ok(Answer::new(format!("{} was deleted.", user.username), json))
        }
        Changed::LastAdmin => Err(last_admin(&user.username)),
    }
}

fn last_admin(username: &str) -> CliError {
    CliError::new(format!(
        "{username} is the last one who can manage people. \
         Give somebody else that right first, for example with `gatepost roles assign USER gatepost-admin`."
    ))
}

async fn reset_link(ops: &Ops, user: &str) -> Result<Answer, CliError> {
    let user = lookup::user(ops, user).await?;
    let link = ops::links::make_reset_link(ops, &Context::cli(), &user.id).await?;
    let gone = || CliError::new(format!("{} has just been deleted.", user.username));
    let link = link.ok_or_else(gone)?;
    let text = format!("{}\nIt works once, until {}.", link.url.expose(), link.expires_at);
    let json = json!({ "id": user.id, "url": link.url.expose(), "expires_at": link.expires_at.rfc3339() });
    Ok(Answer::new(text, json))
}
