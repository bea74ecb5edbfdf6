//! Headers that every page carries.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

/// What one page needs beyond the strict policy. A handler adds it to its response as an extension.
#[derive(Debug, Clone, Default)]
pub struct Allow {
    /// Origin or scheme that a form of the page may lead to.
    pub form_action: Option<String>,
    /// Origin of a picture on the page.
    pub image: Option<String>,
    /// Origins that frames on the page load from.
    pub frames: Vec<String>,
    /// Whether other sites may show the page in a frame.
    pub framed: bool,
}

static PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
static OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// The layer for pages.
pub async fn layer(request: Request, next: Next) -> Response {
    let console = request.uri().path().starts_with("/admin");
    let mut response = next.run(request).await;
    let allow = response.extensions_mut().remove::<Allow>().unwrap_or_default();
    let headers = response.headers_mut();
    set(headers, header::CONTENT_SECURITY_POLICY, &policy(&allow));
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !allow.framed {
        set(headers, header::X_FRAME_OPTIONS, "DENY");
    }
    set(
        headers,
        header::REFERRER_POLICY,
        if console { "same-origin" } else { "no-referrer" },
    );
    set(
        headers,
        PERMISSIONS_POLICY.clone(),
        "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), geolocation=(), microphone=()",
    );
    if console {
        set(headers, OPENER_POLICY.clone(), "same-origin");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    response
}

fn policy(allow: &Allow) -> String {
    let with = |extra: &Option<String>| extra.as_ref().map_or(String::new(), |e| format!(" {e}"));
    let frames = if allow.frames.is_empty() {
        String::new()
    } else {
        format!(" frame-src {};", allow.frames.join(" "))
    };
    let ancestors = if allow.framed { "*" } else { "'none'" };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'{}; font-src 'self'; \
         connect-src 'self';{frames} form-action 'self'{}; base-uri 'none'; frame-ancestors {ancestors}; \
         require-trusted-types-for 'script'; trusted-types app",
        with(&allow.image),
        with(&allow.form_action)
    )
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
