//! The secret in the form. RFC 6749 §2.3.1.

use crate::domain::client::AuthMethod;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::client_auth::Carrier;
use crate::oidc::client_auth::Credentials;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::Prove;
use crate::oidc::client_auth::refused;
use crate::oidc::client_auth::secret_basic;
use crate::oidc::protocol_form::ProtocolForm;

/// `client_secret_post`.
pub(super) const METHOD: Method = Method {
    method: AuthMethod::ClientSecretPost,
    carrier: Carrier::Form,
    offered: |_| true,
    prove: Prove::Now(secret_basic::prove),
};

/// `client_secret`.
pub(super) fn find(form: &ProtocolForm) -> Option<Result<Credentials, ProtocolError>> {
    // an empty secret is a wrong one, not an absent one
    let secret = form.params.get_raw("client_secret")?;
    let Some(client_id) = form.params.get("client_id") else {
        return Some(Err(refused("client_secret came without client_id")));
    };
    Some(Ok(Credentials {
        client_id: client_id.to_owned(),
        secret: Some(Secret::new(secret.to_owned())),
    }))
}
