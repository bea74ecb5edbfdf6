//! A client acting for itself. RFC 6749 §4.4.

use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;
use crate::oidc::token::TokenRequest;
use crate::oidc::token::grants::Grant;
use crate::ops;
use crate::ops::tokens::IssuedTokens;

/// `client_credentials`.
pub(super) const GRANT: Grant = Grant {
    grant_type: "client_credentials",
    parameters: &["scope", "resource", "authorization_details"],
    redeem: |request| Box::pin(redeem(request)),
};

/// Scopes that speak of a person; a client alone has none.
const OF_PEOPLE: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "roles",
    "groups",
];

async fn redeem(request: TokenRequest<'_>) -> Result<IssuedTokens, ProtocolError> {
    if request.client.metadata.is_public() {
        let text = "A public client cannot use this grant.";
        return Err(ProtocolError::new(ErrorCode::UnauthorizedClient, text));
    }
    let registered = OF_PEOPLE
        .iter()
        .fold(request.client.metadata.scope.clone(), |scope, name| {
            scope.without(name)
        });
    let scope = match request.scope()? {
        None => registered,
        Some(asked) if asked.is_subset_of(&registered) => asked,
        Some(_) => {
            let text = "The scope is not registered for the client, or speaks of a person.";
            return Err(ProtocolError::new(ErrorCode::InvalidScope, text));
        }
    };
    let resource = request.resource();
    let apis = request.ops.apis.current();
    if !resource.iter().all(|one| apis.is_open_to(request.client, one)) {
        return Err(ProtocolError::invalid_target());
    }
    let details = request.authorization_details()?;
    let (ops, client, constraint) = (request.ops, request.client, request.constraint.clone());
    Ok(ops::tokens::client_credentials(ops, client, scope, resource, details, constraint).await?)
}
