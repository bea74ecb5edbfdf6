//! A JWT under the secret. OIDC Core §9.

use crate::crypto::jose;
use crate::domain::client::AuthMethod;
use crate::error::Failure;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Carrier;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::Prove;
use crate::oidc::client_auth::Proved;
use crate::oidc::client_auth::assertion;
use crate::ops;

/// The one algorithm: our secrets are long enough for it. RFC 7518 §3.2.
pub const ALG: &str = "HS256";

/// `client_secret_jwt`.
pub(super) const METHOD: Method = Method {
    method: AuthMethod::ClientSecretJwt,
    carrier: Carrier::Assertion,
    offered: |_| true,
    prove: Prove::Later(|attempt| Box::pin(prove(attempt))),
};

async fn prove(attempt: &Attempt<'_>) -> Result<Proved, Failure> {
    let secrets = ops::clients::secrets_themselves(attempt.ops, attempt.client);
    let token = attempt.assertion();
    let verified = secrets
        .iter()
        .find_map(|secret| jose::verify_with_secret(token, secret).ok())
        .filter(|foreign| foreign.header.alg == ALG);
    match verified {
        Some(foreign) => assertion::counts(attempt, &foreign).await,
        None => Ok(Err("the assertion is not signed with a secret of the client")),
    }
}
