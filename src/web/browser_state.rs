//! The cookie by which `check_session_iframe` sees whether the accounts of a browser have changed. OIDC Session
//! Management §4.

use axum::http::HeaderValue;
use axum::http::header;
use axum::response::Response;

use crate::domain::browser_state::BrowserState;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::web::visit::Visit;

/// Named in `static/check_session.js` too.
const COOKIE: &str = "gatepost_browser_state";

/// The state of a visitor with these accounts; none before the browser has been given an id.
pub fn of(visit: &Visit, accounts: &[AccountSession]) -> Option<BrowserState> {
    let browser = visit.browser.id()?;
    Some(BrowserState::of(browser, accounts))
}

/// Sets the cookie where the browser holds another. Scripts of our own origin read it, and inside a frame of other
/// sites, for which it must be `SameSite=None`; browsers take that over https only.
pub fn attach(visit: &Visit, state: Option<&BrowserState>, mut response: Response) -> Response {
    let Some(state) = state.filter(|s| visit.cookie(COOKIE) != Some(s.as_str())) else {
        return response;
    };
    let scope = if visit.state.ops.config.issuer.url.is_https() {
        "SameSite=None; Secure"
    } else {
        "SameSite=Lax"
    };
    let cookie = format!("{COOKIE}={}; Path=/; {scope}", state.as_str());
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// After somebody has signed in or out.
pub async fn changed(visit: &Visit, response: Response) -> Result<Response, PageError> {
    let accounts = visit.accounts().await?;
    Ok(attach(visit, of(visit, &accounts).as_ref(), response))
}
