//! Public clients say who they are and prove nothing. RFC 6749 §2.1, §3.2.1.

use axum::http::header;

use crate::domain::client::AuthMethod;
use crate::error::ProtocolError;
use crate::oidc::client_auth::Carrier;
use crate::oidc::client_auth::Credentials;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::Prove;
use crate::oidc::protocol_form::ProtocolForm;

/// `none`.
pub(super) const METHOD: Method = Method {
    method: AuthMethod::None,
    carrier: Carrier::ClientId,
    offered: |_| true,
    prove: Prove::Now(|_| Ok(())),
};

/// Parameters that are credentials of another kind.
const OTHERS: &[&str] = &["client_secret", "client_assertion", "client_assertion_type"];

/// A `client_id` alone, as public clients and those with a certificate send it.
pub(super) fn find(form: &ProtocolForm) -> Option<Result<Credentials, ProtocolError>> {
    let others = form.head.headers.contains_key(header::AUTHORIZATION)
        || OTHERS.iter().any(|name| form.params.get_raw(name).is_some());
    let client_id = form.params.get("client_id").filter(|_| !others)?;
    Some(Ok(Credentials {
        client_id: client_id.to_owned(),
        secret: None,
    }))
}
