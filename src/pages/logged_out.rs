//! `/logged-out`: the end of signing out, and the way back.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::shell::Shell;

/// "You're signed out".
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/logged_out.html")]
pub struct LoggedOutPage {
    /// What is around the card.
    pub shell: Shell,
    /// The client to go back to, with a proved address.
    pub back: Option<BackTo>,
    /// Where "Sign in again" leads.
    pub sign_in_href: String,
}

/// A way back to a client.
#[derive(Clone, Debug)]
pub struct BackTo {
    /// The client's name.
    pub name: String,
    /// A registered address of it.
    pub href: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<LoggedOutPage> {
        let plain =
            LoggedOutPage { shell: samples::door(locale), back: None, sign_in_href: "/login".to_owned() };
        let back = BackTo { name: "Ledger".to_owned(), href: "https://ledger.example/".to_owned() };
        vec![plain.clone(), LoggedOutPage { back: Some(back), ..plain }]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("logged_out", samples);
    }
}
