//! The session cookie comes once. A second one of its name was planted from elsewhere, and none of the two can be told
//! to be ours: the browser counts as unknown.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

/// The session cookie's name, over https and without.
pub const fn name(secure: bool) -> &'static str {
    if secure { "__Host-gatepost" } else { "gatepost" }
}

/// The layer, outside that of the sessions.
pub async fn layer(mut request: Request, next: Next) -> Response {
    drop_doubled(request.headers_mut());
    next.run(request).await
}

fn is_session(pair: &str) -> bool {
    let known = pair.split('=').next().unwrap_or(pair).trim();
    known == name(true) || known == name(false)
}

fn drop_doubled(headers: &mut HeaderMap) {
    let all: Vec<String> = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .map(|pair| pair.trim().to_owned())
        .collect();
    if all.iter().filter(|pair| is_session(pair)).count() < 2 {
        return;
    }
    let others: Vec<String> = all.into_iter().filter(|pair| !is_session(pair)).collect();
    headers.remove(header::COOKIE);
    if let Ok(value) = HeaderValue::try_from(others.join("; ")) {
        headers.insert(header::COOKIE, value);
    }
}
