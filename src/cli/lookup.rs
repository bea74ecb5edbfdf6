//! From what somebody types to what it means: a user by name, mail address or id; a role, group or client by name or
//! id.

use crate::cli::error::CliError;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::role::ADMIN_ROLE;
use crate::domain::role::Group;
use crate::domain::role::Role;
use crate::domain::user::User;
use crate::ops;
use crate::ops::Ops;
use crate::store;

/// A user by user name, mail address or id.
pub(super) async fn user(ops: &Ops, text: &str) -> Result<User, CliError> {
    let by_id = match text.parse() {
        Ok(id) => store::users::find(&ops.db, &id).await?,
        Err(_) => None,
    };
    let found = match by_id {
        Some(user) => Some(user),
        None => store::users::find_for_sign_in(&ops.db, text)
            .await?
            .map(|candidate| candidate.user),
    };
    found.ok_or_else(|| {
        CliError::new(format!(
            "There is no user \"{text}\". Give a user name, a mail address or an id (usr_…)."
        ))
    })
}

/// A role by id or name: a client's, or a global one. The built-in role is made when it is asked for first.
pub(super) async fn role(ops: &Ops, text: &str, client: Option<&ClientId>) -> Result<Role, CliError> {
    if text == ADMIN_ROLE && client.is_none() {
        ops::bootstrap::ensure_admin_role(ops).await?;
    }
    let by_id = match text.parse::<RoleId>() {
        Ok(id) => store::roles::find(&ops.db, &id).await?,
        Err(_) => None,
    };
    let found = match by_id {
        Some(role) => Some(role),
        None => store::roles::find_by_name(&ops.db, text, client).await?,
    };
    found.ok_or_else(|| match client {
        Some(client) => CliError::new(format!("The client {client} has no role \"{text}\".")),
        None => CliError::new(format!(
            "There is no global role \"{text}\". Roles of a client need --client."
        )),
    })
}

/// A group by id or name.
pub(super) async fn group(ops: &Ops, text: &str) -> Result<Group, CliError> {
    let by_id = match text.parse::<GroupId>() {
        Ok(id) => store::groups::find(&ops.db, &id).await?,
        Err(_) => None,
    };
    let found = match by_id {
        Some(group) => Some(group),
        None => store::groups::find_by_name(&ops.db, text).await?,
    };
    found.ok_or_else(|| CliError::new(format!("There is no group \"{text}\".")))
}

/// A client by its id.
pub(super) async fn client(ops: &Ops, text: &str) -> Result<Client, CliError> {
    let id = client_id(text)?;
    let found = store::clients::find(&ops.db, &id).await?;
    found.ok_or_else(|| CliError::new(format!("There is no client \"{id}\".")))
}

/// A text that can be a `client_id`.
pub(super) fn client_id(text: &str) -> Result<ClientId, CliError> {
    let rule = "A client_id has 1 to 255 visible ASCII characters and no spaces.";
    text.parse().map_err(|_| CliError::new(rule))
}
