//! `/account/password`: changing one's own password. Target of `/.well-known/change-password`.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::secret::Secret;
use crate::error::PageError;
use crate::ops;
use crate::ops::account::ChangePassword;
use crate::pages::account::owner::Owner;
use crate::pages::new_password::NewPasswordError;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::redirect;
use crate::web::shell::Shell;

/// The form: `current_password`, `new_password`.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/account/password.html")]
pub struct PasswordPage {
    /// What is around the content.
    pub shell: Shell,
    /// For password managers.
    pub username: String,
    /// The least number of characters.
    pub min_length: usize,
    /// Why the last attempt failed.
    pub error: Option<PasswordError>,
}

/// Why the password was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// The current password is wrong.
    WrongCurrent,
    /// The new one breaks a rule.
    New(NewPasswordError),
    /// Too many attempts.
    Throttled {
        /// Until the next attempt is allowed.
        minutes: u32,
    },
}

impl PasswordPage {
    fn current_problem(&self) -> String {
        match self.error {
            Some(PasswordError::WrongCurrent) => self.shell.t("password-error-current"),
            Some(PasswordError::New(_) | PasswordError::Throttled { .. }) | None => String::new(),
        }
    }

    fn new_problem(&self) -> String {
        match self.error {
            Some(PasswordError::New(error)) => error.text(&self.shell.locale),
            Some(PasswordError::WrongCurrent | PasswordError::Throttled { .. }) | None => String::new(),
        }
    }
}

/// `GET` and `POST /account/password`, and the well-known address that leads there.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/password", get(show).post(submit))
        .route(
            "/.well-known/change-password",
            get(async || redirect::to_own_page("/account/password")),
        )
}

async fn show(owner: Owner) -> Result<Response, PageError> {
    render(owner, None).await
}

async fn render(mut owner: Owner, error: Option<PasswordError>) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let user = store::users::find(&ops.db, &owner.account.user_id)
        .await?
        .ok_or_else(PageError::not_found)?;
    let status = match error {
        None => StatusCode::OK,
        Some(PasswordError::Throttled { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(PasswordError::WrongCurrent | PasswordError::New(_)) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = PasswordPage {
        shell: owner.shell("password-title").await?,
        username: user.username,
        min_length: ops.config.login.password_min_length,
        error,
    };
    Ok((status, page).into_response())
}

async fn submit(mut owner: Owner, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let typed = |name| Secret::new(form.get_raw(name).unwrap_or("").to_owned());
    let (current, new) = (typed("current_password"), typed("new_password"));
    let account = owner.account.clone();
    let done = ops::account::change_password(
        &ops,
        &owner.context(),
        &account.user_id,
        &account.id,
        current,
        new,
    )
    .await?;
    let error = match done {
        ChangePassword::Done(_) => {
            let text = owner.visit.locale.text("password-changed");
            owner.visit.browser.renew(None).await?;
            owner.visit.flash("ok", text).await?;
            return Ok(redirect::to_own_page("/account"));
        }
        ChangePassword::WrongCurrent => PasswordError::WrongCurrent,
        ChangePassword::Weak(weak) => PasswordError::New(weak.into()),
        ChangePassword::Throttled(until) => PasswordError::Throttled {
            minutes: u32::try_from(until.secs_since(ops.now()) / 60 + 1).unwrap_or(1),
        },
    };
    render(owner, Some(error)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<PasswordPage> {
        let page = |error| PasswordPage {
            shell: samples::account(locale, "/account/password"),
            username: "amara".to_owned(),
            min_length: 15,
            error,
        };
        vec![
            page(None),
            page(Some(PasswordError::WrongCurrent)),
            page(Some(PasswordError::New(NewPasswordError::SameAsCurrent))),
            page(Some(PasswordError::Throttled { minutes: 3 })),
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("account_password", samples);
    }
}
