//! Client authentication: exactly one method, the one the client is registered for. RFC 6749 §2.3.

mod none;
mod secret_basic;
mod secret_post;

use std::sync::Arc;

use axum::http::HeaderMap;

use crate::domain::client::AuthMethod;
use crate::domain::client::AuthenticatedClient;
use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::domain::id::ClientId;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::error::protocol::Challenge;
use crate::ops;
use crate::ops::Ops;
use crate::web::params::Params;

/// One way for a client to prove who it is.
pub struct Method {
    /// The registered name.
    pub name: &'static str,
    /// The value in client metadata.
    pub method: AuthMethod,
    /// Whether it proves anything: `none` does not.
    pub proves_identity: bool,
    /// Finds the credentials of this method in a request; `None` when the request does not use it.
    pub credentials: fn(&HeaderMap, &Params) -> Option<Result<Credentials, ProtocolError>>,
}

/// Every method. The order is that of the discovery document.
pub const METHODS: &[Method] = &[secret_basic::METHOD, secret_post::METHOD, none::METHOD];

/// What a request brings.
#[derive(Debug)]
pub struct Credentials {
    /// Who the client says it is.
    pub client_id: String,
    /// Its secret; none with `none`.
    pub secret: Option<Secret<String>>,
}

/// The same answer for every failure; the reason goes to the log.
fn refused(reason: &'static str) -> ProtocolError {
    ProtocolError::new(
        ErrorCode::InvalidClient,
        "Client authentication failed. Check client_id, secret and method.",
    )
    .because(reason)
}

/// Authenticates the client of a request.
pub async fn authenticate(
    ops: &Ops,
    headers: &HeaderMap,
    params: &Params,
) -> Result<AuthenticatedClient, ProtocolError> {
    let used: Vec<_> = METHODS
        .iter()
        .filter_map(|m| Some((m, (m.credentials)(headers, params)?)))
        .collect();
    let basic = headers.contains_key(axum::http::header::AUTHORIZATION);
    let challenged = |error: ProtocolError| {
        if basic && error.code == ErrorCode::InvalidClient {
            error.challenging(Challenge::Basic)
        } else {
            error
        }
    };
    let mut used = used.into_iter();
    let Some((method, credentials)) = used.next() else {
        return Err(challenged(refused("the request holds no client credentials")));
    };
    if used.next().is_some() {
        return Err(ProtocolError::invalid_request(
            "Only one client authentication method may be used in a request.",
        ));
    }
    let credentials = credentials.map_err(challenged)?;
    // RFC 6749 §2.3: a client_id beside the credentials must be the same
    if params
        .get("client_id")
        .is_some_and(|id| id != credentials.client_id)
    {
        return Err(ProtocolError::invalid_request(
            "client_id does not belong to the credentials of the request.",
        ));
    }
    prove(ops, method, &credentials).await.map_err(challenged)
}

async fn prove(
    ops: &Ops,
    method: &Method,
    credentials: &Credentials,
) -> Result<AuthenticatedClient, ProtocolError> {
    let id: ClientId = credentials
        .client_id
        .parse()
        .map_err(|_| refused("the client_id is malformed"))?;
    let found = ops::client_documents::find(ops, &id).await?;
    let client: Arc<Client> = found.ok_or_else(|| refused("the client is unknown or disabled"))?;
    if client.metadata.token_endpoint_auth_method != method.method {
        return Err(refused(
            "the client is registered for another authentication method",
        ));
    }
    match &credentials.secret {
        Some(secret) if !ops::clients::secret_matches(ops, &client, secret) => {
            Err(refused("the client secret is wrong or has expired"))
        }
        Some(_) | None => Ok(AuthenticatedClient::proved(client, method.method)),
    }
}
