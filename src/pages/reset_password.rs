//! `/reset`: choosing a new password with a mailed link. Opening the link changes nothing, sending the form does.

use askama::Template;
use askama_web::WebTemplate;

use crate::pages::new_password::NewPasswordError;
use crate::web::shell::Shell;

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

    fn problem(&self, error: &Option<NewPasswordError>) -> String {
        error.map(|error| error.text(&self.shell.locale)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ResetPasswordPage> {
        let page = |link| ResetPasswordPage { shell: samples::door(locale), link, min_length: 15 };
        let good = |error| Link::Good { token: "t".to_owned(), username: "amara".to_owned(), error };
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
