//! What a client is told of its registration. RFC 7591 §3.2, RFC 7592 §3.

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use serde_json::Map;
use serde_json::Value;

use crate::domain::client::Client;
use crate::domain::client::ClientMetadata;
use crate::domain::client::InvalidMetadata;
use crate::domain::client::from_outside;
use crate::domain::error_code::ErrorCode;
use crate::domain::id::ClientId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::ProtocolError;
use crate::oidc::registration::PATH;
use crate::ops::Ops;
use crate::ops::registration::Registered;

/// `201` with everything that was registered.
pub(super) fn created(ops: &Ops, registered: &Registered) -> Response {
    let mut members = described(
        ops,
        &registered.id,
        &registered.metadata,
        registered.at,
        &registered.token,
    );
    add_secret(&mut members, registered.secret.as_ref());
    json(StatusCode::CREATED, members)
}

/// `200` with everything that is registered. The secret is shown only when it was made just now: we know its hash alone.
pub(super) fn present(
    ops: &Ops,
    client: &Client,
    token: &Secret<String>,
    secret: Option<&Secret<String>>,
) -> Response {
    let mut members = described(ops, &client.id, &client.metadata, client.created_at, token);
    add_secret(&mut members, secret);
    json(StatusCode::OK, members)
}

fn described(
    ops: &Ops,
    id: &ClientId,
    metadata: &ClientMetadata,
    at: Timestamp,
    token: &Secret<String>,
) -> Map<String, Value> {
    let mut members = from_outside::shown(metadata);
    let segment = utf8_percent_encode(id.as_str(), NON_ALPHANUMERIC).to_string();
    // `_` is plain in a path, and in every id that we make
    let uri = format!("{}{PATH}/{}", ops.issuer(), segment.replace("%5F", "_"));
    let ours: [(&str, Value); 4] = [
        ("client_id", id.as_str().into()),
        ("client_id_issued_at", at.as_secs().into()),
        ("registration_client_uri", uri.into()),
        ("registration_access_token", token.expose().as_str().into()),
    ];
    members.extend(ours.map(|(name, value)| (name.to_owned(), value)));
    members
}

fn add_secret(members: &mut Map<String, Value>, secret: Option<&Secret<String>>) {
    if let Some(secret) = secret {
        members.insert("client_secret".to_owned(), secret.expose().as_str().into());
        // it does not expire: RFC 7591 §3.2.1
        members.insert("client_secret_expires_at".to_owned(), 0.into());
    }
}

fn json(status: StatusCode, members: Map<String, Value>) -> Response {
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (status, headers, axum::Json(members)).into_response()
}

/// `400` that names every member that cannot stand. RFC 7591 §3.2.2.
pub(super) fn refusal(problems: &[InvalidMetadata]) -> ProtocolError {
    let about = |field: &str| problems.iter().any(|problem| problem.field == field);
    let code = if about("software_statement") {
        ErrorCode::UnapprovedSoftwareStatement
    } else if about("redirect_uris") {
        ErrorCode::InvalidRedirectUri
    } else {
        ErrorCode::InvalidClientMetadata
    };
    let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let text: String = plain(&all.join("; ")).chars().take(800).collect();
    ProtocolError::new(code, text)
}

/// The characters that a description may have. RFC 6749 §5.2.
fn plain(text: &str) -> String {
    let text = text.replace('…', "...").replace('"', "'");
    let fits = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
    text.chars().map(|c| if fits(c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_only_the_characters_that_it_may_have() {
        assert_eq!(plain("a \"b\" (#…) \\ ä\n"), "a 'b' (#...) ? ??");
    }

    #[test]
    fn the_code_follows_from_the_member() {
        let code = |field: &'static str| refusal(&[InvalidMetadata::new(field, "is wrong")]).code;
        assert_eq!(code("redirect_uris"), ErrorCode::InvalidRedirectUri);
        assert_eq!(code("jwks"), ErrorCode::InvalidClientMetadata);
        assert_eq!(code("software_statement"), ErrorCode::UnapprovedSoftwareStatement);
    }
}
