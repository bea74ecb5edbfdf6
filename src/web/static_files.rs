//! Style sheets, scripts, icons and fonts: compiled in, named by their content, cached for ever.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use sha2::Digest as _;
use sha2::Sha256;

/// A file under `static/`.
struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset {
            name: $name,
            kind: $kind,
            bytes: include_bytes!(concat!("../../static/", $name)),
        }
    };
}

const ASSETS: &[Asset] = &[
    asset!("tokens.css", "text/css; charset=utf-8"),
    asset!("app.css", "text/css; charset=utf-8"),
    asset!("app.js", "text/javascript; charset=utf-8"),
    asset!("login.js", "text/javascript; charset=utf-8"),
    asset!("form_post.js", "text/javascript; charset=utf-8"),
    asset!("logged_out.js", "text/javascript; charset=utf-8"),
    asset!("check_session.js", "text/javascript; charset=utf-8"),
    asset!("icons.svg", "image/svg+xml"),
    asset!("favicon.svg", "image/svg+xml"),
    asset!("fonts/atkinson-next.woff2", "font/woff2"),
    asset!("fonts/atkinson-mono.woff2", "font/woff2"),
    asset!("LICENSES.md", "text/markdown; charset=utf-8"),
];

/// One version for all files, so that relative addresses inside style sheets carry it too.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.name.as_bytes());
        hash.update(asset.bytes);
    }
    let mut version = String::new();
    for byte in hash.finalize().iter().take(8) {
        let _ = write!(version, "{byte:02x}");
    }
    version
});

/// The address of a file.
pub fn address(name: &str) -> String {
    format!("/static/{}/{name}", *VERSION)
}

/// `GET /static/{version}/{name}`.
#[expect(clippy::disallowed_types, reason = "the path is only compared with the table")]
pub async fn serve(axum::extract::Path((version, name)): axum::extract::Path<(String, String)>) -> Response {
    let found = ASSETS
        .iter()
        .find(|a| a.name == name)
        .filter(|_| version == *VERSION);
    let Some(asset) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, asset.bytes).into_response()
}

/// `GET /favicon.ico`, which browsers ask for unbidden.
pub async fn favicon() -> Response {
    let icon = ASSETS
        .iter()
        .find(|a| a.name == "favicon.svg")
        .map_or(&[][..], |a| a.bytes);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=86400"),
        ),
    ];
    (headers, icon).into_response()
}
