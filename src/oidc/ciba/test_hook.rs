//! `POST /test/ciba`: answers a CIBA request in its person's place, so that a conformance suite needs nobody to click.
//! Only where `ciba.automated_approval` is set; not found otherwise.

use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;

use crate::app::state::AppState;
use crate::domain::audit::Context;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::ops::pending_grants;
use crate::web::params::Params;

/// `POST /test/ciba?auth_req_id=…&action=allow|deny`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/test/ciba",
    metadata: None,
    caller: Caller::Server,
    router: || post(answer),
};

async fn answer(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, ProtocolError> {
    if !state.ops.config.ciba.automated_approval {
        return Ok(StatusCode::NOT_FOUND);
    }
    let params = Params::parse(query.unwrap_or_default().as_bytes())?;
    let missing = || ProtocolError::invalid_request("Send auth_req_id and action, which is allow or deny.");
    let allow = match params.get("action") {
        Some("allow") => true,
        Some("deny") => false,
        Some(_) | None => return Err(missing()),
    };
    let id = Secret::new(params.get("auth_req_id").ok_or_else(missing)?.to_owned());
    let context = Context::job("ciba.automated_approval");
    if pending_grants::decide_for_test(&state.ops, &context, &id, allow).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Ok(StatusCode::NOT_FOUND)
    }
}
