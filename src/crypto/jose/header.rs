//! The header of a token, read strictly: what a lenient reader overlooks is what attackers write.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error as _;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;

/// The longest token of somebody else that is looked at.
pub const MAX_FOREIGN_JWT_BYTES: usize = 16 * 1024;

/// Why a token of somebody else is refused. For the log and for choosing what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForeignError {
    /// It is not a signed JWT.
    #[error("not a well-formed signed JWT")]
    Malformed,
    /// Its algorithm is not one of those allowed here.
    #[error("an algorithm that is not allowed here")]
    Algorithm,
    /// No key that it names, or that could be meant, made the signature: fetching the keys anew may help.
    #[error("no known key made the signature")]
    UnknownKey,
    /// The key that it names did not make the signature.
    #[error("the signature is not that of the key it names")]
    Signature,
}

/// What of a header is looked at. Keys in it and links to keys are ignored. RFC 7515 §4.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoseHeader {
    /// `alg`.
    pub alg: String,
    /// `kid`.
    pub kid: Option<String>,
    /// `typ`.
    pub typ: Option<String>,
}

/// A JSON object in which no name occurs twice. RFC 7515 §5.2 step 4, RFC 7519 §4.
#[derive(Clone)]
pub(super) struct Members(pub(super) Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name occurs twice"));
                    }
                }
                Ok(Members(map))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Takes a token apart: its header, all members of it, and the payload, which nobody has verified yet.
pub(super) fn read(token: &str) -> Result<(JoseHeader, Map<String, Value>, &str), ForeignError> {
    if token.len() > MAX_FOREIGN_JWT_BYTES {
        return Err(ForeignError::Malformed);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(ForeignError::Malformed);
    };
    let members = decode(header)?;
    // extensions that must be understood: there are none that we do. RFC 7515 §4.1.11
    if signature.is_empty() || members.contains_key("crit") {
        return Err(ForeignError::Malformed);
    }
    let text = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ForeignError::Malformed),
    };
    let header = JoseHeader {
        alg: text("alg")?.ok_or(ForeignError::Malformed)?,
        kid: text("kid")?,
        typ: text("typ")?,
    };
    Ok((header, members, payload))
}

/// A JSON object in base64url without padding.
pub(super) fn decode(part: &str) -> Result<Map<String, Value>, ForeignError> {
    let json = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| ForeignError::Malformed)?;
    serde_json::from_slice::<Members>(&json)
        .map(|members| members.0)
        .map_err(|_| ForeignError::Malformed)
}
