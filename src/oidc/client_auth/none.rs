//! Public clients say who they are and prove nothing. RFC 6749 §2.1, §3.2.1.

use axum::http::HeaderMap;
use axum::http::header;

use crate::domain::client::AuthMethod;
use crate::error::ProtocolError;
use crate::oidc::client_auth::Credentials;
use crate::oidc::client_auth::Method;
use crate::web::params::Params;

/// `none`.
pub(super) const METHOD: Method = Method {
    name: "none",
    method: AuthMethod::None,
    proves_identity: false,
    credentials,
};

fn credentials(headers: &HeaderMap, params: &Params) -> Option<Result<Credentials, ProtocolError>> {
    let others = headers.contains_key(header::AUTHORIZATION) || params.get_raw("client_secret").is_some();
    let client_id = params.get("client_id").filter(|_| !others)?;
    Some(Ok(Credentials {
        client_id: client_id.to_owned(),
        secret: None,
    }))
}
