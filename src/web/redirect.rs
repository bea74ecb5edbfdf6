//! The only constructors of `Location` headers.

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

/// To a page of our own: an absolute path. Anything else leads to the account page.
pub fn to_own_page(path: &str) -> Response {
    see_other(if is_own_path(path) { path } else { "/account" })
}

/// To a URL that was proved to belong to a client, or to the path of our own that the caller has built.
pub fn to_client(url: &str) -> Response {
    see_other(url)
}

fn see_other(location: &str) -> Response {
    // a header holds visible ASCII; both kinds of caller pass URLs, which are
    let Ok(value) = HeaderValue::try_from(location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, value), no_store]).into_response()
}

/// Whether a text is a path on our own origin, however a browser reads it.
pub fn is_own_path(path: &str) -> bool {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    plain && path.starts_with('/') && !path.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_origin_pass() {
        assert!(is_own_path("/account?x=1"));
        for path in [
            "",
            "account",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "/a\nb",
            "/ä",
            "\t/account",
        ] {
            assert!(!is_own_path(path), "{path:?}");
        }
    }
}
