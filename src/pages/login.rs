//! `/login`: username and password, for a client's request or for our own pages.

use askama::Template;
use askama_web::WebTemplate;

use crate::i18n::Locale;
use crate::pages::client_badge::ClientBadge;
use crate::web::shell::Shell;

/// The sign-in page, also in its form for signing in again.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/login.html")]
pub struct LoginPage {
    /// What is around the card.
    pub shell: Shell,
    /// The transaction to go on with; none when somebody signs in to our own pages.
    pub tx: Option<String>,
    /// The client that asks, if one does.
    pub client: Option<ClientBadge>,
    /// Who signs in.
    pub who: Who,
    /// Why the last attempt failed.
    pub error: Option<LoginError>,
    /// For how long "keep me signed in" lasts; none hides the choice.
    pub remember_days: Option<u32>,
    /// Whether the choice was ticked before.
    pub remember: bool,
    /// Whether a forgotten password can be reset by mail.
    pub can_reset: bool,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub enum Who {
    /// Whoever can.
    Anyone {
        /// What was typed before, or `login_hint`.
        username: String,
    },
    /// The person already signed in, asked again (`prompt=login`, `max_age`).
    Again {
        /// Their display name.
        name: String,
        /// What goes back in the form.
        username: String,
        /// Where "Not you?" leads.
        not_you: String,
    },
}

/// Why a sign-in failed, without telling whether the account exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    /// Unknown user, wrong password, or an account that is switched off.
    WrongPair,
    /// Too many attempts for this account or from this address.
    Throttled {
        /// Until the next attempt is allowed.
        minutes: u32,
    },
    /// The form was of another session, or too old.
    StaleForm,
}

impl LoginError {
    /// What happened and what to do.
    pub fn text(self, locale: &Locale) -> String {
        match self {
            Self::WrongPair => locale.text("login-error-wrong-pair"),
            Self::Throttled { minutes } => locale.text_with("login-error-throttled", &[("minutes", &minutes)]),
            Self::StaleForm => locale.text("login-error-stale"),
        }
    }
}

impl LoginPage {
    fn heading(&self) -> String {
        match (&self.who, &self.client) {
            (Who::Again { name, .. }, _) => self.shell.tv("login-confirm-title", "name", name),
            (Who::Anyone { .. }, Some(client)) => self.shell.tv("login-title", "client", &client.name),
            (Who::Anyone { .. }, None) => self.shell.t("login-title-plain"),
        }
    }

    fn wrong_pair(&self) -> bool {
        self.error == Some(LoginError::WrongPair)
    }

    /// The first empty field has the focus, unless there is something to read first.
    fn focus_username(&self) -> bool {
        self.error.is_none() && matches!(&self.who, Who::Anyone { username } if username.is_empty())
    }

    fn focus_password(&self) -> bool {
        self.error.is_none() && !self.focus_username()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    pub(super) fn samples(locale: Locale) -> Vec<LoginPage> {
        let plain = LoginPage {
            shell: samples::door(locale),
            tx: Some("tx_0000".to_owned()),
            client: Some(samples::ledger()),
            who: Who::Anyone { username: String::new() },
            error: None,
            remember_days: Some(30),
            remember: false,
            can_reset: true,
        };
        let typed = Who::Anyone { username: "amara@northwind.example".to_owned() };
        let again = Who::Again {
            name: "Amara Okafor".to_owned(),
            username: "amara@northwind.example".to_owned(),
            not_you: "/login/accounts?tx=tx_0000".to_owned(),
        };
        vec![
            plain.clone(),
            LoginPage { who: typed.clone(), error: Some(LoginError::WrongPair), ..plain.clone() },
            LoginPage { who: typed.clone(), error: Some(LoginError::Throttled { minutes: 4 }), ..plain.clone() },
            LoginPage { who: typed, error: Some(LoginError::StaleForm), client: None, tx: None, ..plain.clone() },
            LoginPage { who: again, remember_days: None, ..plain },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("login", samples);
    }

    #[test]
    fn the_ids_that_password_managers_and_tests_know_are_there() {
        for page in samples(Locale::English) {
            let html = page.render().expect("renders");
            for id in ["id=\"username\"", "id=\"password\"", "id=\"submit\""] {
                assert_eq!(html.matches(id).count(), 1, "{id}");
            }
        }
    }

    #[test]
    fn what_a_person_typed_is_escaped() {
        let mut page = samples(Locale::English).remove(0);
        page.who = Who::Anyone { username: "\"><script>alert(1)</script>".to_owned() };
        assert!(!page.render().expect("renders").contains("<script>alert"));
    }
}
