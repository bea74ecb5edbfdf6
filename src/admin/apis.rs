//! `/admin/apis`: resource servers that tokens can be for.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::admin::Group;
use crate::admin::Section;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::question::Question;
use crate::admin::typed::Typed;
use crate::admin::typed::lines;
use crate::admin::typed::some;
use crate::app::state::AppState;
use crate::domain::api::Api;
use crate::domain::api::ApiSettings;
use crate::domain::api::Described;
use crate::domain::id::ApiId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::error::PageError;
use crate::ops;
use crate::ops::roles::Save;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::params::Params;
use crate::web::path::Path;
use crate::web::shell::Shell;

/// APIs. They belong to clients, and need no permission of their own.
pub const SECTION: Section = Section {
    path: "/admin/apis",
    label: "nav-apis",
    icon: "waypoints",
    group: Group::Applications,
    area: Some(Area::Clients),
    router,
};

const WRITE: Permission = Permission::write(Area::Clients);

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/apis", get(list))
        .route("/admin/apis/new", get(form).post(create))
        .route("/admin/apis/{id}", get(detail).post(save))
        .route("/admin/apis/{id}/delete", get(ask_delete).post(delete))
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/apis.html")]
struct ApisPage {
    shell: Shell,
    apis: Vec<Api>,
    may_write: bool,
}

/// `GET /admin/apis`.
async fn list(mut admin: Admin) -> Result<ApisPage, PageError> {
    let shell = admin.shell("APIs").await?;
    Ok(ApisPage {
        shell,
        apis: store::apis::list(&admin.ops().db).await?,
        may_write: admin.may(WRITE),
    })
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/api.html")]
struct ApiPage {
    shell: Shell,
    title: String,
    here: String,
    api: Option<Api>,
    typed: Typed,
    metadata: String,
    may_write: bool,
    questions: Vec<Question>,
}

async fn page(admin: &mut Admin, api: Option<Api>, typed: Typed) -> Result<Response, PageError> {
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = api
        .as_ref()
        .map_or("Register API", |api| &api.settings.name)
        .to_owned();
    let document = api.as_ref().map(|api| ops::apis::metadata(admin.ops(), api));
    let metadata = document.and_then(|d| serde_json::to_string_pretty(&d).ok());
    let may_write = admin.may(WRITE);
    let page = ApiPage {
        shell: admin.shell(title.clone()).await?,
        title,
        here: api
            .as_ref()
            .map_or("/admin/apis/new".to_owned(), |api| link::api(&api.id)),
        typed,
        metadata: metadata.unwrap_or_default(),
        may_write,
        questions: api.iter().filter(|_| may_write).map(question).collect(),
        api,
    };
    Ok((status, page).into_response())
}

fn settings(form: &Params) -> Result<ApiSettings, (&'static str, &'static str)> {
    let described = |name: &str| -> Vec<Described> {
        let text = form.get(name).unwrap_or("");
        lines(text).iter().map(|line| Described::parse(line)).collect()
    };
    let client = some(&form.text("client_id")).map(|id| id.parse()).transpose();
    Ok(ApiSettings {
        identifier: form.text("identifier"),
        name: form.text("name"),
        scopes: described("scopes"),
        details_types: described("details_types"),
        client_id: client.map_err(|_| ("client_id", "names no client"))?,
    })
}

fn shown(settings: &ApiSettings) -> Typed {
    let text = |list: &[Described]| list.iter().map(Described::line).collect::<Vec<_>>().join("\n");
    let client = settings.client_id.as_ref().map(ToString::to_string);
    Typed::default()
        .with("name", &settings.name)
        .with("scopes", text(&settings.scopes))
        .with("details_types", text(&settings.details_types))
        .with("client_id", client.unwrap_or_default())
}

fn note(typed: &mut Typed, saved: &Save<ApiId>) {
    match saved {
        Save::Invalid(field, problem) => typed.wrong(field, problem),
        Save::Taken => typed.wrong("identifier", "belongs to another API"),
        Save::Locked | Save::Saved(_) | Save::Missing => {}
    }
}

/// `GET /admin/apis/new`.
async fn form(mut admin: Admin) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    page(&mut admin, None, Typed::default()).await
}

/// `POST /admin/apis/new`.
async fn create(mut admin: Admin, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let saved = match settings(&form) {
        Ok(settings) => ops::apis::create(admin.ops(), &admin.context(), settings).await?,
        Err((field, problem)) => Save::Invalid(field, problem),
    };
    if let Save::Saved(id) = &saved {
        return admin.done("ok", "API registered.", &link::api(id)).await;
    }
    let mut typed = Typed::sent(&form);
    note(&mut typed, &saved);
    page(&mut admin, None, typed).await
}

async fn find(admin: &Admin, id: &ApiId) -> Result<Api, PageError> {
    store::apis::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)
}

/// `GET /admin/apis/{id}`.
async fn detail(mut admin: Admin, Path(id): Path<ApiId>) -> Result<Response, PageError> {
    let api = find(&admin, &id).await?;
    let typed = shown(&api.settings);
    page(&mut admin, Some(api), typed).await
}

/// `POST /admin/apis/{id}`.
async fn save(
    mut admin: Admin,
    Path(id): Path<ApiId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let api = find(&admin, &id).await?;
    let saved = match settings(&form) {
        Ok(settings) => ops::apis::update(admin.ops(), &admin.context(), &id, settings).await?,
        Err((field, problem)) => Save::Invalid(field, problem),
    };
    if matches!(saved, Save::Saved(_)) {
        return admin.done("ok", "API saved.", &link::api(&id)).await;
    }
    let mut typed = Typed::sent(&form);
    note(&mut typed, &saved);
    page(&mut admin, Some(api), typed).await
}

fn question(api: &Api) -> Question {
    Question {
        id: "delete",
        opener: "Delete API…",
        title: format!("Delete {}?", api.settings.name),
        text: "No client gets tokens for it any more. Those already issued work until they expire."
            .to_owned(),
        action: format!("{}/delete", link::api(&api.id)),
        verb: "Delete API",
        type_this: api.settings.name.clone(),
        ..Question::default()
    }
}

/// `GET /admin/apis/{id}/delete`.
async fn ask_delete(mut admin: Admin, Path(id): Path<ApiId>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let api = find(&admin, &id).await?;
    question(&api)
        .page(&mut admin, ("Back to the API", link::api(&id)))
        .await
}

/// `POST /admin/apis/{id}/delete`.
async fn delete(
    mut admin: Admin,
    Path(id): Path<ApiId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let api = find(&admin, &id).await?;
    let back = ("Back to the API", link::api(&id));
    if let Some(again) = question(&api).check(&mut admin, &form, back).await? {
        return Ok(again);
    }
    ops::apis::delete(admin.ops(), &admin.context(), &id).await?;
    admin.done("ok", "API deleted.", SECTION.path).await
}
