//! The other side of a token: what an application that uses an issuer does with what it receives.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::jwk::JwkSet;
use serde_json::Value;
use sha2::Digest as _;
use sha2::Sha256;

use crate::domain::secret::Secret;

/// A JWT taken apart, and whether a key of the issuer signed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspected {
    /// The header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
    /// Whether the RS256 signature is by a key of the key set.
    pub is_signed: bool,
}

/// Takes a JWT apart and checks its signature with a fetched key set. RFC 7515 §5.2. `None` when it is not a JWT.
/// Times, issuer and audience are the caller's to judge.
pub fn inspect(jwks_json: &[u8], token: &str) -> Option<Inspected> {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let (header, claims) = (parts.next()??, parts.next()??);
    let header = serde_json::from_slice(&header).ok()?;
    let claims = serde_json::from_slice(&claims).ok()?;
    Some(Inspected {
        header,
        claims,
        is_signed: signed(jwks_json, token).is_some(),
    })
}

fn signed(jwks_json: &[u8], token: &str) -> Option<()> {
    let keys: JwkSet = serde_json::from_slice(jwks_json).ok()?;
    let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
    let key = DecodingKey::from_jwk(keys.find(&kid)?).ok()?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<Value>(token, &key, &validation)
        .ok()
        .map(|_| ())
}

/// The S256 `code_challenge` of a verifier. RFC 7636 §4.2.
pub fn code_challenge(verifier: &Secret<String>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

/// The `Authorization` header of `client_secret_basic`. RFC 6749 §2.3.1: both parts are form-encoded first.
pub fn basic_authorization(client_id: &str, secret: &Secret<String>) -> Secret<String> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(client_id), encode(secret.expose()));
    Secret::new(format!("Basic {}", STANDARD.encode(pair)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::crypto::jwt;
    use crate::crypto::jwt::TokenType;
    use crate::crypto::keys::KeySet;
    use crate::crypto::test_keys;
    use crate::domain::signing_alg::SigningAlg;

    #[test]
    fn a_token_is_signed_by_its_own_issuer_alone() {
        let key = test_keys::mine(SigningAlg::RS256);
        let keys = KeySet::new(vec![Arc::clone(&key)]);
        let other_keys = KeySet::new(vec![test_keys::other(SigningAlg::RS256)]);
        let token = jwt::sign(&key, TokenType::IdToken, &json!({ "sub": "a" })).unwrap();
        let seen = inspect(&keys.jwks_json, &token).unwrap();
        assert_eq!(
            (seen.header["alg"].as_str(), seen.claims["sub"].as_str()),
            (Some("RS256"), Some("a"))
        );
        assert!(seen.is_signed);
        assert!(!inspect(&other_keys.jwks_json, &token).unwrap().is_signed);
        assert!(inspect(&keys.jwks_json, "opaque").is_none());
    }

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(
            code_challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn both_parts_of_basic_are_encoded() {
        let header = basic_authorization("a:b", &Secret::new("c d".to_owned()));
        assert_eq!(
            header.expose(),
            &format!("Basic {}", STANDARD.encode("a%3Ab:c+d"))
        );
    }
}
