//! Claims about the person. OIDC Core §5.3.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::claims;
use crate::domain::claims::Memberships;
use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::bearer;
use crate::oidc::bearer::Presented;
use crate::oidc::protocol_form::ProtocolForm;
use crate::oidc::protocol_form::ProtocolHead;
use crate::oidc::sender_constraint;
use crate::store;

/// `GET` and `POST /userinfo`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/userinfo",
    metadata: Some("userinfo_endpoint"),
    caller: Caller::Anybody,
    router: || get(by_get).post(by_post),
};

async fn by_get(State(state): State<AppState>, head: ProtocolHead) -> Result<Response, ProtocolError> {
    let token = bearer::token(&head, None)?;
    answer(&state, &head, &token).await
}

async fn by_post(State(state): State<AppState>, form: ProtocolForm) -> Result<Response, ProtocolError> {
    let token = bearer::token(&form.head, Some(&form.params))?;
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
    if ops.clients.find(&ops.db, &token.client_id).await?.is_none() {
        return Err(bearer::invalid_token("the client is unknown or disabled"));
    }
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
    let mut response = (no_store, axum::Json(released)).into_response();
    sender_constraint::remind(ops, &mut response);
    Ok(response)
}
