//! What device authorization (RFC 8628) and CIBA share at the protocol's edge.

use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::domain::pending_grant::PendingKind;
use crate::domain::pending_grant::PendingRequest;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::token::TokenRequest;
use crate::ops::Ops;
use crate::ops::pending_grants;
use crate::ops::pending_grants::Polled;
use crate::ops::pending_grants::PresentedPending;
use crate::ops::tokens::IssuedTokens;

/// What is asked for, within what the client is registered for.
pub fn asked(
    ops: &Ops,
    client: &Client,
    scope: Option<&str>,
    resource: Vec<String>,
) -> Result<PendingRequest, ProtocolError> {
    let registered = &client.metadata.scope;
    let invalid = |text| ProtocolError::new(ErrorCode::InvalidScope, text);
    let scope = match scope {
        None => registered.without("offline_access"),
        Some(text) => text
            .parse()
            .map_err(|_| invalid("The scope holds a character that is not allowed."))?,
    };
    if !scope.is_subset_of(registered) {
        return Err(invalid("The scope is not registered for the client."));
    }
    let apis = ops.apis.current();
    if !resource.iter().all(|one| apis.is_open_to(client, one)) {
        return Err(ProtocolError::invalid_target());
    }
    Ok(PendingRequest {
        scope,
        resource,
        binding_message: None,
    })
}

/// Answers a client that asks whether its person has decided.
pub async fn redeem(
    request: &TokenRequest<'_>,
    kind: PendingKind,
    code: Secret<String>,
) -> Result<IssuedTokens, ProtocolError> {
    let presented = PresentedPending {
        kind,
        code,
        constraint: request.constraint.clone(),
        resource: request.resource(),
    };
    let polled = pending_grants::poll(request.ops, request.client, presented, &request.context.origin);
    let error = |code, text: &'static str| Err(ProtocolError::new(code, text));
    match polled.await? {
        Polled::Issued(issued) => Ok(*issued),
        Polled::Pending => error(
            ErrorCode::AuthorizationPending,
            "The person has not decided yet. Ask again after the interval.",
        ),
        Polled::SlowDown => error(
            ErrorCode::SlowDown,
            "Asked too early. The interval is 5 seconds longer from now on.",
        ),
        Polled::Expired => error(ErrorCode::ExpiredToken, "The request has run out. Begin again."),
        Polled::Denied => error(ErrorCode::AccessDenied, "The person has not allowed it."),
        Polled::WrongTarget => Err(ProtocolError::invalid_target()),
        Polled::Refused(reason) => Err(ProtocolError::invalid_grant(
            "The request is unknown, used, or does not belong to this client.",
            reason,
        )),
    }
}
