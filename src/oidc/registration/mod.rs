//! Clients register and manage themselves. RFC 7591, RFC 7592, OIDC Registration §3, §4.
//!
//! Where `registration.mode` is `off` neither endpoint is there, for any method.

mod answer;
mod manage;
mod members;

use axum::body::Body;
use axum::extract::Request;
use axum::extract::State;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::MethodFilter;
use axum::routing::on;

use crate::app::state::AppState;
use crate::config::RegistrationMode;
use crate::domain::audit::Actor;
use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::ProtocolError;
use crate::error::protocol::Challenge;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::oidc::bearer;
use crate::ops;
use crate::ops::Ops;
use crate::ops::registration::Register;
use crate::web::json_error;
use crate::web::request_context::RequestContext;

/// `POST /register`. Discovery names it where it is on.
pub const ENDPOINT: Endpoint = Endpoint {
    path: PATH,
    metadata: None,
    caller: Caller::Anybody,
    router: || on(EVERY, serve),
};

/// `GET`, `PUT` and `DELETE /register/{client_id}`.
pub const MANAGEMENT: Endpoint = Endpoint {
    path: "/register/{client_id}",
    metadata: None,
    caller: Caller::Server,
    router: || on(EVERY, manage::serve),
};

/// Our own refusals for every method, so that nothing is there where registration is off.
const EVERY: MethodFilter = MethodFilter::GET
    .or(MethodFilter::HEAD)
    .or(MethodFilter::POST)
    .or(MethodFilter::PUT)
    .or(MethodFilter::DELETE)
    .or(MethodFilter::PATCH)
    .or(MethodFilter::OPTIONS);

/// Where clients register.
pub const PATH: &str = "/register";

/// Whether anybody may register a client here.
pub fn is_on(ops: &Ops) -> bool {
    ops.config.registration.mode != RegistrationMode::Off
}

fn not_there() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

async fn not_allowed(methods: &'static str) -> Response {
    let mut response = json_error::method_not_allowed().await;
    let value = axum::http::HeaderValue::from_static(methods);
    response.headers_mut().insert(header::ALLOW, value);
    response
}

/// Id and origin of a request.
fn context(request: &Request<Body>) -> Result<RequestContext, ProtocolError> {
    let context = request.extensions().get::<RequestContext>().cloned();
    let missing = || ProtocolError::new(ErrorCode::ServerError, "Something failed on the server.");
    context.ok_or_else(missing)
}

/// The token of the request, if there is an `Authorization` header at all.
fn token(request: &Request<Body>) -> Result<Option<Secret<String>>, ProtocolError> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        bearer::token(request.headers(), None)?.bearer().map(Some)
    } else {
        Ok(None)
    }
}

async fn serve(State(state): State<AppState>, request: Request) -> Response {
    if !is_on(&state.ops) {
        return not_there();
    }
    if request.method() != Method::POST {
        return not_allowed("POST").await;
    }
    match register(&state, request).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn register(state: &AppState, request: Request) -> Result<Response, ProtocolError> {
    let ops = &state.ops;
    let context = context(&request)?.acting(Actor::System);
    // where everybody may register, a token of somebody's is nothing to us
    let initial = match ops.config.registration.mode {
        RegistrationMode::Open => None,
        RegistrationMode::Token | RegistrationMode::Off => token(&request)?,
    };
    let members = members::read(state, request).await?;
    match ops::registration::register(ops, &context, initial.as_ref(), &members).await? {
        Register::Done(registered) => {
            tracing::info!(client.id = %registered.id, "A client has registered itself");
            Ok(answer::created(ops, &registered))
        }
        Register::NoToken => {
            let text = "Registration needs an initial access token.";
            Err(ProtocolError::new(ErrorCode::InvalidToken, text).challenging(Challenge::BareBearer))
        }
        Register::WrongToken => Err(bearer::invalid_token("the initial access token does not work")),
        Register::Throttled(until) => Err(throttled(ops, until)),
        Register::Full => {
            let text = "There are as many registered clients as the operator allows.";
            Err(ProtocolError::new(ErrorCode::TemporarilyUnavailable, text)
                .because("registration.max_clients is reached"))
        }
        Register::Invalid(problems) => Err(answer::refusal(&problems)),
    }
}

/// RFC 6585 §4.
fn throttled(ops: &Ops, until: Timestamp) -> ProtocolError {
    let secs = (until.as_secs() - ops.now().as_secs()).max(1);
    let text = "Too many registrations from this address. Try again later.";
    let error = ProtocolError::new(ErrorCode::TemporarilyUnavailable, text);
    error
        .with_status(StatusCode::TOO_MANY_REQUESTS)
        .with_header(header::RETRY_AFTER, secs.into())
        .because("registration.address_limit is reached")
}
