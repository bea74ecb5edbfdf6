//! Creating a person.

use askama::Template;
use askama_web::WebTemplate;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::typed::Typed;
use crate::admin::typed::some;
use crate::admin::users::WRITE;
use crate::domain::id::UserId;
use crate::domain::secret::Secret;
use crate::domain::user::Profile;
use crate::domain::user::UserInput;
use crate::error::PageError;
use crate::ops;
use crate::ops::users::SaveUser;
use crate::web::csrf::CheckedForm;
use crate::web::params::Params;
use crate::web::redirect;
use crate::web::shell::Shell;

#[derive(Template, WebTemplate)]
#[template(path = "admin/users/new.html")]
struct NewUserPage {
    shell: Shell,
    typed: Typed,
    min_password: usize,
}

async fn page(admin: &mut Admin, typed: Typed) -> Result<Response, PageError> {
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let min_password = admin.ops().config.login.password_min_length;
    Ok((
        status,
        NewUserPage {
            shell: admin.shell("Create user").await?,
            typed,
            min_password,
        },
    )
        .into_response())
}

/// `GET /admin/users/new`.
pub(super) async fn form(mut admin: Admin) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    page(&mut admin, Typed::default().with("link", "on")).await
}

fn input(form: &Params) -> UserInput {
    let profile = Profile {
        given_name: some(&form.text("given_name")),
        family_name: some(&form.text("family_name")),
        ..Profile::default()
    };
    let parts: Vec<String> = [&profile.given_name, &profile.family_name]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    UserInput {
        username: form.text("username"),
        email: some(&form.text("email")),
        email_verified: form.get("email_verified").is_some(),
        name: some(&form.text("name")).or_else(|| some(&parts.join(" "))),
        profile,
    }
}

/// `POST /admin/users/new`.
pub(super) async fn create(mut admin: Admin, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let mut typed = Typed::sent(&form);
    let password = form.get("password").map(|p| Secret::new(p.to_owned()));
    let with_link = password.is_none() && form.get("link").is_some();
    match ops::users::create(admin.ops(), &admin.context(), input(&form), password).await? {
        SaveUser::Saved(id) if with_link => {
            give_link(&mut admin, &id, "User created.").await?;
            return Ok(redirect::to_own_page(&link::user(&id)));
        }
        SaveUser::Saved(id) => return admin.done("ok", "User created.", &link::user(&id)).await,
        SaveUser::Invalid(problems) => problems.iter().for_each(|p| typed.wrong(p.field, p.problem)),
        SaveUser::Taken(field) => typed.wrong(field, "belongs to another user"),
        SaveUser::Weak(weak) => typed.wrong("password", &weak.to_string()),
        SaveUser::Missing => return Err(PageError::not_found()),
    }
    page(&mut admin, typed).await
}

/// Makes a reset link, which the next page shows this once.
pub(super) async fn give_link(admin: &mut Admin, id: &UserId, said: &str) -> Result<(), PageError> {
    let made = ops::links::make_reset_link(admin.ops(), &admin.context(), id).await?;
    let made = made.ok_or_else(PageError::not_found)?;
    let text = format!(
        "{said} The link works once, until {}. Hand it over on a safe way.",
        made.expires_at
    );
    admin
        .visit
        .flash_secret(text, "Link for a new password", made.url.into_inner())
        .await
}
