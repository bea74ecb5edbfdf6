//! Protected-resource metadata: of ourselves, and of registered APIs below our own address. RFC 9728 §3.

use axum::extract::RawPathParams;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;
use serde_json::json;

use crate::app::state::AppState;
use crate::domain::scope::STANDARD_SCOPES;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::userinfo;
use crate::ops;
use crate::ops::Ops;

/// The resource that our issuer's tokens are for: us.
pub const OURS: Endpoint = Endpoint {
    path: "/.well-known/oauth-protected-resource",
    metadata: None,
    caller: Caller::Anybody,
    router: || get(ours),
};

/// The resource whose identifier has this path, on our host. RFC 9728 §3.1.
pub const OF_PATH: Endpoint = Endpoint {
    path: "/.well-known/oauth-protected-resource/{*path}",
    metadata: None,
    caller: Caller::Anybody,
    router: || get(of_path),
};

async fn ours(State(state): State<AppState>) -> Response {
    let ops = &state.ops;
    answer(&our_own(ops, ops.issuer()))
}

async fn of_path(State(state): State<AppState>, path: RawPathParams, RawQuery(query): RawQuery) -> Response {
    let ops = &state.ops;
    let path = path.iter().next().map_or("", |(_, value)| value);
    let issuer = ops.issuer();
    let base = ops.config.issuer.url.path();
    let origin = issuer.strip_suffix(base).unwrap_or(issuer);
    let mut identifier = format!("{origin}/{path}");
    if let Some(query) = query {
        identifier.push('?');
        identifier.push_str(&query);
    }
    if identifier == issuer || identifier == format!("{issuer}{}", userinfo::ENDPOINT.path) {
        return answer(&our_own(ops, &identifier));
    }
    match ops.apis.current().find(&identifier) {
        Some(api) => answer(&ops::apis::metadata(ops, api)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The UserInfo endpoint, which is all that our own tokens open.
fn our_own(ops: &Ops, identifier: &str) -> Value {
    let name = &ops.config.branding.product_name;
    let mut document = ops::apis::resource_metadata(ops, identifier, name, &["header", "body"]);
    document["scopes_supported"] = json!(STANDARD_SCOPES);
    document
}

fn answer(document: &Value) -> Response {
    let fresh = [(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    )];
    (fresh, axum::Json(document)).into_response()
}
