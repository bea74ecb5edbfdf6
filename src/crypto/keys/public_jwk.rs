//! Public keys as they are published.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use crate::domain::signing_alg::SigningAlg;

/// A public key as it is published. RFC 7517 §4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJwk {
    /// `kty` and the members that belong to it.
    #[serde(flatten)]
    pub material: KeyMaterial,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The only algorithm that the key signs with.
    pub alg: SigningAlg,
    /// The RFC 7638 thumbprint.
    pub kid: String,
}

impl PublicJwk {
    /// For publication: `use` is `sig`, and `kid` the thumbprint.
    pub fn new(alg: SigningAlg, material: KeyMaterial) -> Self {
        Self {
            usage: "sig".to_owned(),
            alg,
            kid: material.thumbprint(),
            material,
        }
    }
}

/// The numbers of a public key, base64url without padding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum KeyMaterial {
    /// RFC 7518 §6.3.1.
    #[serde(rename = "RSA")]
    Rsa {
        /// Modulus.
        n: String,
        /// Exponent.
        e: String,
    },
    /// RFC 7518 §6.2.1; the coordinates have the full width of the curve.
    #[serde(rename = "EC")]
    Ec {
        /// `P-256`.
        crv: String,
        /// Coordinate.
        x: String,
        /// Coordinate.
        y: String,
    },
    /// RFC 8037 §2.
    #[serde(rename = "OKP")]
    Okp {
        /// `Ed25519`.
        crv: String,
        /// The public key.
        x: String,
    },
}

impl KeyMaterial {
    /// SHA-256 over the required members in lexicographic order. RFC 7638 §3.2, RFC 8037 §2.
    pub fn thumbprint(&self) -> String {
        // base64url and curve names need no escaping
        let members = match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::Ec { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
        };
        URL_SAFE_NO_PAD.encode(Sha256::digest(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_thumbprints_are_those_of_the_standards() {
        // RFC 7638 §3.1
        let rsa = KeyMaterial::Rsa {
            n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3\
                oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZ\
                Hzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kE\
                gU8awapJzKnqDKgw"
                .to_owned(),
            e: "AQAB".to_owned(),
        };
        assert_eq!(rsa.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        // RFC 8037 appendix A.3
        let okp = KeyMaterial::Okp {
            crv: "Ed25519".to_owned(),
            x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        };
        assert_eq!(okp.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        // RFC 9449 §6.1: jkt of the key in figure 2
        let ec = KeyMaterial::Ec {
            crv: "P-256".to_owned(),
            x: "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs".to_owned(),
            y: "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA".to_owned(),
        };
        assert_eq!(ec.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn a_key_that_an_earlier_version_stored_is_still_read() {
        let stored = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k", "n": "AQ", "e": "AQAB"});
        let jwk: PublicJwk = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(jwk).unwrap(), stored);
    }
}
