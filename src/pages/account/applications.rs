//! `/account/applications`: which clients may use my account, and taking that back.

use askama::Template;
use askama_web::WebTemplate;

use crate::pages::client_badge::ClientBadge;
use crate::pages::scope_line::ScopeLine;
use crate::web::shell::Shell;
use crate::web::when::When;

/// The connected apps. Removing sends `client_id` to `/account/applications/remove`.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/account/applications.html")]
pub struct ApplicationsPage {
    /// What is around the content.
    pub shell: Shell,
    /// The apps, last used first.
    pub applications: Vec<ApplicationView>,
}

/// A client that has access.
#[derive(Clone, Debug)]
pub struct ApplicationView {
    /// What the form sends back.
    pub client_id: String,
    /// Name and logo.
    pub client: ClientBadge,
    /// What it may do.
    pub scopes: Vec<ScopeLine>,
    /// When that was first allowed.
    pub allowed: When,
    /// When it was last used.
    pub last_used: Option<When>,
    /// Whether it holds a live refresh token.
    pub stays_connected: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ApplicationsPage> {
        let ledger = ApplicationView {
            client_id: "ledger-web".to_owned(),
            client: samples::ledger(),
            scopes: vec![ScopeLine::Profile, ScopeLine::Email { address: None }, ScopeLine::Offline { days: 90 }],
            allowed: samples::when("20 Nov 2026"),
            last_used: Some(samples::when("4 min ago")),
            stays_connected: true,
        };
        let payroll = ApplicationView {
            client_id: "payroll".to_owned(),
            client: ClientBadge { name: "Payroll".to_owned(), ..samples::ledger() },
            scopes: vec![ScopeLine::Roles],
            last_used: None,
            stays_connected: false,
            ..ledger.clone()
        };
        let shell = samples::account(locale, "/account/applications");
        vec![
            ApplicationsPage { shell: shell.clone(), applications: vec![ledger, payroll] },
            ApplicationsPage { shell, applications: Vec::new() },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("account_applications", samples);
    }
}
