//! A JWT of a registered issuer that speaks for the client: a cluster or a build system vouches for what runs in it.
//! RFC 7521 §4.2, RFC 7523 §3.
//!
//! Such a JWT names a workload, not a client: `client_id` says which client that is. It may be used again until it runs
//! out, because whoever issues it knows nothing of us.

use crate::crypto::jose::Foreign;
use crate::crypto::jose::claims;
use crate::error::Failure;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Proved;
use crate::oidc::client_auth::assertion::SKEW_SECS;
use crate::ops;

/// Whether an issuer that the client names vouches for it.
pub(super) async fn prove(attempt: &Attempt<'_>) -> Result<Proved, Failure> {
    let allowed = attempt.client.rules().signing_algs;
    let verified = ops::trusted_issuers::verify(attempt.ops, attempt.assertion(), allowed).await?;
    Ok(verified.and_then(|(issuer, foreign)| judge(attempt, &issuer.issuer, &foreign)))
}

fn judge(attempt: &Attempt<'_>, issuer: &str, foreign: &Foreign) -> Proved {
    const BAD: &str = "a claim of the assertion has the wrong type";
    let map = &foreign.claims;
    let subject = claims::text(map, "sub").map_err(|_| BAD)?;
    let audience = claims::audience(map).map_err(|_| BAD)?;
    let ours = attempt.ops.issuer();
    let vouched = attempt.client.metadata.federated_credentials.iter().any(|one| {
        one.issuer == issuer
            && subject == Some(one.subject.as_str())
            && audience.names(one.audience.as_deref().unwrap_or(ours))
    });
    if !vouched {
        return Err("no federated credential of the client has this iss, sub and aud");
    }
    let time = |name| claims::numeric_date(map, name).map_err(|_| BAD);
    let now = attempt.ops.now().as_secs();
    if time("exp")?.ok_or("the assertion has no exp")? <= now {
        return Err("the assertion has expired");
    }
    for name in ["nbf", "iat"] {
        if time(name)?.is_some_and(|at| at > now + SKEW_SECS) {
            return Err("nbf or iat of the assertion is in the future");
        }
    }
    Ok(())
}
