//! `/account/sessions`: where I am signed in, and ending it there.

use askama::Template;
use askama_web::WebTemplate;

use crate::i18n::Locale;
use crate::web::shell::Shell;
use crate::web::when::When;

/// The devices, this one first.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/account/sessions.html")]
pub struct SessionsPage {
    /// What is around the content.
    pub shell: Shell,
    /// The sessions, this one first.
    pub sessions: Vec<SessionView>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// Goes into `/account/sessions/{id}/end`.
    pub id: String,
    /// "Firefox on Linux"; empty when unknown.
    pub device: String,
    /// Whether it is a phone or tablet.
    pub mobile: bool,
    /// Address of the last request.
    pub ip: String,
    /// When it began.
    pub started: When,
    /// When it was last used.
    pub last_active: When,
    /// Names of the clients used in it.
    pub applications: Vec<String>,
    /// Whether it is the one that shows this page.
    pub current: bool,
}

impl SessionView {
    fn icon(&self) -> &'static str {
        if self.mobile { "smartphone" } else { "laptop" }
    }

    fn device_name(&self, locale: &Locale) -> String {
        if self.device.is_empty() { locale.text("sessions-unknown") } else { self.device.clone() }
    }
}

impl SessionsPage {
    fn others(&self) -> usize {
        self.sessions.iter().filter(|session| !session.current).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<SessionsPage> {
        let this = SessionView {
            id: "ses_1".to_owned(),
            device: "Firefox on Linux".to_owned(),
            mobile: false,
            ip: "203.0.113.24".to_owned(),
            started: samples::when("20 Nov 2026, 08:12 UTC"),
            last_active: samples::when("just now"),
            applications: vec!["Ledger".to_owned(), "Payroll".to_owned()],
            current: true,
        };
        let phone = SessionView {
            id: "ses_2".to_owned(),
            device: "Safari on iOS".to_owned(),
            mobile: true,
            current: false,
            ..this.clone()
        };
        let unknown = SessionView { device: String::new(), applications: Vec::new(), mobile: false, ..phone.clone() };
        let shell = samples::account(locale, "/account/sessions");
        vec![
            SessionsPage { shell: shell.clone(), sessions: vec![this.clone(), phone, unknown] },
            SessionsPage { shell, sessions: vec![this] },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("account_sessions", samples);
    }
}
