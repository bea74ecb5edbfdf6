//! `/forgot`: asking for a link to choose a new password. Its answer never tells whether an account exists.

use askama::Template;
use askama_web::WebTemplate;

use crate::pages::login::LoginError;
use crate::web::shell::Shell;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ForgotPasswordPage> {
        let shell = samples::door(locale);
        let ask = |username: &str, error| Step::Ask { username: username.to_owned(), error };
        vec![
            ForgotPasswordPage { shell: shell.clone(), step: ask("", None) },
            ForgotPasswordPage { shell: shell.clone(), step: ask("amara", Some(LoginError::Throttled { minutes: 2 })) },
            ForgotPasswordPage { shell, step: Step::Sent { minutes: 30 } },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("forgot_password", samples);
    }
}
