//! The settings tab: everything that is registered.

use askama::Template;
use askama_web::WebTemplate;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::clients::WRITE;
use crate::admin::clients::frame;
use crate::admin::clients::frame::Frame;
use crate::admin::clients::metadata;
use crate::admin::clients::protocol;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::typed::Typed;
use crate::domain::id::ClientId;
use crate::domain::scope::STANDARD_SCOPES;
use crate::error::PageError;
use crate::ops;
use crate::ops::clients::SaveClient;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::redirect;
use crate::web::shell::Shell;

#[derive(Template, WebTemplate)]
#[template(path = "admin/clients/settings.html")]
struct SettingsPage {
    shell: Shell,
    frame: Frame,
    typed: Typed,
    grants: Vec<&'static str>,
    scopes: String,
    /// What is wrong with members that the form does not show.
    elsewhere: Vec<String>,
    /// The form was only checked, and could be saved.
    sound: bool,
}

impl SettingsPage {
    const METHODS: &[(&str, &str)] = &[
        (
            "client_secret_basic",
            "Secret in the header (client_secret_basic)",
        ),
        ("client_secret_post", "Secret in the form (client_secret_post)"),
        ("client_secret_jwt", "JWT under the secret (client_secret_jwt)"),
        ("private_key_jwt", "JWT under its own key (private_key_jwt)"),
        ("tls_client_auth", "Certificate, by its subject (tls_client_auth)"),
        (
            "self_signed_tls_client_auth",
            "Certificate, registered itself (self_signed_tls_client_auth)",
        ),
        ("none", "None: a public client without a secret"),
    ];
    const TYPES: &[(&str, &str)] = &[
        ("web", "Web"),
        ("native", "Native: any port of a loopback address"),
    ];
}

async fn render(admin: &mut Admin, id: &ClientId, typed: Option<Typed>) -> Result<Response, PageError> {
    let frame = frame::frame(admin, id, "").await?;
    let typed = typed.unwrap_or_else(|| {
        let stored = &frame.client.metadata;
        protocol::stored(stored, metadata::stored(stored))
    });
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = SettingsPage {
        shell: admin.shell(frame.client.name()).await?,
        grants: admin.ops().grant_types.to_vec(),
        scopes: STANDARD_SCOPES.join(" "),
        elsewhere: typed.elsewhere(|field| metadata::has_place(field) || protocol::has_place(field)),
        sound: typed.on("check") && !typed.is_refused(),
        typed,
        frame,
    };
    Ok((status, page).into_response())
}

/// `GET /admin/clients/{id}`.
pub(super) async fn page(mut admin: Admin, Path(id): Path<ClientId>) -> Result<Response, PageError> {
    render(&mut admin, &id, None).await
}

/// `POST /admin/clients/{id}`.
pub(super) async fn save(
    mut admin: Admin,
    Path(id): Path<ClientId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let before = frame::find(&admin, &id).await?.metadata;
    let mut typed = Typed::sent(&form);
    let metadata = metadata::sent(&form, before, &mut typed);
    let metadata = protocol::sent(&form, metadata, &mut typed);
    if form.get("check").is_some() {
        let problems = ops::client_checks::problems(admin.ops(), &metadata);
        for problem in &problems {
            typed.wrong(problem.field, &problem.problem);
        }
        return render(&mut admin, &id, Some(typed)).await;
    }
    if typed.is_refused() {
        return render(&mut admin, &id, Some(typed)).await;
    }
    match ops::clients::update(admin.ops(), &admin.context(), &id, metadata).await? {
        SaveClient::Saved(_, Some(secret)) => {
            let text = "Client saved. It needs a secret now, which was made.";
            admin
                .visit
                .flash_secret(text, "Client secret", secret.into_inner())
                .await?;
            return Ok(redirect::to_own_page(&link::client(&id)));
        }
        SaveClient::Saved(_, None) => return admin.done("ok", "Client saved.", &link::client(&id)).await,
        SaveClient::Invalid(problems) => problems.iter().for_each(|p| typed.wrong(p.field, &p.problem)),
        SaveClient::Taken | SaveClient::Missing => return Err(PageError::not_found()),
    }
    render(&mut admin, &id, Some(typed)).await
}
