//! A client's own key, and what it signs with it, rightly or wrongly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::crypto::keys;
use gatepost::domain::signing_alg::SigningAlg;
use jsonwebtoken::Algorithm;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::Header;
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use serde_json::Value;
use serde_json::json;

/// A key pair of a client.
#[derive(Clone)]
pub(crate) struct Signer {
    alg: Algorithm,
    key: EncodingKey,
    /// The public part.
    pub(crate) jwk: Value,
}

impl Signer {
    /// On P-256, which is quickly made.
    pub(crate) fn new() -> Self {
        Self::of(SigningAlg::ES256)
    }

    pub(crate) fn of(alg: SigningAlg) -> Self {
        let made = keys::generate(alg, 2048).expect("a key");
        let der = made.private_der.expose();
        let (alg, key) = match alg {
            SigningAlg::RS256 => (Algorithm::RS256, rsa(der)),
            SigningAlg::PS256 => (Algorithm::PS256, rsa(der)),
            SigningAlg::ES256 => (Algorithm::ES256, EncodingKey::from_ec_der(der)),
            SigningAlg::EdDSA => (Algorithm::EdDSA, EncodingKey::from_ed_der(der)),
        };
        let jwk = serde_json::to_value(&made.jwk).expect("JSON");
        Self { alg, key, jwk }
    }

    /// As a client registers it.
    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk] })
    }

    /// The name of its algorithm.
    pub(crate) fn name(&self) -> String {
        format!("{:?}", self.alg)
    }

    /// Signs under exactly this header.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, self.alg);
        format!("{message}.{}", signature.expect("signed"))
    }

    /// Signs claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as("JWT", claims)
    }

    /// Signs claims, with a `typ` of its own.
    pub(crate) fn sign_as(&self, typ: &str, claims: &Value) -> String {
        let mut header = Header::new(self.alg);
        header.typ = Some(typ.to_owned());
        header.kid = self.jwk["kid"].as_str().map(str::to_owned);
        jsonwebtoken::encode(&header, claims, &self.key).expect("signed")
    }
}

/// The library takes RSA keys in the older form only.
fn rsa(pkcs8: &[u8]) -> EncodingKey {
    let key = RsaPrivateKey::from_pkcs8_der(pkcs8).expect("a key");
    EncodingKey::from_rsa_der(key.to_pkcs1_der().expect("DER").as_bytes())
}

/// A JWT with this header and signature, whatever they are worth.
pub(crate) fn forged(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = URL_SAFE_NO_PAD.encode(signature);
    format!("{}.{}.{signature}", encode(header), encode(claims))
}

/// A JWT under a shared secret.
pub(crate) fn under_secret(secret: &[u8], claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret);
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).expect("signed")
}
