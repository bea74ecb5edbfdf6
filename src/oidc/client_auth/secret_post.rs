//! The secret in the form. RFC 6749 §2.3.1.

use axum::http::HeaderMap;

use crate::domain::client::AuthMethod;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::client_auth::Credentials;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::refused;
use crate::web::params::Params;

/// `client_secret_post`.
pub(super) const METHOD: Method = Method {
    name: "client_secret_post",
    method: AuthMethod::ClientSecretPost,
    proves_identity: true,
    credentials,
};

fn credentials(_headers: &HeaderMap, params: &Params) -> Option<Result<Credentials, ProtocolError>> {
    // an empty secret is a wrong one, not an absent one
    let secret = params.get_raw("client_secret")?;
    let Some(client_id) = params.get("client_id") else {
        return Some(Err(refused("client_secret came without client_id")));
    };
    Some(Ok(Credentials {
        client_id: client_id.to_owned(),
        secret: Some(Secret::new(secret.to_owned())),
    }))
}
