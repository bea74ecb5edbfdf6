//! `gatepost sessions`: who is signed in.

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::domain::audit::Context;
use crate::domain::id::SessionId;
use crate::ops;
use crate::ops::Ops;
use crate::ops::sessions::Ending;

/// `gatepost sessions …`
#[derive(Debug, Subcommand)]
pub enum SessionsCommand {
    /// End one session, or all of a user, with everything that came from them
    End(EndArgs),
}

/// What to end.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct EndArgs {
    /// The id of a session (ses_…)
    session: Option<String>,
    /// All sessions of this user: user name, mail address or id
    #[arg(long)]
    user: Option<String>,
}

/// Runs the command.
pub(super) async fn run(command: &SessionsCommand, ops: &Ops) -> Result<Answer, CliError> {
    let SessionsCommand::End(args) = command;
    if let Some(user) = &args.user {
        let user = lookup::user(ops, user).await?;
        let count = ops::sessions::end_all(ops, &Context::cli(), &user.id, None).await?;
        let text = match count {
            0 => format!("{} had no live session.", user.username),
            1 => format!("1 session of {} was ended.", user.username),
            count => format!("{count} sessions of {} were ended.", user.username),
        };
        return Ok(Answer::new(text, json!({ "ended": count })));
    }
    let text = args.session.as_deref().unwrap_or_default();
    let wrong = || {
        CliError::new(format!(
            "\"{text}\" is not the id of a session; those look like ses_…"
        ))
    };
    let session: SessionId = text.parse().map_err(|_| wrong())?;
    if !ops::sessions::end(ops, &Context::cli(), &session, Ending::Terminated).await? {
        return Err(CliError::new(format!("There is no live session {session}.")));
    }
    Ok(Answer::new(
        format!("Session {session} was ended."),
        json!({ "ended": 1 }),
    ))
}
