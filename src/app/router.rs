//! Everything that is served, folded from the tables of the surfaces.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_sessions::Expiry;
use tower_sessions::SessionManagerLayer;
use tower_sessions::cookie::SameSite;

use crate::admin;
use crate::app::state::AppState;
use crate::config::Config;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::health;
use crate::oidc;
use crate::pages;
use crate::store::browser_sessions::BrowserSessions;
use crate::web::csrf;
use crate::web::error_page;
use crate::web::json_error;
use crate::web::one_cookie;
use crate::web::params::MAX_FORM_BYTES;
use crate::web::request_context;
use crate::web::security_headers;
use crate::web::static_files;

/// Folds the tables together.
pub fn build(state: &AppState) -> Router {
    let forms = pages::routes()
        .merge(admin::routes(state))
        .layer(middleware::from_fn_with_state(state.clone(), csrf::layer));
    let browser = forms
        .merge(oidc::browser_routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(session_layer(state))
        .layer(middleware::from_fn(one_cookie::layer))
        .layer(middleware::from_fn_with_state(state.clone(), error_page::layer))
        .layer(middleware::from_fn(security_headers::layer))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(oidc::protocol_routes())
        .route(
            "/static/{version}/{*name}",
            get(static_files::serve).layer(CompressionLayer::new()),
        )
        .route("/favicon.ico", get(static_files::favicon))
        .merge(health::routes())
        .merge(browser)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(CatchPanicLayer::custom(|_| json_error::panicked()))
        .layer(middleware::from_fn_with_state(state.clone(), time_limit))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            request_context::layer,
        ))
        .with_state(state.clone())
}

fn session_layer(state: &AppState) -> SessionManagerLayer<BrowserSessions> {
    let config: &Config = &state.ops.config;
    let secure = config.issuer.url.is_https();
    SessionManagerLayer::new(BrowserSessions::new(state.ops.db.clone()))
        .with_name(one_cookie::name(secure))
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

async fn time_limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limit = state.ops.config.http.request_timeout.as_duration();
    tokio::time::timeout(limit, next.run(request))
        .await
        .unwrap_or_else(|_| json_error::timed_out())
}

async fn not_found(request: Request) -> Response {
    let wants_json = request
        .headers()
        .get(header::ACCEPT)
        .is_some_and(|v| v.as_bytes().starts_with(b"application/json"));
    if wants_json {
        StatusCode::NOT_FOUND.into_response()
    } else {
        PageError::not_found().into_response()
    }
}

async fn method_not_allowed() -> PageError {
    PageError::new(PageErrorKind::MethodNotAllowed)
}
