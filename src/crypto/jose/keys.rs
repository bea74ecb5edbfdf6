//! Key sets of others. RFC 7517.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::CryptoError;
use crate::crypto::jose::Verifier;
use crate::crypto::jose::foreign::ED25519;
use crate::crypto::keys::KeyMaterial;
use crate::domain::signing_alg::SigningAlg;

/// The most keys of a set.
pub const MAX_KEYS: usize = 50;

/// Members that only a private or symmetric key has. RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 9964 §3.
const SECRET_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// The usable keys of a set: those that verify signatures of ours to accept. Others in it are ignored, as RFC 7517 §5
/// says; a set that gives a secret away is refused whole, so that its owner notices.
#[derive(Clone, Default)]
pub struct ForeignKeys(Vec<ForeignKey>);

#[derive(Clone)]
struct ForeignKey {
    kid: Option<String>,
    /// The one algorithm that its owner says it is for.
    alg: Option<SigningAlg>,
    verifier: Verifier,
}

impl std::fmt::Debug for ForeignKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.kid)).finish()
    }
}

impl ForeignKeys {
    /// Reads the text of a set.
    pub fn parse(json: &str) -> Result<Self, CryptoError> {
        let value = serde_json::from_str(json).map_err(|_| CryptoError("a key set that is not JSON"))?;
        Self::from_value(&value)
    }

    /// Reads a set.
    pub fn from_value(set: &Value) -> Result<Self, CryptoError> {
        let keys = set
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(CryptoError("a key set without a list of keys"))?;
        if keys.len() > MAX_KEYS {
            return Err(CryptoError("a key set of more than 50 keys"));
        }
        let mut usable = Vec::with_capacity(keys.len());
        for key in keys {
            let key = key
                .as_object()
                .ok_or(CryptoError("a key that is not an object"))?;
            usable.extend(ForeignKey::parse(key)?);
        }
        Ok(Self(usable))
    }

    /// Whether no key of the set can verify anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some key of the set can verify `alg`.
    pub fn has(&self, alg: SigningAlg) -> bool {
        self.0.iter().any(|key| key.fits(alg))
    }

    /// The keys that may have made a signature with `alg`, and whether they are those that `kid` names.
    pub(super) fn candidates(&self, alg: SigningAlg, kid: Option<&str>) -> (Vec<&Verifier>, bool) {
        let fitting = || self.0.iter().filter(move |key| key.fits(alg));
        let named: Vec<_> = fitting()
            .filter(|key| kid.is_some() && key.kid.as_deref() == kid)
            .map(|key| &key.verifier)
            .collect();
        if !named.is_empty() {
            return (named, true);
        }
        let possible = fitting().filter(|key| kid.is_none() || key.kid.is_none());
        (possible.map(|key| &key.verifier).collect(), false)
    }
}

impl ForeignKey {
    fn fits(&self, alg: SigningAlg) -> bool {
        self.alg.is_none_or(|only| only == alg) && self.verifier.fits(alg)
    }

    /// `None`: a key for something else.
    fn parse(jwk: &Map<String, Value>) -> Result<Option<Self>, CryptoError> {
        let Some(material) = material(jwk)? else {
            return Ok(None);
        };
        let kid = text(jwk, "kid")?;
        let for_signatures = text(jwk, "use")?.is_none_or(|usage| usage == "sig")
            && match jwk.get("key_ops") {
                None => true,
                Some(Value::Array(ops)) => ops.iter().any(|op| op == "verify"),
                Some(_) => return Err(CryptoError("a key whose key_ops are not a list")),
            };
        let alg = text(jwk, "alg")?.map(|alg| match alg {
            ED25519 => Some(SigningAlg::EdDSA),
            other => SigningAlg::parse(other),
        });
        if !for_signatures || alg == Some(None) {
            return Ok(None);
        }
        Ok(Some(Self {
            kid: kid.map(str::to_owned),
            alg: alg.flatten(),
            verifier: Verifier::new(&material)?,
        }))
    }
}

/// The numbers of a public key; `None` for a type of key or a curve that we have no use for.
pub(super) fn material(jwk: &Map<String, Value>) -> Result<Option<KeyMaterial>, CryptoError> {
    if SECRET_MEMBERS.iter().any(|name| jwk.contains_key(*name)) {
        return Err(CryptoError("a key with private or symmetric members"));
    }
    let kty = text(jwk, "kty")?.ok_or(CryptoError("a key without a type"))?;
    let member = |name| {
        text(jwk, name)?
            .map(str::to_owned)
            .ok_or(CryptoError("a key that lacks a number"))
    };
    let crv = text(jwk, "crv")?;
    Ok(match (kty, crv) {
        ("oct", _) => return Err(CryptoError("a symmetric key")),
        ("RSA", _) => Some(KeyMaterial::Rsa {
            n: member("n")?,
            e: member("e")?,
        }),
        ("EC", Some(crv @ "P-256")) => Some(KeyMaterial::Ec {
            crv: crv.to_owned(),
            x: member("x")?,
            y: member("y")?,
        }),
        ("OKP", Some(crv @ "Ed25519")) => Some(KeyMaterial::Okp {
            crv: crv.to_owned(),
            x: member("x")?,
        }),
        _ => None,
    })
}

fn text<'a>(jwk: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, CryptoError> {
    match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(CryptoError("a key with a member that should be a text")),
    }
}
