//! How clients prove who they are.

use serde::Deserialize;
use serde::Serialize;

/// How a client proves who it is. RFC 7591 §2, `token_endpoint_auth_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// A public client: it has no secret and must use PKCE.
    None,
    /// HTTP Basic. RFC 6749 §2.3.1.
    #[default]
    ClientSecretBasic,
    /// In the form. RFC 6749 §2.3.1.
    ClientSecretPost,
    /// A JWT under the secret. OIDC Core §9.
    ClientSecretJwt,
    /// A JWT under a key of the client, or of an issuer that speaks for it. OIDC Core §9, RFC 7523 §2.2.
    PrivateKeyJwt,
    /// A certificate by its subject. RFC 8705 §2.1.
    TlsClientAuth,
    /// A certificate that is registered itself. RFC 8705 §2.2.
    SelfSignedTlsClientAuth,
}

impl AuthMethod {
    /// Every method.
    pub const ALL: &'static [Self] = &[
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
        Self::TlsClientAuth,
        Self::SelfSignedTlsClientAuth,
        Self::None,
    ];

    /// Whether the client has a secret.
    pub const fn has_secret(self) -> bool {
        matches!(
            self,
            Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt
        )
    }

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
        }
    }
}
