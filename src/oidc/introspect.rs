//! Whether a token still counts. RFC 7662.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::post;
use serde_json::Value;
use serde_json::json;

use crate::app::state::AppState;
use crate::crypto::jwt::TokenType;
use crate::domain::client::AuthenticatedClient;
use crate::domain::confirmation::Confirmation;
use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::error::Failure;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::client_auth;
use crate::oidc::protocol_form::ProtocolForm;
use crate::ops;
use crate::ops::Ops;
use crate::store;

/// `POST /introspect`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/introspect",
    metadata: Some("introspection_endpoint"),
    caller: Caller::Server,
    router: || post(introspect),
};

async fn introspect(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let ops = &state.ops;
    let client = client_auth::authenticate(ops, &form).await?;
    if client.metadata.is_public() {
        // RFC 7662 §2.1: whoever may ask must prove who they are
        let text = "A public client cannot introspect tokens.";
        return Err(ProtocolError::new(ErrorCode::InvalidClient, text));
    }
    let missing = || ProtocolError::invalid_request("The parameter token is missing.");
    let token = Secret::new(form.params.get("token").ok_or_else(missing)?.to_owned());
    // RFC 7662 §2.2: nothing is said about a token that does not count
    let body = describe(ops, &client, &token)
        .await?
        .unwrap_or_else(|| json!({ "active": false }));
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    if wants_jwt(&form.head.headers) {
        return Ok((no_store, signed(ops, &client, &body)?).into_response());
    }
    Ok((no_store, axum::Json(body)).into_response())
}

const SIGNED: &str = "application/token-introspection+jwt";

/// RFC 9701 §4: whoever wants a signed answer says so.
fn wants_jwt(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|v| v.to_str().ok());
    let mut kinds = accepted.flat_map(|v| v.split(','));
    kinds.any(|kind| {
        let kind = kind.split(';').next().unwrap_or(kind).trim();
        kind.eq_ignore_ascii_case(SIGNED)
    })
}

/// The answer as a JWT for the resource that asked. RFC 9701 §5.
fn signed(ops: &Ops, client: &AuthenticatedClient, body: &Value) -> Result<Response, Failure> {
    let registered = client.metadata.introspection_signed_response_alg;
    let alg = registered.unwrap_or(client.default_alg());
    let claims = json!({
        "iss": ops.issuer(),
        "aud": client.id,
        "iat": ops.now().as_secs(),
        "token_introspection": body,
    });
    let token = ops::tokens::sign(ops, alg, TokenType::Introspection, &claims)?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(SIGNED))];
    Ok((kind, token).into_response())
}

async fn describe(
    ops: &Ops,
    client: &AuthenticatedClient,
    token: &Secret<String>,
) -> Result<Option<Value>, Failure> {
    if let Some(claims) = ops::tokens::read_access_token(ops, token).await? {
        // an API hears of tokens that are for it, and a client of its own: nothing of anybody else's
        let apis = ops.apis.current();
        let may_hear = claims.client_id == client.id || apis.is_heard_by(&client.id, &claims.aud);
        if !may_hear || !ops::tokens::still_counts(ops, &claims).await? {
            return Ok(None);
        }
        let mut body = serde_json::to_value(&claims).unwrap_or_default();
        if let Value::Object(members) = &mut body {
            members.insert("active".to_owned(), true.into());
            let kind = Confirmation::token_type(claims.cnf.as_ref());
            members.insert("token_type".to_owned(), kind.into());
            members.remove("fam");
        }
        return Ok(Some(body));
    }
    let now = ops.now();
    let known = store::refresh_tokens::presented(&ops.db, &TokenHash::of(token), now).await?;
    let live = known.filter(|k| k.client_id == client.id && !k.expired && !k.ended && k.successor.is_none());
    Ok(live.map(|known| {
        json!({
            "active": true,
            "client_id": known.client_id,
            "sub": ops.subject(client, &known.family.user_id),
            "scope": known.family.granted.scope,
            "iss": ops.issuer(),
        })
    }))
}
