//! `/login/accounts`: which of the accounts known to this browser, for `prompt=select_account`.

use askama::Template;
use askama_web::WebTemplate;

use crate::pages::client_badge::ClientBadge;
use crate::web::shell::Shell;

/// The list of accounts. Its form sends `account`: an id, or `other`.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/select_account.html")]
pub struct SelectAccountPage {
    /// What is around the card.
    pub shell: Shell,
    /// The transaction to go on with.
    pub tx: Option<String>,
    /// The client that asks, if one does.
    pub client: Option<ClientBadge>,
    /// The accounts this browser knows.
    pub accounts: Vec<KnownAccount>,
}

/// An account in the list, and on the consent page.
#[derive(Clone, Debug)]
pub struct KnownAccount {
    /// What the form sends back.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Email address, or the username where there is none.
    pub email: String,
    /// One or two letters.
    pub initials: String,
    /// Whether it is signed in now.
    pub signed_in: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<SelectAccountPage> {
        let both = SelectAccountPage {
            shell: samples::door(locale),
            tx: Some("tx_0000".to_owned()),
            client: Some(samples::ledger()),
            accounts: vec![samples::amara(), KnownAccount { id: "usr_2".to_owned(), signed_in: false, ..samples::amara() }],
        };
        vec![both.clone(), SelectAccountPage { tx: None, client: None, accounts: vec![samples::amara()], ..both }]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("select_account", samples);
    }
}
