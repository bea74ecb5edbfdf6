//! Policy profiles: what a client must keep to, beyond its own metadata. One table holds every rule that differs.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::client::AuthMethod;
use crate::domain::signing_alg::SigningAlg;

/// Which rules hold for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// OpenID Connect Core.
    #[default]
    Oidc,
    /// FAPI 2.0 Security Profile.
    Fapi2,
    /// FAPI 2.0 Message Signing: `Fapi2` with signed requests and signed responses.
    Fapi2MessageSigning,
    /// FAPI: Client Initiated Backchannel Authentication.
    FapiCiba,
}

/// What `aud` of a client's assertion may be. D 36 and FAPI 2.0 Security Profile §5.3.2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionAudience {
    /// The issuer or the endpoint's URL, as a text or in a list.
    IssuerOrEndpoint,
    /// The issuer as a text, and nothing else.
    IssuerAlone,
}

/// Whether access tokens must be bound to a key of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderConstraint {
    /// As the client's metadata says.
    Optional,
    /// By DPoP or a certificate.
    Required,
    /// By a certificate. FAPI-CIBA §5.2.2.
    Certificate,
}

/// The rules of one profile.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of a table whose columns are questions"
)]
pub struct Rules {
    /// Its name.
    pub name: &'static str,
    /// Authorization requests come through the pushed-request endpoint. FAPI 2.0 §5.3.2.2.
    pub require_pushed_requests: bool,
    /// Every code request brings a challenge.
    pub require_pkce: bool,
    /// Binding of access tokens.
    pub sender_constraint: SenderConstraint,
    /// How the client may authenticate.
    pub auth_methods: &'static [AuthMethod],
    /// What the client and we may sign with; the first is our default.
    pub signing_algs: &'static [SigningAlg],
    /// `aud` of the client's assertions.
    pub assertion_audience: AssertionAudience,
    /// Whether only the response type `code` may be used.
    pub code_only: bool,
    /// The longest life of a code, in seconds.
    pub max_code_lifetime_secs: u32,
    /// Whether a refresh token is replaced at each use. FAPI 2.0 §5.3.2.1 forbids it.
    pub rotate_refresh_tokens: bool,
    /// Authorization requests are signed. FAPI 2.0 Message Signing §5.3.1.
    pub require_signed_request: bool,
    /// Authorization responses are signed (JARM). FAPI 2.0 Message Signing §5.4.1.
    pub require_signed_response: bool,
}

const FAPI_METHODS: &[AuthMethod] = &[
    AuthMethod::PrivateKeyJwt,
    AuthMethod::TlsClientAuth,
    AuthMethod::SelfSignedTlsClientAuth,
];

const OIDC: Rules = Rules {
    name: "oidc",
    require_pushed_requests: false,
    require_pkce: false,
    sender_constraint: SenderConstraint::Optional,
    auth_methods: AuthMethod::ALL,
    signing_algs: SigningAlg::ALL,
    assertion_audience: AssertionAudience::IssuerOrEndpoint,
    code_only: false,
    max_code_lifetime_secs: 600,
    rotate_refresh_tokens: true,
    require_signed_request: false,
    require_signed_response: false,
};

const FAPI2: Rules = Rules {
    name: "fapi2",
    require_pushed_requests: true,
    require_pkce: true,
    sender_constraint: SenderConstraint::Required,
    auth_methods: FAPI_METHODS,
    signing_algs: SigningAlg::FAPI,
    assertion_audience: AssertionAudience::IssuerAlone,
    code_only: true,
    max_code_lifetime_secs: 60,
    rotate_refresh_tokens: false,
    require_signed_request: false,
    require_signed_response: false,
};

const FAPI2_MESSAGE_SIGNING: Rules = Rules {
    name: "fapi2-message-signing",
    require_signed_request: true,
    require_signed_response: true,
    ..FAPI2
};

const FAPI_CIBA: Rules = Rules {
    name: "fapi-ciba",
    require_pushed_requests: false,
    sender_constraint: SenderConstraint::Certificate,
    assertion_audience: AssertionAudience::IssuerOrEndpoint,
    require_signed_request: true,
    ..FAPI2
};

impl Profile {
    /// Every profile.
    pub const ALL: &'static [Self] = &[Self::Oidc, Self::Fapi2, Self::Fapi2MessageSigning, Self::FapiCiba];

    /// Its rules.
    pub const fn rules(self) -> &'static Rules {
        match self {
            Self::Oidc => &OIDC,
            Self::Fapi2 => &FAPI2,
            Self::Fapi2MessageSigning => &FAPI2_MESSAGE_SIGNING,
            Self::FapiCiba => &FAPI_CIBA,
        }
    }
}
