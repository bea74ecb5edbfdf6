//! The credentials tab: secrets, of which two may overlap while a deployment changes over.

use askama::Template;
use askama_web::WebTemplate;
use axum::response::Response;

use crate::admin::clients::WRITE;
use crate::admin::clients::frame;
use crate::admin::clients::frame::Frame;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::question::Question;
use crate::domain::client::AuthMethod;
use crate::domain::client::Client;
use crate::domain::client::ClientSecret;
use crate::domain::id::ClientId;
use crate::domain::id::SecretId;
use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;
use crate::error::PageError;
use crate::ops;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::path::PathPair;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::when::When;

#[derive(Template, WebTemplate)]
#[template(path = "admin/clients/credentials.html")]
pub(super) struct CredentialsPage {
    shell: Shell,
    frame: Frame,
    /// How a client without a secret proves who it is.
    instead: Option<&'static str>,
    secrets: Vec<SecretRow>,
    more: Vec<Question>,
}

struct SecretRow {
    hint: String,
    live: bool,
    created: When,
    expires: Option<When>,
    remove: Option<String>,
}

/// How long the old secret goes on working: value, words, lifetime.
const OVERLAPS: &[(&str, Lifetime)] = &[
    ("1d", Lifetime::from_days(1)),
    ("7d", Lifetime::from_days(7)),
    ("now", Lifetime::ZERO),
];
const CHOICES: &[(&str, &str)] = &[
    ("1d", "Old secrets work for 1 more day"),
    ("7d", "Old secrets work for 7 more days"),
    ("now", "Old secrets stop working now"),
];

/// What a client of this method has in place of a secret.
fn instead_of_a_secret(method: AuthMethod) -> Option<&'static str> {
    match method {
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost | AuthMethod::ClientSecretJwt => None,
        AuthMethod::None => Some("This is a public client: it has no secret and proves itself by PKCE."),
        AuthMethod::PrivateKeyJwt => Some(
            "This client has no secret: it signs with a key of its own. Its public keys are in the settings.",
        ),
        AuthMethod::TlsClientAuth => {
            Some("This client has no secret: it shows a certificate, whose name is in the settings.")
        }
        AuthMethod::SelfSignedTlsClientAuth => {
            Some("This client has no secret: it shows a certificate that is among its keys in the settings.")
        }
    }
}

fn is_live(secret: &ClientSecret, now: Timestamp) -> bool {
    secret.expires_at.is_none_or(|at| at > now)
}

fn tab(id: &ClientId) -> String {
    format!("{}/credentials", link::client(id))
}

fn rotate_question(client: &Client) -> Question {
    Question {
        id: "rotate",
        opener: "Rotate secret…",
        title: format!("Make a new secret for {}?", client.name()),
        text: "The new secret is shown once. Deploy it while the old one still works.".to_owned(),
        action: format!("{}/rotate", tab(&client.id)),
        verb: "Rotate secret",
        harmless: true,
        choices: CHOICES,
        ..Question::default()
    }
}

fn remove_question(client: &Client, secret: &ClientSecret) -> Question {
    Question {
        id: "remove",
        title: format!("Remove the secret {}?", secret.hint),
        text: format!("Whatever still uses it can no longer act as {}.", client.name()),
        action: format!("{}/{}/remove", tab(&client.id), secret.id),
        verb: "Remove secret",
        ..Question::default()
    }
}

/// `GET /admin/clients/{id}/credentials`.
pub(super) async fn page(mut admin: Admin, Path(id): Path<ClientId>) -> Result<CredentialsPage, PageError> {
    let frame = frame::frame(&admin, &id, "/credentials").await?;
    let shell = admin.shell(frame.client.name()).await?;
    let now = admin.now();
    let secrets = &frame.client.secrets;
    let others = |secret: &ClientSecret| secrets.iter().any(|s| s.id != secret.id && is_live(s, now));
    let row = |secret: &ClientSecret| SecretRow {
        hint: secret.hint.clone(),
        live: is_live(secret, now),
        created: When::exact(secret.created_at),
        expires: secret.expires_at.map(When::exact),
        remove: (frame.may_write && others(secret)).then(|| format!("{}/{}/remove", tab(&id), secret.id)),
    };
    let instead = instead_of_a_secret(frame.client.metadata.token_endpoint_auth_method);
    Ok(CredentialsPage {
        secrets: secrets.iter().rev().map(row).collect(),
        more: (frame.may_write && instead.is_none())
            .then(|| rotate_question(&frame.client))
            .into_iter()
            .collect(),
        instead,
        frame,
        shell,
    })
}

/// `GET /admin/clients/{id}/credentials/rotate`.
pub(super) async fn ask_rotate(mut admin: Admin, Path(id): Path<ClientId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let client = frame::find(&admin, &id).await?;
    rotate_question(&client)
        .page(&mut admin, ("Credentials", tab(&id)))
        .await
}

/// `POST /admin/clients/{id}/credentials/rotate`.
pub(super) async fn rotate(
    mut admin: Admin,
    Path(id): Path<ClientId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let wish = form.get("choice").unwrap_or("1d");
    let found = OVERLAPS.iter().find(|(value, _)| *value == wish);
    let (_, overlap) =
        found.ok_or_else(|| PageError::bad_request("The choice is not one of those offered."))?;
    let Some(secret) = ops::clients::rotate_secret(admin.ops(), &admin.context(), &id, *overlap).await?
    else {
        return Err(PageError::not_found());
    };
    admin
        .visit
        .flash_secret("New secret made.", "Client secret", secret.into_inner())
        .await?;
    Ok(redirect::to_own_page(&tab(&id)))
}

async fn find(admin: &Admin, id: &ClientId, secret: &SecretId) -> Result<(Client, ClientSecret), PageError> {
    let client = frame::find(admin, id).await?;
    let found = client.secrets.iter().find(|s| s.id == *secret).cloned();
    Ok((client, found.ok_or_else(PageError::not_found)?))
}

/// `GET /admin/clients/{id}/credentials/{secret}/remove`.
pub(super) async fn ask_remove(
    mut admin: Admin,
    PathPair(id, secret): PathPair<ClientId, SecretId>,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let (client, secret) = find(&admin, &id, &secret).await?;
    remove_question(&client, &secret)
        .page(&mut admin, ("Credentials", tab(&id)))
        .await
}

/// `POST /admin/clients/{id}/credentials/{secret}/remove`.
pub(super) async fn remove(
    mut admin: Admin,
    PathPair(id, secret): PathPair<ClientId, SecretId>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    find(&admin, &id, &secret).await?;
    let removed = ops::clients::remove_secret(admin.ops(), &admin.context(), &id, &secret).await?;
    let (level, text) = if removed {
        ("ok", "Secret removed.")
    } else {
        ("bad", "The last secret that works cannot be removed.")
    };
    admin.done(level, text, &tab(&id)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_has_a_length() {
        let lengths: Vec<_> = OVERLAPS.iter().map(|(value, _)| *value).collect();
        let offered: Vec<_> = CHOICES.iter().map(|(value, _)| *value).collect();
        assert_eq!(lengths, offered);
    }
}
