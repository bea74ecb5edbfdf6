//! Client metadata under the names of RFC 7591.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::domain::client::AuthMethod;
use crate::domain::client::Profile;
use crate::domain::id::ClientId;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::response_type::ResponseType;
use crate::domain::scope::ScopeSet;
use crate::domain::signing_alg::SigningAlg;

/// Where the client runs. OIDC Registration §2, `application_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// On a web server or in a browser.
    #[default]
    Web,
    /// On a person's device.
    Native,
}

/// Whether `sub` is the same at every client. OIDC Core §8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// The same everywhere.
    #[default]
    Public,
    /// Different for each sector, so that clients cannot compare notes.
    Pairwise,
}

/// What an access token looks like to its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// A signed JWT. RFC 9068.
    #[default]
    Jwt,
    /// Random characters; resources ask us by introspection.
    Opaque,
}

/// How a CIBA client learns that its tokens are ready. CIBA §5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMode {
    /// It asks.
    Poll,
    /// It is told, and asks then.
    Ping,
}

/// Whose JWT authenticates a client: a registered issuer's, for one subject. RFC 7521 §4.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederatedCredential {
    /// `iss`, one of the registered issuers.
    pub issuer: String,
    /// `sub`, exactly.
    pub subject: String,
    /// `aud`; absent: our issuer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub audience: Option<String>,
}

/// What a client may exchange tokens for. RFC 8693.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct TokenExchangePolicy {
    /// Clients whose tokens it may present as `subject_token`; its own always.
    pub subject_clients: Vec<ClientId>,
    /// Trusted issuers whose JWTs it may present as `subject_token` or `actor_token`.
    pub subject_issuers: Vec<String>,
    /// Resources and audiences it may ask for.
    pub audiences: Vec<String>,
    /// Whether it may leave itself out of the new token (`act` is absent).
    pub impersonation: bool,
    /// Whether it may name an actor (`act` is present).
    pub delegation: bool,
}

/// Client metadata under the names of RFC 7591 and OIDC Registration, with extensions of our own at the end.
///
/// One model behind the console's form, the command line, and the stored row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the members are those of the specifications"
)]
pub struct ClientMetadata {
    /// The name people see.
    pub client_name: String,
    /// Where authorization responses may go; matched exactly.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may go after sign-out; matched exactly.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Authentication at the token endpoint.
    pub token_endpoint_auth_method: AuthMethod,
    /// Grants the client may use.
    pub grant_types: Vec<String>,
    /// Response types the client may use.
    pub response_types: Vec<ResponseType>,
    /// Scopes the client may ask for, separated by spaces.
    pub scope: ScopeSet,
    /// Web or native.
    pub application_type: ApplicationType,
    /// The client's home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// A picture shown at sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// The client's privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// The client's terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Where third parties may start a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Mail addresses of those responsible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// `max_age` in seconds when a request names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// `acr_values` when a request names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Puts `auth_time` into every ID token. We always do.
    pub require_auth_time: bool,
    /// The client's public keys, a JWK set. RFC 7517 §5. Not together with `jwks_uri`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where the client publishes its keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The one algorithm of the client's assertions: a name of [`SigningAlg`], or HS256 for `client_secret_jwt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// The certificate's subject, RFC 4514. RFC 8705 §2.1.2: exactly one of the five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// A DNS name of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// A URI of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// An address of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// A mail address of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// Access tokens are bound to the certificate that authenticates the request. RFC 8705 §3.4.
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Access tokens are bound to a DPoP key, always. RFC 9449 §5.2.
    pub dpop_bound_access_tokens: bool,
    /// Signature of ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<SigningAlg>,
    /// Signature of UserInfo answers; absent: plain JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlg>,
    /// Signature of introspection answers. RFC 9701 §6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<SigningAlg>,
    /// Signature of authorization responses. JARM §3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_signed_response_alg: Option<SigningAlg>,
    /// The one algorithm of the client's request objects. RFC 9101 §10.5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<SigningAlg>,
    /// Where request objects may be fetched from; matched exactly, with their fragment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    /// Authorization requests must be signed. RFC 9101 §10.5.
    pub require_signed_request_object: bool,
    /// Authorization requests must be pushed. RFC 9126 §6.
    pub require_pushed_authorization_requests: bool,
    /// Whether `sub` is the same at every client.
    pub subject_type: SubjectType,
    /// Lists every redirect URI of the clients that share one pairwise `sub`. OIDC Core §8.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// Loaded in a frame at sign-out. OIDC Front-Channel Logout §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// The frame is told `iss` and `sid`.
    pub frontchannel_logout_session_required: bool,
    /// Receives a logout token at sign-out. OIDC Back-Channel Logout §2.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// The logout token holds `sid`. It always does where there is one.
    pub backchannel_logout_session_required: bool,
    /// How CIBA tokens are fetched. CIBA §4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_token_delivery_mode: Option<DeliveryMode>,
    /// Where a ping goes. CIBA §4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_client_notification_endpoint: Option<String>,
    /// The algorithm of signed CIBA requests. CIBA §4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_authentication_request_signing_alg: Option<SigningAlg>,
    /// CIBA requests carry a user code. Not served.
    pub backchannel_user_code_parameter: bool,
    /// Types of `authorization_details` the client may ask for. RFC 9396 §10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
    /// The software's name for itself. RFC 7591 §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// Ours: which policy profile holds.
    pub profile: Profile,
    /// Ours: whether access tokens are readable.
    pub access_token_format: TokenFormat,
    /// Ours: whether each use of a refresh token replaces it; absent: as the profile says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_refresh_tokens: Option<bool>,
    /// Ours: registered APIs that the client may name as `resource`. RFC 8707.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Ours: JWTs of registered issuers that authenticate the client instead of its own keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub federated_credentials: Vec<FederatedCredential>,
    /// Ours: what the client may exchange tokens for. RFC 8693.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_exchange: Option<TokenExchangePolicy>,
    /// Ours: PKCE is required (always so for public clients).
    pub require_pkce: bool,
    /// Ours: a client of the operator's own, for which nobody is asked to consent.
    pub skip_consent: bool,
    /// Ours: who runs the client, as the consent page says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_name: Option<String>,
    /// Ours: lifetimes in seconds that differ from the installation's.
    #[serde(skip_serializing_if = "ClientLifetimes::is_empty")]
    pub lifetimes: ClientLifetimes,
}

