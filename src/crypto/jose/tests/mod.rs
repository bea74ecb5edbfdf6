//! What is accepted from others, and how others were attacked.

mod attacks;
mod foreign_keys;
mod proofs;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;

use crate::crypto::keys::SigningKey;
use crate::domain::signing_alg::SigningAlg;

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with exactly this header text, signed by `key` with its own algorithm.
fn signed_text(key: &SigningKey, header: &str, claims: &str) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).unwrap());
    format!("{message}.{signature}")
}

fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    signed_text(key, &header.to_string(), &claims.to_string())
}

/// A token signed with a secret.
fn hmac_signed(algorithm: hmac::Algorithm, secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fn header(alg: SigningAlg, kid: &str) -> Value {
    json!({"alg": alg.as_str(), "kid": kid, "typ": "JWT"})
}
