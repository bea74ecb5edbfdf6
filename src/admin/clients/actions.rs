//! What can be done to a client: disable, enable, delete.

use axum::response::Response;

use crate::admin::clients::SECTION;
use crate::admin::clients::WRITE;
use crate::admin::clients::frame;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::question::Question;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::error::PageError;
use crate::ops;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;

/// The questions of the page's head.
pub(super) fn questions(client: &Client) -> Vec<Question> {
    vec![
        if client.enabled {
            disable_question(client)
        } else {
            enable_question(client)
        },
        delete_question(client),
    ]
}

fn disable_question(client: &Client) -> Question {
    Question {
        id: "disable",
        opener: "Disable…",
        title: format!("Disable {}?", client.name()),
        text: "Nobody can sign in to it any more, and every token it has stops working at once.".to_owned(),
        action: format!("{}/disable", link::client(&client.id)),
        verb: "Disable client",
        ..Question::default()
    }
}

fn enable_question(client: &Client) -> Question {
    Question {
        id: "enable",
        opener: "Enable…",
        title: format!("Enable {}?", client.name()),
        text: "People can sign in to it again. Tokens from before stay ended.".to_owned(),
        action: format!("{}/enable", link::client(&client.id)),
        verb: "Enable client",
        harmless: true,
        ..Question::default()
    }
}

fn delete_question(client: &Client) -> Question {
    Question {
        id: "delete",
        opener: "Delete…",
        title: format!("Delete {}?", client.name()),
        text: "The client, its secrets, roles, consents and tokens are deleted. This cannot be undone."
            .to_owned(),
        action: format!("{}/delete", link::client(&client.id)),
        verb: "Delete client",
        type_this: client.name().to_owned(),
        ..Question::default()
    }
}

fn back(id: &ClientId) -> (&'static str, String) {
    ("Back to the client", link::client(id))
}

/// `GET /admin/clients/{id}/disable`.
pub(super) async fn ask_disable(mut admin: Admin, Path(id): Path<ClientId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let client = frame::find(&admin, &id).await?;
    disable_question(&client).page(&mut admin, back(&id)).await
}

/// `POST /admin/clients/{id}/disable`.
pub(super) async fn disable(
    admin: Admin,
    Path(id): Path<ClientId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    set_enabled(admin, &id, false, "Client disabled.").await
}

/// `GET /admin/clients/{id}/enable`.
pub(super) async fn ask_enable(mut admin: Admin, Path(id): Path<ClientId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let client = frame::find(&admin, &id).await?;
    enable_question(&client).page(&mut admin, back(&id)).await
}

/// `POST /admin/clients/{id}/enable`.
pub(super) async fn enable(
    admin: Admin,
    Path(id): Path<ClientId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    set_enabled(admin, &id, true, "Client enabled.").await
}

async fn set_enabled(
    mut admin: Admin,
    id: &ClientId,
    enabled: bool,
    said: &str,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    frame::find(&admin, id).await?;
    let changed = ops::clients::set_enabled(admin.ops(), &admin.context(), id, enabled).await?;
    let text = if changed {
        said
    } else {
        "Nothing to change: the client was in that state already."
    };
    admin
        .done(if changed { "ok" } else { "info" }, text, &link::client(id))
        .await
}

/// `GET /admin/clients/{id}/delete`.
pub(super) async fn ask_delete(mut admin: Admin, Path(id): Path<ClientId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let client = frame::find(&admin, &id).await?;
    delete_question(&client).page(&mut admin, back(&id)).await
}

/// `POST /admin/clients/{id}/delete`.
pub(super) async fn delete(
    mut admin: Admin,
    Path(id): Path<ClientId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let client = frame::find(&admin, &id).await?;
    if let Some(again) = delete_question(&client)
        .check(&mut admin, &form, back(&id))
        .await?
    {
        return Ok(again);
    }
    ops::clients::delete(admin.ops(), &admin.context(), &id).await?;
    admin.done("ok", "Client deleted.", SECTION.path).await
}
