//! `/forgot`: asking for a link to choose a new password. Its answer never tells whether an account exists.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::audit::Actor;
use crate::error::PageError;
use crate::ops;
use crate::pages::login::LoginError;
use crate::web::csrf::CheckedForm;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// The page before and after asking.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/forgot_password.html")]
pub struct ForgotPasswordPage {
    /// What is around the card.
    pub shell: Shell,
    /// Before or after.
    pub step: Step,
}

/// Before or after asking.
#[derive(Clone, Debug)]
pub enum Step {
    /// The form.
    Ask {
        /// What was typed before.
        username: String,
        /// Throttled or stale; an unknown user is no error.
        error: Option<LoginError>,
    },
    /// "Check your mail", whoever asked.
    Sent {
        /// How long the link works.
        minutes: u32,
    },
}

/// `GET` and `POST /forgot`. Nothing is served while no mail can be sent.
pub fn routes() -> Router<AppState> {
    Router::new().route("/forgot", get(show).post(submit))
}

async fn show(mut visit: Visit) -> Result<Response, PageError> {
    if !visit.state.ops.config.mail.is_on() {
        return Err(PageError::not_found().because("no mail server is configured"));
    }
    let shell = visit.shell(String::new(), None).await?;
    Ok(ForgotPasswordPage {
        shell,
        step: Step::Ask {
            username: String::new(),
            error: None,
        },
    }
    .into_response())
}

async fn submit(mut visit: Visit, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let ops = visit.state.ops.clone();
    if !ops.config.mail.is_on() {
        return Err(PageError::not_found().because("no mail server is configured"));
    }
    let context = visit.request.acting(Actor::System);
    ops::links::request_reset(&ops, &context, &form.text("username")).await?;
    let minutes = u32::try_from(ops.config.login.reset_link_lifetime.as_secs() / 60).unwrap_or(30);
    let shell = visit.shell(String::new(), None).await?;
    Ok(ForgotPasswordPage {
        shell,
        step: Step::Sent { minutes },
    }
    .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ForgotPasswordPage> {
        let shell = samples::door(locale);
        let ask = |username: &str, error| Step::Ask {
            username: username.to_owned(),
            error,
        };
        vec![
            ForgotPasswordPage {
                shell: shell.clone(),
                step: ask("", None),
            },
            ForgotPasswordPage {
                shell: shell.clone(),
                step: ask("amara", Some(LoginError::Throttled { minutes: 2 })),
            },
            ForgotPasswordPage {
                shell,
                step: Step::Sent { minutes: 30 },
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("forgot_password", samples);
    }
}
