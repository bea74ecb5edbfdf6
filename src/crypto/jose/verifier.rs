//! A public key that was found to be usable, and the algorithms that it fits.

use std::sync::LazyLock;

use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED;
use aws_lc_rs::signature::ED25519;
use aws_lc_rs::signature::ParsedPublicKey;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use aws_lc_rs::signature::RsaPublicKeyComponents;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::errors::ErrorKind;
use serde::de::DeserializeOwned;

use crate::crypto::CryptoError;
use crate::crypto::jose::ForeignError;
use crate::crypto::keys::KeyMaterial;
use crate::domain::signing_alg::SigningAlg;

/// The sizes of RSA keys that are accepted, in bits. RFC 7518 §3.3; more would be a way to keep us busy.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// A public key, checked once.
#[derive(Clone)]
pub(in crate::crypto) struct Verifier {
    key: DecodingKey,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    Ed25519,
}

impl Verifier {
    /// Checks size, curve and encoding of the numbers.
    pub(in crate::crypto) fn new(material: &KeyMaterial) -> Result<Self, CryptoError> {
        let (key, kind) = match material {
            KeyMaterial::Rsa { n, e } => (rsa(n, e)?, Kind::Rsa),
            KeyMaterial::Ec { crv, x, y } if crv == "P-256" => (p256(x, y)?, Kind::P256),
            KeyMaterial::Okp { crv, x } if crv == "Ed25519" => (ed25519(x)?, Kind::Ed25519),
            KeyMaterial::Ec { .. } | KeyMaterial::Okp { .. } => {
                return Err(CryptoError("a curve that is not supported"));
            }
        };
        Ok(Self { key, kind })
    }

    /// Whether the algorithm belongs to this type of key. RFC 8725 §3.1.
    pub(in crate::crypto) fn fits(&self, alg: SigningAlg) -> bool {
        self.kind
            == match alg {
                SigningAlg::RS256 | SigningAlg::PS256 => Kind::Rsa,
                SigningAlg::ES256 => Kind::P256,
                SigningAlg::EdDSA => Kind::Ed25519,
            }
    }

    /// The claims of a token that this key signed under the name `Ed25519`.
    pub(in crate::crypto) fn claims_ed25519<C: DeserializeOwned>(
        &self,
        token: &str,
    ) -> Result<C, ForeignError> {
        if !self.fits(SigningAlg::EdDSA) {
            return Err(ForeignError::Algorithm);
        }
        renamed(token, &self.key)
    }

    /// The claims of a token that this key signed with `alg`. Times, issuer and audience are the caller's to judge.
    pub(in crate::crypto) fn claims<C: DeserializeOwned>(
        &self,
        alg: SigningAlg,
        token: &str,
    ) -> Result<C, ForeignError> {
        if !self.fits(alg) {
            return Err(ForeignError::Algorithm);
        }
        decode(token, &self.key, pinned(alg))
    }
}

/// RFC 9864 §2.2 renamed EdDSA on Ed25519; the library knows the old name only, so its header is not for it to read.
fn renamed<C: DeserializeOwned>(token: &str, key: &DecodingKey) -> Result<C, ForeignError> {
    let (message, signature) = token.rsplit_once('.').ok_or(ForeignError::Malformed)?;
    let (_, payload) = message.split_once('.').ok_or(ForeignError::Malformed)?;
    match jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, Algorithm::EdDSA) {
        Ok(true) => {}
        Ok(false) => return Err(ForeignError::Signature),
        Err(_) => return Err(ForeignError::Malformed),
    }
    let json = URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|_| ForeignError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| ForeignError::Malformed)
}

/// Signature first, then the claims.
pub(super) fn decode<C: DeserializeOwned>(
    token: &str,
    key: &DecodingKey,
    validation: &Validation,
) -> Result<C, ForeignError> {
    jsonwebtoken::decode::<C>(token, key, validation)
        .map(|data| data.claims)
        .map_err(|error| {
            if matches!(error.kind(), ErrorKind::InvalidSignature) {
                ForeignError::Signature
            } else {
                ForeignError::Malformed
            }
        })
}

/// One algorithm, and no claim judged: the library takes a time of the wrong type for an absent one (CVE-2026-25537).
pub(super) fn only(alg: Algorithm) -> Validation {
    let mut validation = Validation::new(alg);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn pinned(alg: SigningAlg) -> &'static Validation {
    static RS256: LazyLock<Validation> = LazyLock::new(|| only(Algorithm::RS256));
    static PS256: LazyLock<Validation> = LazyLock::new(|| only(Algorithm::PS256));
    static ES256: LazyLock<Validation> = LazyLock::new(|| only(Algorithm::ES256));
    static EDDSA: LazyLock<Validation> = LazyLock::new(|| only(Algorithm::EdDSA));
    match alg {
        SigningAlg::RS256 => &RS256,
        SigningAlg::PS256 => &PS256,
        SigningAlg::ES256 => &ES256,
        SigningAlg::EdDSA => &EDDSA,
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, CryptoError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| CryptoError("a key that is not base64url without padding"))
}

fn rsa(n: &str, e: &str) -> Result<DecodingKey, CryptoError> {
    let (n, e) = (bytes(n)?, bytes(e)?);
    let zeros = n.first().map_or(8, |byte| byte.leading_zeros() as usize);
    if zeros > 7 || !RSA_BITS.contains(&(n.len() * 8 - zeros)) {
        return Err(CryptoError("an RSA key that is not of 2048 to 8192 bits"));
    }
    let components = RsaPublicKeyComponents { n: &n, e: &e };
    components
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .map_err(|_| CryptoError("an RSA key that cannot be used"))?;
    Ok(DecodingKey::from_rsa_raw_components(&n, &e))
}

fn p256(x: &str, y: &str) -> Result<DecodingKey, CryptoError> {
    let (x, y) = (bytes(x)?, bytes(y)?);
    // RFC 7518 §6.2.1.2: the full size of a coordinate
    if x.len() != 32 || y.len() != 32 {
        return Err(CryptoError("an EC key whose coordinates are not of 32 bytes"));
    }
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
        .map_err(|_| CryptoError("an EC key that is not on its curve"))?;
    Ok(DecodingKey::from_ec_der(&point))
}

fn ed25519(x: &str) -> Result<DecodingKey, CryptoError> {
    let x = bytes(x)?;
    if x.len() != 32 {
        return Err(CryptoError("an Ed25519 key that is not of 32 bytes"));
    }
    ParsedPublicKey::new(&ED25519, &x).map_err(|_| CryptoError("an Ed25519 key that cannot be used"))?;
    Ok(DecodingKey::from_ed_der(&x))
}
