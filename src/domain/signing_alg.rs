//! Signature algorithms: those we sign with, and those we accept from clients. RFC 7518 §3.1, RFC 8037 §3.1.

use serde::Deserialize;
use serde::Serialize;

/// An asymmetric signature algorithm. `none` and the symmetric ones are not among them, so that they cannot be
/// mistaken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub enum SigningAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    RS256,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

impl SigningAlg {
    /// Every algorithm; the default first.
    pub const ALL: &'static [Self] = &[Self::RS256, Self::PS256, Self::ES256, Self::EdDSA];

    /// Those that FAPI 2.0 allows. FAPI 2.0 Security Profile §5.4.1.
    pub const FAPI: &'static [Self] = &[Self::PS256, Self::ES256, Self::EdDSA];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::PS256 => "PS256",
            Self::ES256 => "ES256",
            Self::EdDSA => "EdDSA",
        }
    }

    /// By its registered name, which is case-sensitive.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|alg| alg.as_str() == name)
    }
}

/// Not the name of an algorithm that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of RS256, PS256, ES256 and EdDSA")]
pub struct UnknownAlg;

impl std::str::FromStr for SigningAlg {
    type Err = UnknownAlg;

    fn from_str(name: &str) -> Result<Self, UnknownAlg> {
        Self::parse(name).ok_or(UnknownAlg)
    }
}

impl std::fmt::Display for SigningAlg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
