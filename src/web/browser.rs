//! The browser at hand: its session record, its CSRF token, the accounts signed in to it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::Serialize;
use subtle::ConstantTimeEq as _;
use time::Duration;
use tower_sessions::Expiry;
use tower_sessions::Session;

use crate::app::state::AppState;
use crate::crypto::random;
use crate::domain::id::BrowserId;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::ops;
use crate::ops::Ops;

const KEY: &str = "browser";

/// A message about the last action, kept until a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// `ok`, `bad`, `info` or `warn`.
    pub level: String,
    /// One sentence.
    pub text: String,
    /// A secret that is shown this once: what it is, and its value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub secret: Option<(String, String)>,
}

/// The record behind the cookie.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Data {
    browser: BrowserId,
    csrf: String,
    /// Seconds for which the cookie outlives the window; 0: it does not.
    #[serde(default)]
    remember_secs: i64,
    #[serde(default)]
    flash: Vec<Flash>,
}

/// The browser that sent the request.
#[derive(Debug, Clone)]
pub struct Browser {
    session: Session,
    data: Option<Data>,
}

impl FromRequestParts<AppState> for Browser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, PageError> {
        let session = parts.extensions.get::<Session>().cloned();
        let Some(session) = session else {
            let kind = crate::error::PageErrorKind::Internal;
            return Err(PageError::new(kind).because("the session layer is missing on this route"));
        };
        let data: Option<Data> = session.get(KEY).await?;
        let browser = Self { session, data };
        browser.keep_expiry();
        Ok(browser)
    }
}

impl Browser {
    fn keep_expiry(&self) {
        if let Some(data) = self.data.as_ref().filter(|d| d.remember_secs > 0) {
            self.session
                .set_expiry(Some(Expiry::OnInactivity(Duration::seconds(data.remember_secs))));
        }
    }

    /// The browser's id, once it has one.
    pub fn id(&self) -> Option<&BrowserId> {
        self.data.as_ref().map(|d| &d.browser)
    }

    /// The accounts signed in to it, most recently used first.
    pub async fn accounts(&self, ops: &Ops) -> Result<Vec<AccountSession>, PageError> {
        match self.id() {
            Some(id) => Ok(ops::sessions::of_browser(ops, id).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Gives the browser a record if it has none; every page with a form needs one.
    pub async fn ensure(&mut self, ops: &Ops) -> Result<&BrowserId, PageError> {
        let data = if let Some(data) = self.data.take() {
            data
        } else {
            let data = Data {
                browser: BrowserId::from_bits(random::id_bits(ops.now())),
                csrf: random::token().into_inner(),
                remember_secs: 0,
                flash: Vec::new(),
            };
            self.session.insert(KEY, &data).await?;
            data
        };
        Ok(&self.data.insert(data).browser)
    }

    /// The token that every form sends back.
    pub fn csrf(&self) -> &str {
        self.data.as_ref().map_or("", |d| &d.csrf)
    }

    /// Whether a form's token is this browser's.
    pub fn csrf_matches(&self, token: &str) -> bool {
        !self.csrf().is_empty() && bool::from(self.csrf().as_bytes().ct_eq(token.as_bytes()))
    }

    /// After a sign-in: a new cookie value, so that nobody who knew the old one is signed in too.
    pub async fn renew(&mut self, remember_secs: Option<i64>) -> Result<(), PageError> {
        if let (Some(data), Some(secs)) = (&mut self.data, remember_secs) {
            data.remember_secs = secs;
        }
        self.session.cycle_id().await?;
        if let Some(data) = &self.data {
            self.session.insert(KEY, data).await?;
        }
        self.keep_expiry();
        Ok(())
    }

    /// Keeps a message for the next page.
    pub async fn flash(&mut self, flash: Flash) -> Result<(), PageError> {
        if let Some(data) = &mut self.data {
            data.flash.push(flash);
            self.session.insert(KEY, &*data).await?;
        }
        Ok(())
    }

    /// The messages kept for this page.
    pub async fn take_flash(&mut self) -> Result<Vec<Flash>, PageError> {
        match &mut self.data {
            Some(data) if !data.flash.is_empty() => {
                let flash = std::mem::take(&mut data.flash);
                self.session.insert(KEY, &*data).await?;
                Ok(flash)
            }
            _ => Ok(Vec::new()),
        }
    }
}
