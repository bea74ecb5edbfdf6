//! `/setup`: the first administrator, with the one-time link that the server prints.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::audit::Actor;
use crate::domain::secret::Secret;
use crate::domain::user::UserInput;
use crate::error::PageError;
use crate::ops;
use crate::ops::users::SaveUser;
use crate::pages::new_password::NewPasswordError;
use crate::web::csrf::CheckedForm;
use crate::web::params::Params;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// The first-run page.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/setup.html")]
pub struct SetupPage {
    /// What is around the card.
    pub shell: Shell,
    /// Whether the link still works.
    pub link: Link,
    /// The least number of characters of a password.
    pub min_length: usize,
}

/// The printed link.
#[derive(Clone, Debug)]
pub enum Link {
    /// It works.
    Good(Entry),
    /// Expired, or there is an administrator already.
    Gone,
}

/// What was typed before, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The one-time token of the link.
    pub token: String,
    /// Email address.
    pub email: String,
    /// What is wrong with the email address.
    pub email_error: Option<FieldError>,
    /// Username.
    pub username: String,
    /// What is wrong with the username.
    pub username_error: Option<FieldError>,
    /// Display name.
    pub name: String,
    /// What is wrong with the display name.
    pub name_error: Option<FieldError>,
    /// What is wrong with the password; it is never shown again.
    pub password_error: Option<NewPasswordError>,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Nothing in it.
    Required,
    /// No email address.
    NotAnEmail,
    /// Characters a username can't have.
    NotAUsername,
    /// Somebody else has it.
    Taken,
    /// Longer than we store.
    TooLong,
}

impl SetupPage {
    fn heading(&self) -> String {
        match self.link {
            Link::Good(_) => self.shell.tv("setup-title", "product", &self.shell.product),
            Link::Gone => self.shell.t("setup-gone-title"),
        }
    }

    fn problem(&self, error: Option<FieldError>) -> String {
        let key = match error {
            None => return String::new(),
            Some(FieldError::Required) => "field-error-required",
            Some(FieldError::NotAnEmail) => "field-error-email",
            Some(FieldError::NotAUsername) => "field-error-username",
            Some(FieldError::Taken) => "field-error-taken",
            Some(FieldError::TooLong) => "field-error-too-long",
        };
        self.shell.t(key)
    }

    fn password_problem(&self, error: Option<NewPasswordError>) -> String {
        error
            .map(|error| error.text(&self.shell.locale))
            .unwrap_or_default()
    }
}

/// `GET` and `POST /setup`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/setup", get(show).post(submit))
}

async fn show(visit: Visit) -> Result<Response, PageError> {
    let entry = Entry {
        token: visit.query.text("token"),
        ..Entry::default()
    };
    let good = ops::bootstrap::peek_setup(&visit.state.ops, &Secret::new(entry.token.clone())).await?;
    if good {
        render(visit, Link::Good(entry), StatusCode::OK).await
    } else {
        gone(visit).await
    }
}

async fn gone(visit: Visit) -> Result<Response, PageError> {
    render(visit, Link::Gone, StatusCode::GONE).await
}

async fn render(mut visit: Visit, link: Link, status: StatusCode) -> Result<Response, PageError> {
    let min_length = visit.state.ops.config.login.password_min_length;
    let shell = visit.shell(String::new(), None).await?;
    Ok((
        status,
        SetupPage {
            shell,
            link,
            min_length,
        },
    )
        .into_response())
}

fn entry(form: &Params) -> Entry {
    Entry {
        token: form.text("token"),
        email: form.text("email"),
        username: form.text("username"),
        name: form.text("name"),
        ..Entry::default()
    }
}

async fn submit(mut visit: Visit, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let ops = visit.state.ops.clone();
    let mut entry = entry(&form);
    let input = UserInput {
        username: entry.username.clone(),
        email: Some(entry.email.clone()),
        email_verified: true,
        name: Some(entry.name.clone()),
        ..UserInput::default()
    };
    let password = Secret::new(form.get_raw("password").unwrap_or("").to_owned());
    let context = visit.request.acting(Actor::System);
    let token = Secret::new(entry.token.clone());
    match ops::bootstrap::complete_setup(&ops, &context, &token, input, password).await? {
        SaveUser::Saved(_) => {
            let text = visit.locale.text("setup-done");
            visit.flash("ok", text).await?;
            return Ok(redirect::to_own_page("/login?return=/admin"));
        }
        SaveUser::Missing => return gone(visit).await,
        SaveUser::Weak(weak) => entry.password_error = Some(weak.into()),
        SaveUser::Taken("email") => entry.email_error = Some(FieldError::Taken),
        SaveUser::Taken(_) => entry.username_error = Some(FieldError::Taken),
        SaveUser::Invalid(problems) => {
            for problem in problems {
                match problem.field {
                    "email" => entry.email_error = Some(FieldError::NotAnEmail),
                    "name" => entry.name_error = Some(FieldError::TooLong),
                    _ => entry.username_error = Some(FieldError::NotAUsername),
                }
            }
        }
    }
    render(visit, Link::Good(entry), StatusCode::UNPROCESSABLE_ENTITY).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<SetupPage> {
        let page = |link| SetupPage {
            shell: samples::door(locale),
            link,
            min_length: 15,
        };
        let bad = Entry {
            token: "t".to_owned(),
            email: "amara".to_owned(),
            email_error: Some(FieldError::NotAnEmail),
            username: "amara okafor".to_owned(),
            username_error: Some(FieldError::NotAUsername),
            name_error: Some(FieldError::Required),
            password_error: Some(NewPasswordError::Common),
            ..Entry::default()
        };
        let other = Entry {
            email_error: Some(FieldError::Taken),
            name_error: Some(FieldError::TooLong),
            ..bad.clone()
        };
        vec![
            page(Link::Good(Entry::default())),
            page(Link::Good(bad)),
            page(Link::Good(other)),
            page(Link::Gone),
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("setup", samples);
    }
}
