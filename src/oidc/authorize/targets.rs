//! What a request is about beside the scope: APIs (RFC 8707) and details (RFC 9396).

use crate::domain::api::Registered;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::authorization_details;
use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;
use crate::web::params::Params;

/// The parameter, which may be longer than others.
pub(super) const DETAILS: &str = "authorization_details";

/// RFC 8707 §2.1: each must be a registered API that the client may ask for.
pub(super) fn resource(
    apis: &Registered,
    client: &Client,
    params: &Params,
    request: &mut AuthorizeRequest,
) -> Result<(), ProtocolError> {
    let asked = params.distinct("resource");
    if !asked.iter().all(|one| apis.is_open_to(client, one)) {
        return Err(ProtocolError::invalid_target());
    }
    request.resource = asked;
    Ok(())
}

/// RFC 9396 §5: each must be of a registered type that the client may ask for.
pub(super) fn details(
    apis: &Registered,
    client: &Client,
    params: &Params,
    request: &mut AuthorizeRequest,
) -> Result<(), ProtocolError> {
    let Some(json) = params.get(DETAILS) else {
        return Ok(());
    };
    let read = authorization_details::parse(json, |name| apis.details_type_is_open_to(client, name));
    request.authorization_details =
        read.map_err(|text| ProtocolError::new(ErrorCode::InvalidAuthorizationDetails, text))?;
    Ok(())
}
