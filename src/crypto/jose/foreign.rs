//! JWTs of others: private_key_jwt and client_secret_jwt assertions, request objects, tokens of trusted issuers.

use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose::ForeignError;
use crate::crypto::jose::ForeignKeys;
use crate::crypto::jose::JoseHeader;
use crate::crypto::jose::header;
use crate::crypto::jose::header::Members;
use crate::crypto::jose::verifier;
use crate::crypto::jose::verifier::Verifier;
use crate::domain::secret::Secret;
use crate::domain::signing_alg::SigningAlg;

/// A JWT of somebody else.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// Its header.
    pub header: JoseHeader,
    /// Its claims, to be read by [`crate::crypto::jose::claims`].
    pub claims: Map<String, Value>,
}

/// Verifies a JWT by the keys of its author, with one of the allowed algorithms. Times, issuer and audience are the
/// caller's to judge.
pub fn verify_foreign(
    token: &str,
    keys: &ForeignKeys,
    allowed: &[SigningAlg],
) -> Result<Foreign, ForeignError> {
    let (header, _, _) = header::read(token)?;
    let alg = allowed_alg(&header, allowed)?;
    let (candidates, named) = keys.candidates(alg, header.kid.as_deref());
    for key in candidates {
        match claims_by(key, alg, &header, token) {
            Ok(Members(claims)) => return Ok(Foreign { header, claims }),
            Err(ForeignError::Signature) => {}
            Err(error) => return Err(error),
        }
    }
    Err(if named {
        ForeignError::Signature
    } else {
        ForeignError::UnknownKey
    })
}

/// The claims of a token that `key` signed, under either name of the algorithm.
pub(super) fn claims_by(
    key: &Verifier,
    alg: SigningAlg,
    header: &JoseHeader,
    token: &str,
) -> Result<Members, ForeignError> {
    if header.alg == ED25519 {
        key.claims_ed25519(token)
    } else {
        key.claims(alg, token)
    }
}

/// RFC 9864 §2.2's name for EdDSA on Ed25519.
pub(super) const ED25519: &str = "Ed25519";

/// The algorithm of a header, if it is on the list.
pub(super) fn allowed_alg(header: &JoseHeader, allowed: &[SigningAlg]) -> Result<SigningAlg, ForeignError> {
    let name = match header.alg.as_str() {
        ED25519 => SigningAlg::EdDSA.as_str(),
        name => name,
    };
    SigningAlg::parse(name)
        .filter(|alg| allowed.contains(alg))
        .ok_or(ForeignError::Algorithm)
}

/// Verifies a JWT by a secret that only its author and we know: HS256, HS384 or HS512. OIDC Core §9.
pub fn verify_with_secret(token: &str, secret: &Secret<String>) -> Result<Foreign, ForeignError> {
    let (header, _, _) = header::read(token)?;
    let alg = match header.alg.as_str() {
        "HS256" => Algorithm::HS256,
        "HS384" => Algorithm::HS384,
        "HS512" => Algorithm::HS512,
        _ => return Err(ForeignError::Algorithm),
    };
    if secret.expose().is_empty() {
        return Err(ForeignError::UnknownKey);
    }
    let key = DecodingKey::from_secret(secret.expose().as_bytes());
    let Members(claims) = verifier::decode(token, &key, &verifier::only(alg))?;
    Ok(Foreign { header, claims })
}

/// What a JWT says, unverified: only for finding out whose keys to verify it with.
pub fn peek(token: &str) -> Option<Foreign> {
    let (header, _, payload) = header::read(token).ok()?;
    let claims = header::decode(payload).ok()?;
    Some(Foreign { header, claims })
}
