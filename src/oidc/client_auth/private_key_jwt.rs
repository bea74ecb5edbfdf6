//! A JWT under a key of the client, or of an issuer that speaks for it. OIDC Core §9, RFC 7523 §2.2.

use crate::domain::client::AuthMethod;
use crate::domain::signing_alg::SigningAlg;
use crate::error::Failure;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Carrier;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::Prove;
use crate::oidc::client_auth::Proved;
use crate::oidc::client_auth::assertion;
use crate::oidc::client_auth::federated;
use crate::ops;

/// `private_key_jwt`.
pub(super) const METHOD: Method = Method {
    method: AuthMethod::PrivateKeyJwt,
    carrier: Carrier::Assertion,
    offered: |_| true,
    prove: Prove::Later(|attempt| Box::pin(prove(attempt))),
};

async fn prove(attempt: &Attempt<'_>) -> Result<Proved, Failure> {
    let client = attempt.client;
    // a client with federated credentials has no keys for this: registration sees to it
    if !client.metadata.federated_credentials.is_empty() {
        return federated::prove(attempt).await;
    }
    let profile = client.rules().signing_algs;
    let registered = client.metadata.token_endpoint_auth_signing_alg.as_deref();
    let only = registered.map(|alg| SigningAlg::parse(alg).filter(|alg| profile.contains(alg)));
    let allowed = match &only {
        None => profile,
        Some(only) => only.as_slice(),
    };
    match ops::client_keys::verify(attempt.ops, client, attempt.assertion(), allowed).await? {
        Ok(foreign) => assertion::counts(attempt, &foreign).await,
        Err(reason) => Ok(Err(reason)),
    }
}
