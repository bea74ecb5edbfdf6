//! Clients: the applications that use Gatepost.

mod metadata;

pub use metadata::ApplicationType;
pub use metadata::AuthMethod;
pub use metadata::ClientLifetimes;
pub use metadata::ClientMetadata;
pub use metadata::InvalidMetadata;
pub use metadata::MAX_TOKEN_LIFETIME_SECS;
pub use metadata::Offered;

use crate::domain::authorization::ResponseMode;
use crate::domain::authorization::ReturnTo;
use crate::domain::id::ClientId;
use crate::domain::id::SecretId;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::time::Timestamp;

/// A stored client secret: its hash, and what an operator may see of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// The row.
    pub id: SecretId,
    /// The keyed hash.
    pub hash: String,
    /// The last characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `client_id`.
    pub id: ClientId,
    /// Its metadata.
    pub metadata: ClientMetadata,
    /// Secrets that may be used; two may overlap.
    pub secrets: Vec<ClientSecret>,
    /// Disabled clients can do nothing.
    pub enabled: bool,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Client {
    /// The name people see.
    pub fn name(&self) -> &str {
        &self.metadata.client_name
    }

    /// Whether an authorization request of this client must bring a code challenge.
    pub fn needs_pkce(&self) -> bool {
        self.metadata.require_pkce || self.metadata.is_public()
    }

    /// Proves a requested redirect URI. The only source of [`ReturnTo`]: what was not proved cannot be redirected to.
    pub fn return_to(&self, requested: &str, mode: ResponseMode, state: Option<String>) -> Option<ReturnTo> {
        let loopback = self.metadata.is_public() || self.metadata.application_type == ApplicationType::Native;
        let registered = self
            .metadata
            .redirect_uris
            .iter()
            .find(|uri| uri.matches(requested, loopback))?;
        // with another loopback port the requested text is what must be answered, and it is as safe as the registered
        let uri = if registered.as_str() == requested {
            registered.clone()
        } else {
            RedirectUri::parse(requested).ok()?
        };
        Some(ReturnTo::proved(self.id.clone(), uri, mode, state))
    }

    /// The registered URI that `requested` equals, for sign-out.
    pub fn post_logout_redirect(&self, requested: &str) -> Option<&RedirectUri> {
        self.metadata
            .post_logout_redirect_uris
            .iter()
            .find(|uri| uri.as_str() == requested)
    }
}

/// A client that has proved who it is. Made only by `oidc::client_auth`.
#[derive(Debug, Clone)]
pub struct AuthenticatedClient {
    client: std::sync::Arc<Client>,
    method: AuthMethod,
}

impl AuthenticatedClient {
    /// For `oidc::client_auth` alone; the architecture test looks.
    pub fn proved(client: std::sync::Arc<Client>, method: AuthMethod) -> Self {
        Self { client, method }
    }

    /// How it proved itself.
    pub fn method(&self) -> AuthMethod {
        self.method
    }
}

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
