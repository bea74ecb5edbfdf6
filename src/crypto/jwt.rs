//! JSON Web Tokens of ours: signed with a key parsed once, verified with the algorithm pinned to that of the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;
use sha2::Digest as _;
use sha2::Sha256;
use sha2::Sha512;

use crate::crypto::CryptoError;
use crate::crypto::keys::KeySet;
use crate::crypto::keys::SigningKey;
use crate::domain::signing_alg::SigningAlg;

/// The longest token of ours that is looked at.
const MAX_BYTES: usize = 16 * 1024;

/// What a token is. A token of one type is never accepted as another. RFC 8725 §3.11, §3.12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// OIDC Core §2.
    IdToken,
    /// RFC 9068 §2.1.
    AccessToken,
    /// OIDC Back-Channel Logout §2.4.
    LogoutToken,
    /// OIDC Core §5.3.2. Must have no `exp`, which is what tells it from an ID token.
    UserInfo,
    /// JARM §2.1. Must have no `sub`, which is what tells it from an ID token.
    AuthorizationResponse,
    /// RFC 9701 §5.
    Introspection,
}

impl TokenType {
    const fn typ(self) -> &'static str {
        match self {
            Self::IdToken | Self::UserInfo | Self::AuthorizationResponse => "JWT",
            Self::AccessToken => "at+jwt",
            Self::LogoutToken => "logout+jwt",
            Self::Introspection => "token-introspection+jwt",
        }
    }

    /// Whether the claims are those of this type, for the types whose header is the same: relying parties know no
    /// other `typ` there.
    fn has_shape(self, claims: &Map<String, Value>) -> bool {
        let has = |name| claims.contains_key(name);
        match self {
            Self::IdToken => has("sub") && has("exp") && has("iat"),
            Self::UserInfo => has("sub") && !has("exp"),
            Self::AuthorizationResponse => has("exp") && !has("sub"),
            Self::AccessToken | Self::LogoutToken | Self::Introspection => true,
        }
    }
}

