//! A key pair of aws-lc, which knows the one algorithm that it signs with.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use aws_lc_rs::signature::EcdsaKeyPair;
use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use aws_lc_rs::signature::RSA_PSS_SHA256;
use aws_lc_rs::signature::RsaEncoding;
use aws_lc_rs::signature::RsaKeyPair;

use crate::crypto::CryptoError;
use crate::domain::signing_alg::SigningAlg;

pub(super) enum Pair {
    /// RFC 7518 §3.3 and §3.5; the salt of the latter is as long as the hash.
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    /// RFC 7518 §3.4: both numbers in full width, one after the other.
    Ec(EcdsaKeyPair),
    /// RFC 8037 §3.1.
    Ed(Ed25519KeyPair),
}

impl Pair {
    /// From PKCS#8 DER.
    pub(super) fn parse(alg: SigningAlg, der: &[u8]) -> Result<Self, CryptoError> {
        const UNUSABLE: CryptoError =
            CryptoError("a stored signing key is not a usable key of its algorithm");
        let rsa = || RsaKeyPair::from_pkcs8(der).map_err(|_| UNUSABLE);
        Ok(match alg {
            SigningAlg::RS256 => Self::Rsa(rsa()?, &RSA_PKCS1_SHA256),
            SigningAlg::PS256 => Self::Rsa(rsa()?, &RSA_PSS_SHA256),
            SigningAlg::ES256 => Self::Ec(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| UNUSABLE)?,
            ),
            SigningAlg::EdDSA => Self::Ed(Ed25519KeyPair::from_pkcs8(der).map_err(|_| UNUSABLE)?),
        })
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        const FAILED: CryptoError = CryptoError("a signature could not be made");
        match self {
            Self::Rsa(pair, padding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*padding, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| FAILED)?;
                Ok(signature)
            }
            Self::Ec(pair) => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| FAILED),
            Self::Ed(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}
