//! New keys.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use aws_lc_rs::signature::EcdsaKeyPair;
use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;

use crate::crypto::CryptoError;
use crate::crypto::keys::KeyMaterial;
use crate::crypto::keys::PublicJwk;
use crate::domain::secret::Secret;
use crate::domain::signing_alg::SigningAlg;

/// A fresh key, not stored yet.
#[derive(Debug)]
pub struct GeneratedKey {
    /// The public part.
    pub jwk: PublicJwk,
    /// The private part, PKCS#8 DER.
    pub private_der: Secret<Vec<u8>>,
}

/// Makes a key for an algorithm. An RSA key of 2048 bits takes 0.1 to 0.5 s: call it off the runtime.
pub fn generate(alg: SigningAlg, rsa_bits: usize) -> Result<GeneratedKey, CryptoError> {
    let (material, private_der) = match alg {
        SigningAlg::RS256 | SigningAlg::PS256 => rsa_key(rsa_bits)?,
        SigningAlg::ES256 => ec_key()?,
        SigningAlg::EdDSA => ed_key()?,
    };
    Ok(GeneratedKey {
        jwk: PublicJwk::new(alg, material),
        private_der: Secret::new(private_der),
    })
}

type Made = Result<(KeyMaterial, Vec<u8>), CryptoError>;

fn rsa_key(bits: usize) -> Made {
    let key = rsa::RsaPrivateKey::new(&mut rand_core::OsRng, bits)
        .map_err(|_| CryptoError("no RSA key could be generated"))?;
    let der = key
        .to_pkcs8_der()
        .map_err(|_| CryptoError("an RSA key could not be encoded"))?;
    let material = KeyMaterial::Rsa {
        n: URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        e: URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
    };
    Ok((material, der.as_bytes().to_vec()))
}

fn ec_key() -> Made {
    const FAILED: CryptoError = CryptoError("no P-256 key could be generated");
    let alg = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let der = EcdsaKeyPair::generate_pkcs8(alg, &SystemRandom::new()).map_err(|_| FAILED)?;
    let pair = EcdsaKeyPair::from_pkcs8(alg, der.as_ref()).map_err(|_| FAILED)?;
    // an uncompressed point: 4, then both coordinates in full width. SEC 1 §2.3.3
    let Some((4, coordinates)) = pair.public_key().as_ref().split_first() else {
        return Err(FAILED);
    };
    let (x, y) = coordinates.split_at_checked(32).ok_or(FAILED)?;
    let material = KeyMaterial::Ec {
        crv: "P-256".to_owned(),
        x: URL_SAFE_NO_PAD.encode(x),
        y: URL_SAFE_NO_PAD.encode(y),
    };
    Ok((material, der.as_ref().to_vec()))
}

fn ed_key() -> Made {
    const FAILED: CryptoError = CryptoError("no Ed25519 key could be generated");
    let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| FAILED)?;
    let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).map_err(|_| FAILED)?;
    let material = KeyMaterial::Okp {
        crv: "Ed25519".to_owned(),
        x: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
    };
    Ok((material, der.as_ref().to_vec()))
}
