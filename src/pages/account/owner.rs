//! The person whose account pages these are.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::app::state::AppState;
use crate::domain::audit::Context;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::web::redirect;
use crate::web::shell::NavGroup;
use crate::web::shell::NavItem;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// A visit by somebody signed in. Anybody else is led to the sign-in page and back.
#[derive(Debug)]
pub struct Owner {
    /// The visit.
    pub visit: Visit,
    /// The account that is shown.
    pub account: AccountSession,
}

impl FromRequestParts<AppState> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, state)
            .await
            .map_err(PageError::into_response)?;
        if let Some(account) = visit.account().await.map_err(PageError::into_response)? {
            Ok(Self { visit, account })
        } else {
            let back: String = form_urlencoded::byte_serialize(visit.path.as_bytes()).collect();
            Err(redirect::to_own_page(&format!("/login?return={back}")))
        }
    }
}

/// Path, icon and message key of each page.
const PAGES: &[(&str, &str, &str)] = &[
    ("/account", "user", "nav-account-overview"),
    ("/account/password", "key-round", "nav-account-password"),
    ("/account/sessions", "monitor-smartphone", "nav-account-sessions"),
    ("/account/applications", "app-window", "nav-account-applications"),
    ("/account/requests", "inbox", "nav-account-requests"),
];

impl Owner {
    /// The shell with the account's navigation.
    pub async fn shell(&mut self, title_key: &str) -> Result<Shell, PageError> {
        let title = self.visit.locale.text(title_key);
        let here = self.visit.path.split('?').next().unwrap_or("").to_owned();
        let mut shell = self.visit.shell(title, Some(&self.account)).await?;
        let items = PAGES.iter().map(|(href, icon, key)| NavItem {
            href: (*href).to_owned(),
            icon,
            label: shell.t(key),
            current: *href == here,
        });
        shell.nav = vec![NavGroup {
            title: String::new(),
            items: items.collect(),
        }];
        Ok(shell)
    }

    /// The audit context of the owner.
    pub fn context(&self) -> Context {
        self.visit.acting(&self.account)
    }
}
