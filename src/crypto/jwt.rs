//! JSON Web Tokens: signed with a key parsed once, verified with a pinned algorithm by `jsonwebtoken`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Digest as _;
use sha2::Sha256;

use crate::crypto::CryptoError;
use crate::crypto::keys::KeySet;
use crate::crypto::keys::SigningKey;

/// What a token is, in its header. A token of one type is never accepted as the other. RFC 8725 §3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// OIDC Core §2.
    IdToken,
    /// RFC 9068 §2.1.
    AccessToken,
}

impl TokenType {
    const fn typ(self) -> &'static str {
        match self {
            Self::IdToken => "JWT",
            Self::AccessToken => "at+jwt",
        }
    }
}

/// Signs claims with RS256. RFC 7515 §5.1.
pub fn sign(key: &SigningKey, kind: TokenType, claims: &impl Serialize) -> Result<String, CryptoError> {
    let claims =
        serde_json::to_vec(claims).map_err(|_| CryptoError("claims could not be written as JSON"))?;
    let mut token = String::with_capacity(claims.len() * 4 / 3 + 512);
    let header = format!(
        r#"{{"alg":"RS256","typ":"{}","kid":"{}"}}"#,
        kind.typ(),
        key.jwk.kid
    );
    URL_SAFE_NO_PAD.encode_string(header, &mut token);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&claims, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// Verifies a token of ours: RS256 by a published key, of the expected type. Times, issuer and audience are the
/// caller's to judge, with the clock that it has. `None` for anything else; why is nobody's business.
pub fn verify<C: DeserializeOwned + Clone>(keys: &KeySet, kind: TokenType, token: &str) -> Option<C> {
    if token.len() > 16_384 {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    if header.typ.as_deref() != Some(kind.typ()) || header.alg != jsonwebtoken::Algorithm::RS256 {
        return None;
    }
    let key = keys.find(header.kid.as_deref()?)?;
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<C>(token, key.decoding(), &validation)
        .ok()
        .map(|data| data.claims)
}

/// `at_hash` and `c_hash`: the left half of SHA-256, for RS256. OIDC Core §3.1.3.6.
pub fn half_hash(token: &str) -> String {
    let hash = Sha256::digest(token.as_bytes());
    let (left, _) = hash.split_at(16);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;
    use serde_json::json;

    use super::*;
    use crate::crypto::keys;
    use crate::domain::time::Timestamp;

    fn key() -> Arc<SigningKey> {
        let made = keys::generate(2048).unwrap();
        Arc::new(SigningKey::parse(made.jwk, &made.private_der, Timestamp::from_secs(0), None).unwrap())
    }

    #[test]
    fn a_signed_token_verifies_with_its_key_and_type_only() {
        let (mine, other) = (key(), key());
        let set = KeySet::new(vec![Arc::clone(&mine)]);
        let claims = json!({"iss": "https://id.test", "exp": 1});
        let token = sign(&mine, TokenType::AccessToken, &claims).unwrap();
        assert_eq!(
            verify::<Value>(&set, TokenType::AccessToken, &token),
            Some(claims.clone())
        );
        assert_eq!(verify::<Value>(&set, TokenType::IdToken, &token), None);
        let foreign = sign(&other, TokenType::AccessToken, &claims).unwrap();
        assert_eq!(verify::<Value>(&set, TokenType::AccessToken, &foreign), None);
    }

    #[test]
    fn tampered_and_unsigned_tokens_are_refused() {
        let mine = key();
        let set = KeySet::new(vec![Arc::clone(&mine)]);
        let token = sign(&mine, TokenType::IdToken, &json!({"sub": "a"})).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let body = URL_SAFE_NO_PAD.encode(r#"{"sub":"b"}"#);
        let none = URL_SAFE_NO_PAD.encode(format!(
            r#"{{"alg":"none","typ":"JWT","kid":"{}"}}"#,
            mine.jwk.kid
        ));
        let hs = URL_SAFE_NO_PAD.encode(format!(
            r#"{{"alg":"HS256","typ":"JWT","kid":"{}"}}"#,
            mine.jwk.kid
        ));
        for bad in [
            format!("{}.{body}.{}", parts[0], parts[2]),
            format!("{none}.{}.", parts[1]),
            format!("{none}.{}.{}", parts[1], parts[2]),
            format!("{hs}.{}.{}", parts[1], parts[2]),
            format!("{token}A"),
            token[..token.len() - 1].to_owned(),
            String::new(),
            "a.b.c".to_owned(),
            "x".repeat(20_000),
        ] {
            assert_eq!(verify::<Value>(&set, TokenType::IdToken, &bad), None, "{bad}");
        }
    }

    #[test]
    fn the_half_hash_is_the_one_of_oidc_core() {
        // OIDC Core appendix A.4's access token and at_hash
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
