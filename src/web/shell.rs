//! The shell: what every page has around its content.

use std::fmt::Display;

use crate::config::Config;
use crate::i18n::Locale;

/// The first field of every page: who is signed in, in which language, and how to reach static files.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// The page's own title, before the product's name.
    pub title: String,
    /// What this installation calls itself.
    pub product: String,
    /// The language of the page.
    pub locale: Locale,
    /// The token every form sends back.
    pub csrf: String,
    /// The person signed in, if any.
    pub user: Option<ShellUser>,
    /// What the last action has to say.
    pub flash: Vec<Flash>,
    /// Path and query of this page, to come back to after choosing a language.
    pub return_to: String,
    /// The side navigation; empty on the hosted pages.
    pub nav: Vec<NavGroup>,
    /// Privacy policy of this installation.
    pub privacy_url: Option<String>,
    /// Terms of this installation.
    pub terms_url: Option<String>,
    /// Where people find help.
    pub help_url: Option<String>,
}

/// The person signed in, as the top bar shows them.
#[derive(Clone, Debug)]
pub struct ShellUser {
    /// Display name.
    pub name: String,
    /// Email address, or the username where there is none.
    pub email: String,
    /// One or two letters.
    pub initials: String,
}

/// A message about the last action.
#[derive(Clone, Debug)]
pub struct Flash {
    /// `ok`, `bad`, `info` or `warn`: class and icon.
    pub level: &'static str,
    /// One sentence.
    pub text: String,
    /// A secret that is shown this once: what it is, and its value.
    pub secret: Option<(String, String)>,
}

/// Entries of the side navigation under one heading; the first group has none.
#[derive(Clone, Debug)]
pub struct NavGroup {
    /// The heading; empty for none.
    pub title: String,
    /// The entries.
    pub items: Vec<NavItem>,
}

/// One entry of the side navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// A symbol of `static/icons.svg`.
    pub icon: &'static str,
    /// What it says.
    pub label: String,
    /// Whether this is where the reader is.
    pub current: bool,
}

impl Shell {
    /// The address of a static file.
    pub fn asset(&self, name: &str) -> String {
        crate::web::static_files::address(name)
    }

    /// The text behind a message key.
    pub fn t(&self, key: &str) -> String {
        self.locale.text(key)
    }

    /// The text behind a message key with one argument.
    pub fn tv(&self, key: &str, name: &'static str, value: &dyn Display) -> String {
        self.locale.text_with(key, &[(name, value)])
    }
}

impl Shell {
    /// A shell without anybody signed in and without forms of its own.
    pub fn plain(config: &Config, locale: Locale) -> Self {
        let branding = &config.branding;
        let text = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
        Self {
            product: branding.product_name.clone(),
            locale,
            privacy_url: text(&branding.privacy_url),
            terms_url: text(&branding.terms_url),
            help_url: text(&branding.help_url),
            ..Self::default()
        }
    }
}