/// Signs claims with the key's algorithm. RFC 7515 §5.1.
pub fn sign(key: &SigningKey, kind: TokenType, claims: &impl Serialize) -> Result<String, CryptoError> {
    let claims =
        serde_json::to_vec(claims).map_err(|_| CryptoError("claims could not be written as JSON"))?;
    let mut token = String::with_capacity(claims.len() * 4 / 3 + 512);
    let header = format!(
        r#"{{"alg":"{}","typ":"{}","kid":"{}"}}"#,
        key.alg().as_str(),
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

/// Verifies a token of ours: by a published key, with that key's algorithm, of the expected type. Times, issuer and
/// audience are the caller's to judge, with the clock that it has. `None` for anything else; why is nobody's business.
pub fn verify<C: DeserializeOwned>(keys: &KeySet, kind: TokenType, token: &str) -> Option<C> {
    if token.len() > MAX_BYTES {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    if header.typ.as_deref() != Some(kind.typ()) {
        return None;
    }
    let key = keys.find(header.kid.as_deref()?)?;
    match kind {
        TokenType::IdToken | TokenType::UserInfo | TokenType::AuthorizationResponse => {
            let claims: Map<String, Value> = key.verifier().claims(key.alg(), token).ok()?;
            if !kind.has_shape(&claims) {
                return None;
            }
            serde_json::from_value(Value::Object(claims)).ok()
        }
        // the header has said it all
        TokenType::AccessToken | TokenType::LogoutToken | TokenType::Introspection => {
            key.verifier().claims(key.alg(), token).ok()
        }
    }
}

/// `at_hash`, `c_hash` and `s_hash`: the left half of the hash that belongs to the ID token's algorithm. OIDC Core
/// §3.1.3.6; Ed25519 hashes with SHA-512.
pub fn half_hash(alg: SigningAlg, text: &str) -> String {
    match alg {
        SigningAlg::RS256 | SigningAlg::PS256 | SigningAlg::ES256 => {
            let hash = Sha256::digest(text.as_bytes());
            URL_SAFE_NO_PAD.encode(hash.split_at(16).0)
        }
        SigningAlg::EdDSA => {
            let hash = Sha512::digest(text.as_bytes());
            URL_SAFE_NO_PAD.encode(hash.split_at(32).0)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::crypto::test_keys;

    /// A set with the key of every algorithm.
    fn all() -> KeySet {
        KeySet::new(SigningAlg::ALL.iter().map(|alg| test_keys::mine(*alg)).collect())
    }

    #[test]
    fn a_signed_token_verifies_with_its_own_key_only_in_every_algorithm() {
        let set = all();
        let claims = json!({"iss": "https://id.test", "sub": "a", "exp": 1, "iat": 0});
        for alg in SigningAlg::ALL {
            let token = sign(&test_keys::mine(*alg), TokenType::AccessToken, &claims).unwrap();
            assert_eq!(
                verify::<Value>(&set, TokenType::AccessToken, &token),
                Some(claims.clone()),
                "{alg}"
            );
            let foreign = sign(&test_keys::other(*alg), TokenType::AccessToken, &claims).unwrap();
            assert_eq!(
                verify::<Value>(&set, TokenType::AccessToken, &foreign),
                None,
                "{alg}"
            );
        }
    }

    #[test]
    fn a_token_of_one_type_is_never_accepted_as_another() {
        let set = all();
        let key = test_keys::mine(SigningAlg::ES256);
        let iss = "https://id.test";
        let made = [
            (
                TokenType::IdToken,
                json!({"iss": iss, "sub": "a", "aud": "c", "exp": 2, "iat": 1}),
            ),
            (
                TokenType::AccessToken,
                json!({"iss": iss, "sub": "a", "aud": "c", "exp": 2, "iat": 1}),
            ),
            (
                TokenType::LogoutToken,
                json!({"iss": iss, "sub": "a", "aud": "c", "exp": 2, "iat": 1}),
            ),
            (TokenType::UserInfo, json!({"iss": iss, "sub": "a", "aud": "c"})),
            (
                TokenType::AuthorizationResponse,
                json!({"iss": iss, "aud": "c", "exp": 2, "code": "x"}),
            ),
            (
                TokenType::Introspection,
                json!({"iss": iss, "aud": "c", "iat": 1}),
            ),
        ];
        for (kind, claims) in &made {
            let token = sign(&key, *kind, claims).unwrap();
            for (expected, _) in &made {
                let seen = verify::<Value>(&set, *expected, &token).is_some();
                assert_eq!(seen, kind == expected, "{kind:?} as {expected:?}");
            }
        }
    }

    #[test]
    fn tampered_and_unsigned_tokens_are_refused() {
        for alg in SigningAlg::ALL {
            let mine = test_keys::mine(*alg);
            let set = KeySet::new(vec![Arc::clone(&mine)]);
            let claims = json!({"sub": "a", "exp": 1, "iat": 0});
            let token = sign(&mine, TokenType::IdToken, &claims).unwrap();
            assert!(verify::<Value>(&set, TokenType::IdToken, &token).is_some());
            let parts: Vec<&str> = token.split('.').collect();
            let body = URL_SAFE_NO_PAD.encode(r#"{"sub":"b","exp":1,"iat":0}"#);
            let head = |alg: &str| {
                let kid = &mine.jwk.kid;
                URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"{kid}"}}"#))
            };
            let mut bad = vec![
                format!("{}.{body}.{}", parts[0], parts[2]),
                format!("{}.{}.", head("none"), parts[1]),
                format!("{}.{}", parts[0], parts[1]),
                format!("{}.{}.", parts[0], parts[1]),
                format!("{token}A"),
                format!("{token}."),
                token[..token.len() - 1].to_owned(),
                String::new(),
                "a.b.c".to_owned(),
                "x".repeat(20_000),
            ];
            for other in [
                "none", "None", "HS256", "HS512", "RS256", "PS256", "ES256", "ES384", "EdDSA", "",
            ] {
                bad.push(format!("{}.{}.{}", head(other), parts[1], parts[2]));
            }
            for bad in bad {
                let same = bad == token;
                assert_eq!(
                    verify::<Value>(&set, TokenType::IdToken, &bad).is_some(),
                    same,
                    "{alg}: {bad}"
                );
            }
        }
    }

    #[test]
    fn the_signature_of_a_p256_key_has_the_fixed_width_of_jose() {
        let key = test_keys::mine(SigningAlg::ES256);
        for round in 0..20 {
            let token = sign(&key, TokenType::IdToken, &json!({ "jti": round })).unwrap();
            let signature = token.rsplit('.').next().unwrap();
            assert_eq!(URL_SAFE_NO_PAD.decode(signature).unwrap().len(), 64);
        }
    }

    #[test]
    fn the_half_hash_is_the_one_of_oidc_core() {
        // OIDC Core appendix A.4's access token and at_hash
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        for alg in [SigningAlg::RS256, SigningAlg::PS256, SigningAlg::ES256] {
            assert_eq!(half_hash(alg, token), "77QmUPtjPfzWtF2AnpK9RQ");
        }
        let half = URL_SAFE_NO_PAD.decode(half_hash(SigningAlg::EdDSA, "")).unwrap();
        // the first half of SHA-512 of nothing
        assert_eq!((half.len(), &half[..4]), (32, &[0xcf, 0x83, 0xe1, 0x35][..]));
    }
}
