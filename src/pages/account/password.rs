//! `/account/password`: changing one's own password. Target of `/.well-known/change-password`.

use askama::Template;
use askama_web::WebTemplate;

use crate::pages::new_password::NewPasswordError;
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