/// Lifetimes in seconds; what is absent follows the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ClientLifetimes {
    /// Authorization codes; at most 600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// Access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<u32>,
    /// ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<u32>,
    /// A refresh token that is not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_idle: Option<u32>,
    /// A refresh-token family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_absolute: Option<u32>,
    /// How long a lost refresh answer may be repeated; 0 switches it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_repeat_window: Option<u32>,
}

impl ClientLifetimes {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for ClientMetadata {
    /// The defaults of RFC 7591 §2, and ours.
    fn default() -> Self {
        Self {
            client_name: String::new(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            token_endpoint_auth_method: AuthMethod::default(),
            grant_types: vec!["authorization_code".to_owned()],
            response_types: vec![ResponseType::CODE],
            scope: "openid profile email address phone offline_access roles groups"
                .parse()
                .unwrap_or_default(),
            application_type: ApplicationType::default(),
            client_uri: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            initiate_login_uri: None,
            contacts: Vec::new(),
            default_max_age: None,
            default_acr_values: Vec::new(),
            require_auth_time: false,
            jwks: None,
            jwks_uri: None,
            token_endpoint_auth_signing_alg: None,
            tls_client_auth_subject_dn: None,
            tls_client_auth_san_dns: None,
            tls_client_auth_san_uri: None,
            tls_client_auth_san_ip: None,
            tls_client_auth_san_email: None,
            tls_client_certificate_bound_access_tokens: false,
            dpop_bound_access_tokens: false,
            id_token_signed_response_alg: None,
            userinfo_signed_response_alg: None,
            introspection_signed_response_alg: None,
            authorization_signed_response_alg: None,
            request_object_signing_alg: None,
            request_uris: Vec::new(),
            require_signed_request_object: false,
            require_pushed_authorization_requests: false,
            subject_type: SubjectType::default(),
            sector_identifier_uri: None,
            frontchannel_logout_uri: None,
            frontchannel_logout_session_required: false,
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
            backchannel_token_delivery_mode: None,
            backchannel_client_notification_endpoint: None,
            backchannel_authentication_request_signing_alg: None,
            backchannel_user_code_parameter: false,
            authorization_details_types: Vec::new(),
            software_id: None,
            software_version: None,
            profile: Profile::default(),
            access_token_format: TokenFormat::default(),
            rotate_refresh_tokens: None,
            resources: Vec::new(),
            federated_credentials: Vec::new(),
            token_exchange: None,
            require_pkce: true,
            skip_consent: false,
            operator_name: None,
            lifetimes: ClientLifetimes::default(),
        }
    }
}

impl ClientMetadata {
    /// Whether the client may use this grant.
    pub fn uses(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|g| g == grant_type)
    }

    /// Whether the client has a secret.
    pub fn has_secret(&self) -> bool {
        self.token_endpoint_auth_method.has_secret()
    }

    /// Whether the client proves nothing about itself.
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }
}
