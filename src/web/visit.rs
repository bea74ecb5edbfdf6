//! A visit to one of our pages: everything a page's handler needs besides what it is about.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header;
use axum::http::request::Parts;

use crate::app::state::AppState;
use crate::domain::audit::Actor;
use crate::domain::audit::Context;
use crate::domain::session::AccountSession;
use crate::domain::user::initials;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::i18n::Locale;
use crate::ops;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::params::Params;
use crate::web::request_context::RequestContext;
use crate::web::shell::Flash;
use crate::web::shell::Shell;
use crate::web::shell::ShellUser;

/// The cookie that holds a chosen language.
pub const LOCALE_COOKIE: &str = "gatepost_locale";

/// A visit.
#[derive(Debug, Clone)]
pub struct Visit {
    /// What a request can reach.
    pub state: AppState,
    /// The browser.
    pub browser: Browser,
    /// Id and origin of the request.
    pub request: RequestContext,
    /// The language so far; a page that knows of `ui_locales` asks [`Visit::prefer`].
    pub locale: Locale,
    /// The query's parameters.
    pub query: Params,
    /// Path and query, to come back to.
    pub path: String,
    headers: HeaderMap,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let browser = Browser::from_request_parts(parts, state).await?;
        let request = parts.extensions.get::<RequestContext>().cloned();
        let missing =
            || PageError::new(PageErrorKind::Internal).because("the request layer is missing on this route");
        Ok(Self {
            state: state.clone(),
            browser,
            request: request.ok_or_else(missing)?,
            locale: locale(&parts.headers, None),
            query: Params::parse(parts.uri.query().unwrap_or("").as_bytes())?,
            path: parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
            headers: parts.headers.clone(),
        })
    }
}

/// The language of a request, given what an authorization request prefers.
pub fn locale(headers: &HeaderMap, ui_locales: Option<&str>) -> Locale {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    Locale::negotiate(cookie(headers, LOCALE_COOKIE), ui_locales, None, accept)
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

impl Visit {
    /// Takes `ui_locales` into account. OIDC Core §3.1.2.1.
    pub fn prefer(&mut self, ui_locales: Option<&str>) {
        self.locale = locale(&self.headers, ui_locales);
    }

    /// A cookie of ours beside the session's.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.headers, name)
    }

    /// The accounts signed in to this browser, most recently used first.
    pub async fn accounts(&self) -> Result<Vec<AccountSession>, PageError> {
        self.browser.accounts(&self.state.ops).await
    }

    /// The account that our own pages act for: the one used last.
    pub async fn account(&self) -> Result<Option<AccountSession>, PageError> {
        let Some(account) = self.accounts().await?.into_iter().next() else {
            return Ok(None);
        };
        ops::sessions::touch(&self.state.ops, &account).await?;
        Ok(Some(account))
    }

    /// The audit context of this visit.
    pub fn acting(&self, account: &AccountSession) -> Context {
        self.request.acting(Actor::User(account.user_id.clone()))
    }

    /// The shell of a page with forms.
    pub async fn shell(
        &mut self,
        title: String,
        account: Option<&AccountSession>,
    ) -> Result<Shell, PageError> {
        self.browser.ensure(&self.state.ops).await?;
        let kept = self.browser.take_flash().await?;
        let mut shell = Shell::plain(&self.state.ops.config, self.locale);
        shell.title = title;
        self.browser.csrf().clone_into(&mut shell.csrf);
        shell.return_to.clone_from(&self.path);
        shell.flash = kept.into_iter().map(shown).collect();
        shell.user = account.map(|a| ShellUser {
            name: a.name.clone(),
            email: a.address.clone(),
            initials: initials(&a.name),
        });
        Ok(shell)
    }

    /// Keeps a message for the next page.
    pub async fn flash(&mut self, level: &str, text: impl Into<String>) -> Result<(), PageError> {
        self.browser
            .flash(browser::Flash {
                level: level.to_owned(),
                text: text.into(),
                secret: None,
            })
            .await
    }

    /// Keeps a message with a secret, which the next page shows this once.
    pub async fn flash_secret(
        &mut self,
        text: impl Into<String>,
        label: &str,
        secret: String,
    ) -> Result<(), PageError> {
        let secret = Some((label.to_owned(), secret));
        self.browser
            .flash(browser::Flash {
                level: "ok".to_owned(),
                text: text.into(),
                secret,
            })
            .await
    }
}

fn shown(flash: browser::Flash) -> Flash {
    let level = ["ok", "bad", "warn"]
        .into_iter()
        .find(|l| *l == flash.level)
        .unwrap_or("info");
    Flash {
        level,
        text: flash.text,
        secret: flash.secret,
    }
}
