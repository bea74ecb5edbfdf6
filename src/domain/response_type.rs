//! What an authorization response brings. OAuth 2.0 Multiple Response Type Encoding Practices §3, §5.

use serde::Deserialize;
use serde::Serialize;

/// A set of the words `code`, `id_token` and `token`; `token` alone is not served (RFC 9700 §2.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResponseType {
    /// An authorization code.
    pub code: bool,
    /// An ID token from the authorization endpoint.
    pub id_token: bool,
    /// An access token from the authorization endpoint.
    pub token: bool,
}

/// Not one of the response types that are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of code, id_token, id_token token, code id_token, code token, code id_token token")]
pub struct UnknownResponseType;

impl ResponseType {
    /// The code flow.
    pub const CODE: Self = Self {
        code: true,
        id_token: false,
        token: false,
    };

    /// Every response type, under the names of the specification.
    pub const ALL: &'static [Self] = &[
        Self::CODE,
        Self::of(false, true, false),
        Self::of(false, true, true),
        Self::of(true, true, false),
        Self::of(true, false, true),
        Self::of(true, true, true),
    ];

    const fn of(code: bool, id_token: bool, token: bool) -> Self {
        Self {
            code,
            id_token,
            token,
        }
    }

    /// Reads the words in any order.
    pub fn parse(text: &str) -> Result<Self, UnknownResponseType> {
        let mut found = Self::of(false, false, false);
        for word in text.split(' ') {
            let flag = match word {
                "code" => &mut found.code,
                "id_token" => &mut found.id_token,
                "token" => &mut found.token,
                _ => return Err(UnknownResponseType),
            };
            if std::mem::replace(flag, true) {
                return Err(UnknownResponseType);
            }
        }
        if Self::ALL.contains(&found) {
            Ok(found)
        } else {
            Err(UnknownResponseType)
        }
    }

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match (self.code, self.id_token, self.token) {
            (true, false, false) => "code",
            (false, true, false) => "id_token",
            (false, true, true) => "id_token token",
            (true, true, false) => "code id_token",
            (true, false, true) => "code token",
            (true, true, true) => "code id_token token",
            // never made: `token` alone, or nothing
            (false, false, _) => "token",
        }
    }

    /// Whether a token leaves the authorization endpoint: then the fragment is the default, and the query is refused.
    pub const fn brings_tokens(self) -> bool {
        self.id_token || self.token
    }

    /// The grants that a client needs for it. OIDC Registration §2.
    pub fn grant_types(self) -> impl Iterator<Item = &'static str> {
        let code = self.code.then_some("authorization_code");
        code.into_iter().chain(self.brings_tokens().then_some("implicit"))
    }
}

impl TryFrom<String> for ResponseType {
    type Error = UnknownResponseType;

    fn try_from(text: String) -> Result<Self, UnknownResponseType> {
        Self::parse(&text)
    }
}

impl From<ResponseType> for String {
    fn from(kind: ResponseType) -> Self {
        kind.as_str().to_owned()
    }
}

impl std::fmt::Display for ResponseType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_words_is_free() {
        for kind in ResponseType::ALL {
            assert_eq!(ResponseType::parse(kind.as_str()), Ok(*kind));
        }
        let hybrid = ResponseType::parse("token code id_token").unwrap();
        assert_eq!(hybrid.as_str(), "code id_token token");
    }

    #[test]
    fn token_alone_and_unknown_words_are_refused() {
        for text in [
            "",
            "token",
            "none",
            "code none",
            "code code",
            "CODE",
            "code  token",
        ] {
            assert_eq!(ResponseType::parse(text), Err(UnknownResponseType), "{text}");
        }
    }

    #[test]
    fn a_response_type_needs_its_grants() {
        let of = |text| {
            ResponseType::parse(text)
                .unwrap()
                .grant_types()
                .collect::<Vec<_>>()
        };
        assert_eq!(of("code"), ["authorization_code"]);
        assert_eq!(of("id_token token"), ["implicit"]);
        assert_eq!(of("code token"), ["authorization_code", "implicit"]);
    }
}
