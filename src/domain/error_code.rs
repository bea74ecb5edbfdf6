//! Error codes registered for OAuth 2.0 and OpenID Connect.

/// One registered error code. Its status is here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A parameter is missing, repeated, malformed or contradictory. RFC 6749 §4.1.2.1, §5.2.
    InvalidRequest,
    /// Client authentication failed. RFC 6749 §5.2. 401, with `WWW-Authenticate` when a header was sent.
    InvalidClient,
    /// Code or refresh token unknown, used, expired, revoked, or another client's. RFC 6749 §5.2.
    InvalidGrant,
    /// The client may not use this grant or response type. RFC 6749 §5.2.
    UnauthorizedClient,
    /// No such grant here. RFC 6749 §5.2.
    UnsupportedGrantType,
    /// No such response type here. RFC 6749 §4.1.2.1.
    UnsupportedResponseType,
    /// The scope is malformed, unknown, or wider than was granted. RFC 6749 §5.2.
    InvalidScope,
    /// The person did not allow it. RFC 6749 §4.1.2.1.
    AccessDenied,
    /// `prompt=none` and nobody is signed in. OIDC Core §3.1.2.6.
    LoginRequired,
    /// `prompt=none` and consent is missing. OIDC Core §3.1.2.6.
    ConsentRequired,
    /// `prompt=none` and several accounts are signed in. OIDC Core §3.1.2.6.
    AccountSelectionRequired,
    /// The `request` parameter is not served. OIDC Core §3.1.2.6.
    RequestNotSupported,
    /// The `request_uri` parameter is not served. OIDC Core §3.1.2.6.
    RequestUriNotSupported,
    /// The `registration` parameter is not served. OIDC Core §3.1.2.6.
    RegistrationNotSupported,
    /// The request object is not valid: signature, audience, times or content. RFC 9101 §6.
    InvalidRequestObject,
    /// The `request_uri` is unknown, used up, expired, or its content cannot be had. RFC 9101 §6.
    InvalidRequestUri,
    /// The `resource` is not registered, or not for this client or grant. RFC 8707 §2.
    InvalidTarget,
    /// The `authorization_details` are unknown or malformed. RFC 9396 §5.
    InvalidAuthorizationDetails,
    /// The DPoP proof is missing or does not fit the request. RFC 9449 §5. 400.
    InvalidDpopProof,
    /// The DPoP proof must hold the nonce in the header `DPoP-Nonce`. RFC 9449 §8. 400.
    UseDpopNonce,
    /// The person cannot authenticate as the request demands. OpenID Connect Unmet Authentication Requirements §2.
    UnmetAuthenticationRequirements,
    /// The authentication behind the access token is too weak or too old. RFC 9470 §3. 401.
    InsufficientUserAuthentication,
    /// The person has not decided yet; ask again after the interval. RFC 8628 §3.5.
    AuthorizationPending,
    /// As `authorization_pending`, and the interval grows by 5 seconds. RFC 8628 §3.5.
    SlowDown,
    /// The device code or `auth_req_id` has run out. RFC 8628 §3.5.
    ExpiredToken,
    /// No person fits the hint. CIBA §13.
    UnknownUserId,
    /// The binding message is too long or holds what cannot be shown. CIBA §13.
    InvalidBindingMessage,
    /// A redirect URI cannot be registered. RFC 7591 §3.2.2.
    InvalidRedirectUri,
    /// A member of the client metadata cannot be registered. RFC 7591 §3.2.2.
    InvalidClientMetadata,
    /// A software statement cannot be used: no issuer of them is trusted. RFC 7591 §3.2.2.
    UnapprovedSoftwareStatement,
    /// The access token is missing, unknown, expired or revoked. RFC 6750 §3.1. 401.
    InvalidToken,
    /// The access token does not reach this far. RFC 6750 §3.1. 403.
    InsufficientScope,
    /// Something failed here; the same request may work later. RFC 6749 §4.1.2.1. 500.
    ServerError,
    /// Something we need is away. RFC 6749 §4.1.2.1. 503.
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// Every code, for the documentation.
    pub const ALL: &'static [Self] = &[
        Self::InvalidRequest,
        Self::InvalidClient,
        Self::InvalidGrant,
        Self::UnauthorizedClient,
        Self::UnsupportedGrantType,
        Self::UnsupportedResponseType,
        Self::InvalidScope,
        Self::AccessDenied,
        Self::LoginRequired,
        Self::ConsentRequired,
        Self::AccountSelectionRequired,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
        Self::RegistrationNotSupported,
        Self::InvalidRequestObject,
        Self::InvalidRequestUri,
        Self::InvalidTarget,
        Self::InvalidAuthorizationDetails,
        Self::InvalidDpopProof,
        Self::UseDpopNonce,
        Self::UnmetAuthenticationRequirements,
        Self::InsufficientUserAuthentication,
        Self::AuthorizationPending,
        Self::SlowDown,
        Self::ExpiredToken,
        Self::UnknownUserId,
        Self::InvalidBindingMessage,
        Self::InvalidRedirectUri,
        Self::InvalidClientMetadata,
        Self::UnapprovedSoftwareStatement,
        Self::InvalidToken,
        Self::InsufficientScope,
        Self::ServerError,
        Self::TemporarilyUnavailable,
    ];

    /// The registered text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::UnknownUserId => "unknown_user_id",
            Self::InvalidBindingMessage => "invalid_binding_message",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::UnapprovedSoftwareStatement => "unapproved_software_statement",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// The HTTP status of a JSON answer with this code.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken | Self::InsufficientUserAuthentication => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            Self::InvalidRequest
            | Self::InvalidGrant
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::UnsupportedResponseType
            | Self::InvalidScope
            | Self::AccessDenied
            | Self::LoginRequired
            | Self::ConsentRequired
            | Self::AccountSelectionRequired
            | Self::RequestNotSupported
            | Self::RequestUriNotSupported
            | Self::InvalidRequestObject
            | Self::InvalidRequestUri
            | Self::InvalidTarget
            | Self::InvalidAuthorizationDetails
            | Self::InvalidDpopProof
            | Self::UseDpopNonce
            | Self::UnmetAuthenticationRequirements
            | Self::AuthorizationPending
            | Self::SlowDown
            | Self::ExpiredToken
            | Self::UnknownUserId
            | Self::InvalidBindingMessage
            | Self::InvalidRedirectUri
            | Self::InvalidClientMetadata
            | Self::UnapprovedSoftwareStatement
            | Self::RegistrationNotSupported => 400,
        }
    }
}
