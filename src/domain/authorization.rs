//! Authorization requests, proved and parked.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::domain::claims::ClaimsRequest;
use crate::domain::id::ClientId;
use crate::domain::id::SessionId;
use crate::domain::id::TransactionId;
use crate::domain::id::UserId;
use crate::domain::pkce::CodeChallenge;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::response_type::ResponseType;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;

/// How the authorization response travels. OAuth 2.0 Multiple Response Types §2.1, Form Post, JARM §2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query.
    Query,
    /// In the fragment.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
    /// As one signed JWT in the query.
    QueryJwt,
    /// As one signed JWT in the fragment.
    FragmentJwt,
    /// As one signed JWT in a form that the browser posts.
    FormPostJwt,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: &'static [Self] = &[
        Self::Query,
        Self::Fragment,
        Self::FormPost,
        Self::QueryJwt,
        Self::FragmentJwt,
        Self::FormPostJwt,
    ];

    /// The short name that stands for the default of the response type, signed. JARM §2.3.4.
    pub const JWT: &'static str = "jwt";

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// The mode that holds when a request names none.
    pub const fn default_for(kind: ResponseType) -> Self {
        if kind.brings_tokens() {
            Self::Fragment
        } else {
            Self::Query
        }
    }

    /// By its registered name.
    pub fn parse(name: &str, kind: ResponseType) -> Option<Self> {
        if name == Self::JWT {
            return Some(match Self::default_for(kind) {
                Self::Fragment => Self::FragmentJwt,
                Self::Query | Self::FormPost | Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt => {
                    Self::QueryJwt
                }
            });
        }
        Self::ALL.iter().copied().find(|mode| mode.as_str() == name)
    }

    /// The same way of travelling without the signature.
    #[must_use]
    pub const fn carrier(self) -> Self {
        match self {
            Self::Query | Self::QueryJwt => Self::Query,
            Self::Fragment | Self::FragmentJwt => Self::Fragment,
            Self::FormPost | Self::FormPostJwt => Self::FormPost,
        }
    }

    /// Whether the response is one signed JWT.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }
}

/// A proved place to send an authorization response to. Only [`crate::domain::client::Client::return_to`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnTo {
    client_id: ClientId,
    redirect_uri: RedirectUri,
    mode: ResponseMode,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    state: Option<String>,
}

impl ReturnTo {
    pub(in crate::domain) fn proved(
        client_id: ClientId,
        redirect_uri: RedirectUri,
        mode: ResponseMode,
        state: Option<String>,
    ) -> Self {
        Self {
            client_id,
            redirect_uri,
            mode,
            state,
        }
    }

    /// The client that registered the URI.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// The proved URI.
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// How to answer.
    pub fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// Echoed exactly.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// The values of `prompt`. OIDC Core §3.1.2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the parameter is a set of four words"
)]
pub struct Prompt {
    /// No page of any kind.
    pub none: bool,
    /// Authenticate again.
    pub login: bool,
    /// Ask for consent again.
    pub consent: bool,
    /// Choose an account.
    pub select_account: bool,
}

impl Prompt {
    /// `None` when `none` is combined with another word. Unknown words are ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let has = |word| text.split(' ').any(|w| w == word);
        let prompt = Self {
            none: has("none"),
            login: has("login"),
            consent: has("consent"),
            select_account: has("select_account"),
        };
        let alone = text.split(' ').filter(|w| !w.is_empty()).count() == 1;
        (!prompt.none || alone).then_some(prompt)
    }
}

/// A checked authorization request. OIDC Core §3.1.2.1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeRequest {
    /// Where the answer goes.
    pub return_to: ReturnTo,
    /// What the answer brings.
    pub response_type: ResponseType,
    /// Asked for and allowed for the client.
    pub scope: ScopeSet,
    /// For the ID token.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nonce: Option<String>,
    /// S256 challenge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code_challenge: Option<CodeChallenge>,
    /// What to ask the person.
    #[serde(default)]
    pub prompt: Prompt,
    /// Seconds since the last authentication that are acceptable.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_age: Option<u32>,
    /// Fills the sign-in form.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub login_hint: Option<String>,
    /// The `sub` that the client expects (from `id_token_hint` or the claims parameter).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected_subject: Option<String>,
    /// Languages in order of preference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ui_locales: Option<String>,
    /// Single claims asked for.
    #[serde(skip_serializing_if = "ClaimsRequest::is_empty", default)]
    pub claims: ClaimsRequest,
    /// Authentication contexts that are wanted, best first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub acr_values: Vec<String>,
    /// Registered APIs that the tokens are for. RFC 8707 §2.1.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub resource: Vec<String>,
    /// Checked details. RFC 9396 §2.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub authorization_details: Vec<Value>,
    /// The thumbprint of the key that must redeem the code. RFC 9449 §10.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dpop_jkt: Option<String>,
    /// The hash of the pushed request that this one came by; it is used up when it is answered. RFC 9126 §4.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pushed: Option<String>,
}

/// What has been settled on the way to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The account session chosen or signed in for this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Who allowed the request; consent belongs to one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consented: Option<UserId>,
    /// The person did not allow the request.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub denied: bool,
}

/// A parked authorization request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// In the URL of every page on the way.
    pub id: TransactionId,
    /// The request.
    pub request: AuthorizeRequest,
    /// What has been settled.
    pub progress: Progress,
    /// When it was parked. A sign-in after this is one for it.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone() {
        assert!(Prompt::parse("none").unwrap().none);
        assert_eq!(Prompt::parse("none login"), None);
        let both = Prompt::parse("login consent").unwrap();
        assert!(both.login && both.consent && !both.select_account);
        assert_eq!(Prompt::parse("create"), Some(Prompt::default()));
    }

    #[test]
    fn jwt_stands_for_the_default_of_the_response_type() {
        let hybrid = ResponseType::parse("code id_token").unwrap();
        assert_eq!(
            ResponseMode::parse("jwt", ResponseType::CODE),
            Some(ResponseMode::QueryJwt)
        );
        assert_eq!(
            ResponseMode::parse("jwt", hybrid),
            Some(ResponseMode::FragmentJwt)
        );
        assert_eq!(ResponseMode::parse("web_message", hybrid), None);
        for mode in ResponseMode::ALL {
            assert_eq!(ResponseMode::parse(mode.as_str(), hybrid), Some(*mode));
            assert!(!mode.carrier().is_signed());
        }
    }
}
