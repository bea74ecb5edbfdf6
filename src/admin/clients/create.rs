//! Registering a client, in one form.

use askama::Template;
use askama_web::WebTemplate;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::clients::WRITE;
use crate::admin::clients::metadata;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::typed::Typed;
use crate::domain::client::ApplicationType;
use crate::domain::client::AuthMethod;
use crate::domain::client::ClientMetadata;
use crate::error::PageError;
use crate::ops;
use crate::ops::clients::SaveClient;
use crate::web::csrf::CheckedForm;
use crate::web::params::Params;
use crate::web::redirect;
use crate::web::shell::Shell;

#[derive(Template, WebTemplate)]
#[template(path = "admin/clients/new.html")]
struct NewClientPage {
    shell: Shell,
    typed: Typed,
}

async fn page(admin: &mut Admin, typed: Typed) -> Result<Response, PageError> {
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((
        status,
        NewClientPage {
            shell: admin.shell("Add client").await?,
            typed,
        },
    )
        .into_response())
}

/// `GET /admin/clients/new`.
pub(super) async fn form(mut admin: Admin) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    page(&mut admin, Typed::default().with("type", "web")).await
}

/// The metadata that each type of client starts with.
fn metadata_of(form: &Params, typed: &mut Typed) -> ClientMetadata {
    let redirect_uris = metadata::uris(&form.text("redirect_uris"), "redirect_uris", typed);
    let grants = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let base = ClientMetadata {
        client_name: form.text("client_name"),
        ..ClientMetadata::default()
    };
    match form.get("type") {
        Some("machine") => ClientMetadata {
            grant_types: grants(&["client_credentials"]),
            response_types: Vec::new(),
            scope: metadata::scope(&form.text("scope"), typed),
            ..base
        },
        Some("public") => {
            let on_the_web = redirect_uris
                .iter()
                .all(|uri| uri.as_str().starts_with("https://"));
            ClientMetadata {
                token_endpoint_auth_method: AuthMethod::None,
                grant_types: grants(&["authorization_code", "refresh_token"]),
                application_type: if on_the_web {
                    ApplicationType::Web
                } else {
                    ApplicationType::Native
                },
                redirect_uris,
                ..base
            }
        }
        _ => ClientMetadata {
            grant_types: grants(&["authorization_code", "refresh_token"]),
            redirect_uris,
            ..base
        },
    }
}

/// `POST /admin/clients/new`.
pub(super) async fn create(mut admin: Admin, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let mut typed = Typed::sent(&form);
    let metadata = metadata_of(&form, &mut typed);
    let id = match form.get("client_id").map(|id| id.trim().parse()) {
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => {
            typed.wrong(
                "client_id",
                "must have 1 to 255 visible characters without spaces",
            );
            None
        }
        None => None,
    };
    if typed.is_refused() {
        return page(&mut admin, typed).await;
    }
    match ops::clients::create(admin.ops(), &admin.context(), id, None, metadata).await? {
        SaveClient::Saved(id, Some(secret)) => {
            admin
                .visit
                .flash_secret("Client added.", "Client secret", secret.into_inner())
                .await?;
            return Ok(redirect::to_own_page(&link::client(&id)));
        }
        SaveClient::Saved(id, None) => return admin.done("ok", "Client added.", &link::client(&id)).await,
        SaveClient::Invalid(problems) => problems.iter().for_each(|p| typed.wrong(p.field, &p.problem)),
        SaveClient::Taken => typed.wrong("client_id", "belongs to another client"),
        SaveClient::Missing => return Err(PageError::not_found()),
    }
    page(&mut admin, typed).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(form: &str) -> ClientMetadata {
        metadata_of(&Params::parse(form.as_bytes()).unwrap(), &mut Typed::default())
    }

    #[test]
    fn each_type_starts_with_what_it_needs() {
        let web = made("type=web&client_name=Ledger&redirect_uris=https%3A%2F%2Fa.test%2Fcb");
        assert_eq!(web.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
        assert_eq!(web.grant_types, ["authorization_code", "refresh_token"]);
        let app = made("type=public&client_name=App&redirect_uris=com.app%3A%2Fcb");
        assert!(app.is_public() && app.application_type == ApplicationType::Native);
        let machine = made("type=machine&client_name=Job&scope=api%3Aread");
        assert_eq!(
            (machine.grant_types, machine.scope.to_string()),
            (vec!["client_credentials".to_owned()], "api:read".to_owned())
        );
    }
}
