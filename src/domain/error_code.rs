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
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// The HTTP status of a JSON answer with this code.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
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
            | Self::RegistrationNotSupported => 400,
        }
    }
}
