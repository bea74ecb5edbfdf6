//! The first start: an administrator from the configuration, or a link for making one.

use serde_json::Value;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::users;
use crate::domain::audit::Actor;
use crate::domain::audit::Context;
use crate::domain::user::UserInput;
use crate::ops;
use crate::ops::Ops;

/// Makes sure that somebody can get in. What it says is for the operator's terminal alone.
pub(super) async fn run(ops: &Ops) -> Result<Option<Answer>, CliError> {
    if ops::bootstrap::has_admin(ops).await? {
        return Ok(None);
    }
    let wanted = ops.config.admin.bootstrap.as_ref();
    let Some((wanted, password)) = wanted.and_then(|admin| Some((admin, admin.password.clone()?))) else {
        return link(ops).await.map(Some);
    };
    let input = UserInput {
        username: wanted.username.clone(),
        email: Some(wanted.email.clone()),
        email_verified: true,
        ..UserInput::default()
    };
    let context = Context {
        actor: Actor::System,
        ..Context::cli()
    };
    let outcome = ops::bootstrap::create_admin(ops, &context, input, password).await?;
    let id = users::saved("The first administrator was not created.", outcome)?;
    tracing::info!(user = %id, "created the first administrator");
    Ok(None)
}

async fn link(ops: &Ops) -> Result<Answer, CliError> {
    let link = ops::bootstrap::make_setup_link(ops).await?;
    tracing::warn!("there is no administrator; a one-time set-up link was printed to standard output");
    let url = link.url.expose();
    let text = format!(
        "\nThere is no administrator yet. Open this link to become the first one:\n\n    {url}\n\n\
         It works once, until {}. `gatepost setup-link` prints another.\n",
        link.expires_at
    );
    let json: Value = json!({ "setup_link": { "url": url, "expires_at": link.expires_at.rfc3339() } });
    Ok(Answer::new(text, json))
}
