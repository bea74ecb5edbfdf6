//! `/logout`: the question before signing out. OpenID Connect RP-Initiated Logout 1.0 §2.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::shell::Shell;

/// The confirm page.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/logout.html")]
pub struct LogoutPage {
    /// What is around the card.
    pub shell: Shell,
    /// Who is signed in.
    pub name: String,
    /// Names of the clients that lose their session too.
    pub clients: Vec<String>,
    /// What goes along in the form: `post_logout_redirect_uri`, `state`, `client_id`, `id_token_hint`.
    pub fields: Vec<(String, String)>,
    /// Where "Stay signed in" leads.
    pub stay_href: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<LogoutPage> {
        let plain = LogoutPage {
            shell: samples::door(locale),
            name: "Amara Okafor".to_owned(),
            clients: Vec::new(),
            fields: Vec::new(),
            stay_href: "/account".to_owned(),
        };
        vec![
            plain.clone(),
            LogoutPage {
                clients: vec!["Ledger".to_owned(), "Payroll".to_owned()],
                fields: vec![("state".to_owned(), "\"x\"".to_owned())],
                ..plain
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("logout", samples);
    }

    #[test]
    fn the_button_has_its_stable_id() {
        for page in samples(Locale::English) {
            assert!(page.render().expect("renders").contains("id=\"logout\""));
        }
    }
}
