//! A client looks after its registration, with the token it got for that. RFC 7592 §2.
//!
//! The token stays the same for the life of the client: were it replaced at each change, a lost answer would lock the
//! client out of its own registration.

use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::app::state::AppState;
use crate::domain::audit::Actor;
use crate::domain::error_code::ErrorCode;
use crate::domain::id::ClientId;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::error::protocol::Challenge;
use crate::oidc::bearer;
use crate::oidc::registration;
use crate::oidc::registration::answer;
use crate::oidc::registration::members;
use crate::ops;
use crate::ops::registration::Update;
use crate::web::path::Path;

pub(super) async fn serve(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    if !registration::is_on(&state.ops) {
        return registration::not_there();
    }
    let answered = match *request.method() {
        Method::GET => look(&state, &id, request).await,
        Method::PUT => change(&state, &id, request).await,
        Method::DELETE => delete(&state, &id, request).await,
        _ => return registration::not_allowed("GET, PUT, DELETE").await,
    };
    answered.unwrap_or_else(ProtocolError::into_response)
}

/// The same for an unknown client, a disabled one and a wrong token: §2.1.
fn denied() -> ProtocolError {
    bearer::invalid_token("the token does not manage this client, or the client is disabled")
}

fn credentials(id: &str, request: &Request) -> Result<(ClientId, Secret<String>), ProtocolError> {
    let missing = || {
        let text = "The request has no registration access token.";
        ProtocolError::new(ErrorCode::InvalidToken, text).challenging(Challenge::BareBearer)
    };
    let token = registration::token(request)?.ok_or_else(missing)?;
    let id = id.parse().map_err(|_| denied())?;
    Ok((id, token))
}

async fn look(state: &AppState, id: &str, request: Request) -> Result<Response, ProtocolError> {
    let (id, token) = credentials(id, &request)?;
    let client = ops::registration::find(&state.ops, &id, &token).await?;
    let client = client.ok_or_else(denied)?;
    Ok(answer::present(&state.ops, &client, &token, None))
}

async fn change(state: &AppState, id: &str, request: Request) -> Result<Response, ProtocolError> {
    let (id, token) = credentials(id, &request)?;
    let context = registration::context(&request)?.acting(Actor::Client(id.clone()));
    let members = members::read(state, request).await?;
    match ops::registration::update(&state.ops, &context, &id, &token, &members).await? {
        Update::Done(client, secret) => Ok(answer::present(&state.ops, &client, &token, secret.as_ref())),
        Update::Denied => Err(denied()),
        Update::Invalid(problems) => Err(answer::refusal(&problems)),
    }
}

async fn delete(state: &AppState, id: &str, request: Request) -> Result<Response, ProtocolError> {
    let (id, token) = credentials(id, &request)?;
    let context = registration::context(&request)?.acting(Actor::Client(id.clone()));
    if !ops::registration::delete(&state.ops, &context, &id, &token).await? {
        return Err(denied());
    }
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::NO_CONTENT, no_store).into_response())
}
