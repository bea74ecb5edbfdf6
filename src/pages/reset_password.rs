//! `/reset`: choosing a new password with a mailed link. Opening the link changes nothing, sending the form does.

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
use crate::error::PageError;
use crate::ops;
use crate::ops::links::Reset;
use crate::pages::new_password::NewPasswordError;
use crate::web::csrf::CheckedForm;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// The form, or the news that the link no longer works.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/reset_password.html")]
pub struct ResetPasswordPage {
    /// What is around the card.
    pub shell: Shell,
    /// Whether the link still works.
    pub link: Link,
    /// The least number of characters.
    pub min_length: usize,
}

/// The mailed link.
#[derive(Clone, Debug)]
pub enum Link {
    /// It works.
    Good {
        /// What goes back in the form.
        token: String,
        /// Whose password it is.
        username: String,
        /// Why the last choice was refused.
        error: Option<NewPasswordError>,
    },
    /// Expired or already used.
    Gone,
}

impl ResetPasswordPage {
    fn is_gone(&self) -> bool {
        matches!(self.link, Link::Gone)
    }

    fn problem(&self, error: Option<NewPasswordError>) -> String {
        error
            .map(|error| error.text(&self.shell.locale))
            .unwrap_or_default()
    }
}

/// `GET` and `POST /reset`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/reset", get(show).post(submit))
}

async fn show(visit: Visit) -> Result<Response, PageError> {
    let token = visit.query.text("token");
    render(visit, token, None).await
}

async fn render(
    mut visit: Visit,
    token: String,
    error: Option<NewPasswordError>,
) -> Result<Response, PageError> {
    let ops = visit.state.ops.clone();
    let user = ops::links::peek_reset(&ops, &Secret::new(token.clone())).await?;
    let status = match (&user, error) {
        (None, _) => StatusCode::GONE,
        (Some(_), Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (Some(_), None) => StatusCode::OK,
    };
    let link = user.map_or(Link::Gone, |user| Link::Good {
        token,
        username: user.username,
        error,
    });
    let shell = visit.shell(String::new(), None).await?;
    let page = ResetPasswordPage {
        shell,
        link,
        min_length: ops.config.login.password_min_length,
    };
    Ok((status, page).into_response())
}

async fn submit(mut visit: Visit, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let ops = visit.state.ops.clone();
    let token = form.text("token");
    let password = Secret::new(form.get_raw("password").unwrap_or("").to_owned());
    let context = visit.request.acting(Actor::System);
    match ops::links::complete_reset(&ops, &context, &Secret::new(token.clone()), password).await? {
        Reset::Done => {
            let text = visit.locale.text("reset-done");
            visit.flash("ok", text).await?;
            Ok(redirect::to_own_page("/login"))
        }
        Reset::Gone => render(visit, String::new(), None).await,
        Reset::Weak(weak) => render(visit, token, Some(weak.into())).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ResetPasswordPage> {
        let page = |link| ResetPasswordPage {
            shell: samples::door(locale),
            link,
            min_length: 15,
        };
        let good = |error| Link::Good {
            token: "t".to_owned(),
            username: "amara".to_owned(),
            error,
        };
        vec![
            page(good(None)),
            page(good(Some(NewPasswordError::TooShort { min: 15 }))),
            page(good(Some(NewPasswordError::TooLong { max: 256 }))),
            page(good(Some(NewPasswordError::Common))),
            page(good(Some(NewPasswordError::ContainsIdentity))),
            page(good(Some(NewPasswordError::BadCharacter))),
            page(Link::Gone),
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("reset_password", samples);
    }
}
