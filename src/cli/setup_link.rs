//! `gatepost setup-link`: the way in while there is no administrator.

use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::ops;
use crate::ops::Ops;

/// Makes a new link; the ones before become worthless.
pub(super) async fn run(ops: &Ops) -> Result<Answer, CliError> {
    if ops::bootstrap::has_admin(ops).await? {
        let message = "There is an administrator already. \
            Use `gatepost users reset-link USER` to let somebody choose a new password.";
        return Err(CliError::new(message));
    }
    let link = ops::bootstrap::make_setup_link(ops).await?;
    let text = format!("{}\nIt works once, until {}.", link.url.expose(), link.expires_at);
    Ok(Answer::new(
        text,
        json!({ "url": link.url.expose(), "expires_at": link.expires_at.rfc3339() }),
    ))
}
