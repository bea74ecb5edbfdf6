//! Tokens as a client receives them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A token answer.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) id: Option<String>,
    pub(crate) refresh: Option<String>,
    pub(crate) scope: String,
    pub(crate) expires_in: u64,
}

impl Tokens {
    pub(crate) fn of(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let bound = text("access_token").filter(|token| token.contains('.'));
        let bound = bound.is_some_and(|token| decode(&token, 1)["cnf"]["jkt"].is_string());
        assert_eq!(body["token_type"], if bound { "DPoP" } else { "Bearer" });
        Self {
            access: text("access_token").expect("an access token"),
            id: text("id_token"),
            refresh: text("refresh_token"),
            scope: text("scope").expect("the granted scope"),
            expires_in: body["expires_in"].as_u64().expect("expires_in is a number"),
        }
    }

    /// The refresh token, which must be there.
    #[track_caller]
    pub(crate) fn refresh(&self) -> &str {
        self.refresh.as_deref().expect("a refresh token")
    }

    /// The ID token, which must be there.
    #[track_caller]
    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().expect("an ID token")
    }

    pub(crate) fn id_claims(&self) -> Value {
        decode(self.id(), 1)
    }

    pub(crate) fn access_claims(&self) -> Value {
        decode(&self.access, 1)
    }
}

/// A part of a JWT, unverified: 0 is the header, 1 the claims.
#[track_caller]
pub(crate) fn decode(jwt: &str, part: usize) -> Value {
    let text = jwt.split('.').nth(part).expect("a JWT has three parts");
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}
