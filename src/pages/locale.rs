//! `/locale`: choosing a language, kept in a cookie.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::error::PageError;
use crate::i18n::Locale;
use crate::web::redirect;
use crate::web::visit::LOCALE_COOKIE;
use crate::web::visit::Visit;

/// `GET /locale?lang=de&return=/…`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/locale", get(choose))
}

async fn choose(visit: Visit) -> Result<Response, PageError> {
    let mut response = redirect::to_own_page(visit.query.get("return").unwrap_or("/account"));
    if let Some(locale) = visit.query.get("lang").and_then(Locale::from_tag) {
        let secure = if visit.state.ops.config.issuer.url.is_https() {
            "; Secure"
        } else {
            ""
        };
        let cookie = format!(
            "{LOCALE_COOKIE}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}",
            locale.tag()
        );
        if let Ok(value) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}
