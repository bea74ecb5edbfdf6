//! Authorization requests, proved and parked.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::claims::ClaimsRequest;
use crate::domain::id::ClientId;
use crate::domain::id::SessionId;
use crate::domain::id::TransactionId;
use crate::domain::id::UserId;
use crate::domain::pkce::CodeChallenge;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;

/// How the authorization response travels. OAuth 2.0 Multiple Response Types §2.1, Form Post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query.
    Query,
    /// In the fragment.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: &'static [Self] = &[Self::Query, Self::Fragment, Self::FormPost];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
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
    /// The person that the client expects (from `id_token_hint` or a requested `sub`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected_user: Option<UserId>,
    /// Languages in order of preference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ui_locales: Option<String>,
    /// Single claims asked for.
    #[serde(skip_serializing_if = "ClaimsRequest::is_empty", default)]
    pub claims: ClaimsRequest,
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
}
