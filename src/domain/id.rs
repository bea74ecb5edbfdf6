//! Typed, prefixed, sortable identifiers.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

/// A text that is not an identifier of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of this kind")]
pub struct InvalidId;

/// Declares an identifier: a newtype over text such as `usr_01jd…`, whose prefix tells its kind.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The prefix of every identifier of this kind, with its underscore.
            pub const PREFIX: &'static str = concat!($prefix, "_");

            /// An identifier from 128 bits, of which the first 48 are a time in milliseconds.
            pub fn from_bits(bits: u128) -> Self {
                Self(format!("{}{}", Self::PREFIX, encode(bits)))
            }

            /// The text form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match text.strip_prefix(Self::PREFIX) {
                    Some(rest) if is_body(rest) => Ok(Self(text.to_owned())),
                    _ => Err(InvalidId),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(/** A person; also the `sub` claim. */ UserId, "usr");
id!(/** An account session; also the `sid` claim. */ SessionId, "ses");
id!(/** A browser, which may hold several account sessions. */ BrowserId, "brw");
id!(/** A parked authorization request. */ TransactionId, "tx");
id!(/** A refresh-token family. */ FamilyId, "fam");
id!(/** A role. */ RoleId, "rol");
id!(/** A group. */ GroupId, "grp");
id!(/** A registered API. */ ApiId, "api");
id!(/** A client secret. */ SecretId, "sec");
id!(/** An initial access token, which lets clients register. */ RegistrationTokenId, "rgt");
id!(/** An audit entry. */ AuditId, "aud");
id!(/** An outbox row. */ OutboxId, "out");
id!(/** A repeated presentation of a refresh token. */ RepeatId, "rep");
id!(/** An access token (`jti`). */ TokenId, "tok");
id!(/** A request, as shown on error pages and in the log. */ RequestId, "req");
id!(/** A device code or CIBA request that waits for a person. */ PendingId, "pgr");

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Crockford base 32, most significant digit first, so that text order is number order.
fn encode(bits: u128) -> String {
    (0..26)
        .rev()
        .map(|digit| {
            let value = (bits >> (digit * 5)) & 31;
            char::from(ALPHABET[usize::try_from(value).unwrap_or(0)])
        })
        .collect()
}

fn is_body(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| ALPHABET.contains(&b))
}

/// The identifier of a client: what the RFCs call `client_id`. Chosen by an operator or generated.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// A generated identifier, `cli_…`.
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("cli_{}", encode(bits)))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = InvalidId;

    /// 1 to 255 visible ASCII characters (RFC 6749 appendix A.1, less the space).
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let visible = text.bytes().all(|b| b.is_ascii_graphic());
        if visible && (1..=255).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId)
        }
    }
}

impl TryFrom<String> for ClientId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> String {
        id.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_round_trips_and_sorts_by_its_bits() {
        let small = UserId::from_bits(1);
        let large = UserId::from_bits(u128::MAX);
        assert!(small < large);
        assert_eq!(large.as_str().parse::<UserId>(), Ok(large.clone()));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let user = UserId::from_bits(7);
        assert_eq!(user.as_str().parse::<FamilyId>(), Err(InvalidId));
        for text in [
            "",
            "usr_",
            "usr_short",
            "usr_0000000000000000000000000!",
            "USR_00000000000000000000000001",
        ] {
            assert_eq!(text.parse::<UserId>(), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn a_client_id_is_visible_ascii() {
        assert!("my-app".parse::<ClientId>().is_ok());
        for text in ["", "a b", "a\n", "ä", &"x".repeat(256)] {
            assert_eq!(text.parse::<ClientId>(), Err(InvalidId), "{text}");
        }
    }
}
