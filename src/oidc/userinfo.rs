//! Claims about the person. OIDC Core §5.3.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use serde_json::Map;
use serde_json::Value;

use crate::app::state::AppState;
use crate::crypto::jwt::TokenType;
use crate::domain::claims;
use crate::domain::claims::Memberships;
use crate::domain::client::Client;
use crate::domain::confirmation::Confirmation;
use crate::domain::error_code::ErrorCode;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::error::ProtocolError;
use crate::error::protocol::Challenge;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::bearer;
use crate::oidc::bearer::Presented;
use crate::oidc::protocol_form::ProtocolForm;
use crate::oidc::protocol_form::ProtocolHead;
use crate::oidc::sender_constraint;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::tokens::sign;
use crate::store;

/// `GET` and `POST /userinfo`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/userinfo",
    metadata: Some("userinfo_endpoint"),
    caller: Caller::Anybody,
    router: || get(by_get).post(by_post),
};

async fn by_get(State(state): State<AppState>, head: ProtocolHead) -> Result<Response, ProtocolError> {
    let token = bearer::token(&head.headers, None)?;
    answer(&state, &head, &token).await
}

async fn by_post(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let token = bearer::token(&form.head.headers, Some(&form.params))?;
    answer(&state, &form.head, &token).await
}

async fn answer(state: &AppState, head: &ProtocolHead, token: &Presented) -> Result<Response, ProtocolError> {
    let ops = &state.ops;
    let token = bearer::claims(ops, head, token).await?;
    if !token.aud.contains(ops.issuer()) {
        return Err(bearer::invalid_token("the token is for another resource"));
    }
    let Some(family) = &token.fam else {
        return Err(bearer::invalid_token(
            "the token is a client's own, there is no person behind it",
        ));
    };
    if !token.scope.contains("openid") {
        let text = "The access token lacks the scope openid.";
        return Err(ProtocolError::new(ErrorCode::InsufficientScope, text));
    }
    let client = ops.clients.find(&ops.db, &token.client_id).await?;
    let client = client.ok_or_else(|| bearer::invalid_token("the client is unknown or disabled"))?;
    demand(ops, &token)?;
    let person = store::tokens::person(&ops.db, family, &token.jti, ops.now()).await?;
    let (user, granted) =
        person.ok_or_else(|| bearer::invalid_token("the token family or its person counts no more"))?;
    let wants_memberships = token.scope.contains("roles") || token.scope.contains("groups");
    let memberships = if wants_memberships {
        store::roles::memberships(&ops.db, &user.id, &token.client_id).await?
    } else {
        Memberships::default()
    };
    let all = claims::all_claims(&user, &memberships);
    let mut released = claims::userinfo_claims(&all, &token.scope, &granted.claims);
    released.insert("sub".to_owned(), token.sub.into());
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    let mut response = match client.metadata.userinfo_signed_response_alg {
        None => (no_store, axum::Json(released)).into_response(),
        Some(alg) => (no_store, signed(ops, &client, alg, released)?).into_response(),
    };
    sender_constraint::remind(ops, &mut response);
    Ok(response)
}

/// RFC 9470 §3: the authentication behind the token may be too weak or too old for what is asked.
fn demand(ops: &Ops, token: &AccessClaims) -> Result<(), ProtocolError> {
    let resources = &ops.config.resources;
    let (acr_values, max_age) = (&resources.userinfo_acr_values, resources.userinfo_max_age);
    let weak = !acr_values.is_empty() && !token.acr.as_ref().is_some_and(|acr| acr_values.contains(acr));
    let authenticated = Timestamp::from_secs(token.auth_time.unwrap_or_default());
    let old = !max_age.is_zero() && authenticated + max_age < ops.now();
    if !weak && !old {
        return Ok(());
    }
    let text = "The authentication behind the access token is too weak or too old.";
    let mut refusal = ProtocolError::new(ErrorCode::InsufficientUserAuthentication, text);
    if let Some(Confirmation::Key(_)) = token.cnf {
        refusal = refusal.challenging(Challenge::Dpop);
    }
    if weak {
        refusal = refusal.demanding("acr_values", &acr_values.join(" "));
    }
    if old {
        refusal = refusal.demanding("max_age", &max_age.as_secs().to_string());
    }
    Err(refusal)
}

/// The claims as a JWT for the client. OIDC Core §5.3.2.
fn signed(
    ops: &Ops,
    client: &Client,
    alg: SigningAlg,
    mut released: Map<String, Value>,
) -> Result<Response, ProtocolError> {
    released.insert("iss".to_owned(), ops.issuer().into());
    released.insert("aud".to_owned(), client.id.as_str().into());
    let token = sign(ops, alg, TokenType::UserInfo, &released)?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/jwt"))];
    Ok((kind, token).into_response())
}
