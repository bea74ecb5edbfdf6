//! A certificate that is registered itself. RFC 8705 §2.2.

use crate::crypto::certificate;
use crate::domain::client::AuthMethod;
use crate::error::Failure;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Carrier;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::Prove;
use crate::oidc::client_auth::Proved;
use crate::ops;

/// `self_signed_tls_client_auth`.
pub(super) const METHOD: Method = Method {
    method: AuthMethod::SelfSignedTlsClientAuth,
    carrier: Carrier::ClientId,
    offered: |config| config.sees_client_certificates(),
    prove: Prove::Later(|attempt| Box::pin(prove(attempt))),
};

async fn prove(attempt: &Attempt<'_>) -> Result<Proved, Failure> {
    let certificate = match attempt.certificate() {
        Ok(certificate) => certificate,
        Err(reason) => return Ok(Err(reason)),
    };
    let is_ours = |jwks: &serde_json::Value| certificate::public_jwk_matches(certificate.der(), jwks);
    let fitting = ops::client_keys::fit(attempt.ops, attempt.client, is_ours).await?;
    Ok(fitting.and_then(|fits| {
        if fits {
            Ok(())
        } else {
            Err("the client certificate is not one that is registered")
        }
    }))
}
