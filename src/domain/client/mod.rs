//! Clients: the applications that use Gatepost.

mod auth_method;
pub mod from_outside;
mod metadata;
mod origin;
mod profile;
mod profile_rules;
mod rules;

pub use auth_method::AuthMethod;
pub use metadata::ApplicationType;
pub use metadata::ClientLifetimes;
pub use metadata::ClientMetadata;
pub use metadata::DeliveryMode;
pub use metadata::FederatedCredential;
pub use metadata::SubjectType;
pub use metadata::TokenExchangePolicy;
pub use metadata::TokenFormat;
pub use origin::ClientOrigin;
pub use origin::Provenance;
pub use profile::AssertionAudience;
pub use profile::Profile;
pub use profile::Rules;
pub use profile::SenderConstraint;
pub use rules::CIBA_GRANT;
pub use rules::InvalidMetadata;
pub use rules::MAX_TOKEN_LIFETIME_SECS;
pub use rules::Offered;

use crate::domain::authorization::ResponseMode;
use crate::domain::authorization::ReturnTo;
use crate::domain::id::ClientId;
use crate::domain::id::SecretId;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;

/// A stored client secret: its hash, and what an operator may see of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// The row.
    pub id: SecretId,
    /// The keyed hash.
    pub hash: String,
    /// The secret itself under the master key, where `client_secret_jwt` needs it.
    pub sealed: Option<String>,
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
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Client {
    /// The name people see.
    pub fn name(&self) -> &str {
        &self.metadata.client_name
    }

    /// Who runs it, as far as anybody knows: the operator's word, or the host that its metadata stands on.
    pub fn run_by(&self) -> Option<String> {
        match (&self.metadata.operator_name, self.provenance.origin) {
            (Some(name), _) => Some(name.clone()),
            (None, ClientOrigin::MetadataDocument) => rules::host(self.id.as_str()),
            (None, ClientOrigin::Operator | ClientOrigin::Dynamic) => None,
        }
    }

    /// What its policy profile demands.
    pub fn rules(&self) -> &'static Rules {
        self.metadata.profile.rules()
    }

    /// Whether an authorization request of this client that asks for a code must bring a challenge.
    pub fn needs_pkce(&self) -> bool {
        self.metadata.require_pkce || self.metadata.is_public() || self.rules().require_pkce
    }

    /// Whether its authorization requests must be pushed. RFC 9126 §6.
    pub fn needs_pushed_requests(&self) -> bool {
        self.metadata.require_pushed_authorization_requests || self.rules().require_pushed_requests
    }

    /// Whether its authorization requests must be signed. RFC 9101 §10.5.
    pub fn needs_signed_requests(&self) -> bool {
        self.metadata.require_signed_request_object || self.rules().require_signed_request
    }

    /// Whether each use of a refresh token replaces it.
    pub fn rotates_refresh_tokens(&self) -> bool {
        let by_profile = self.rules().rotate_refresh_tokens;
        self.metadata.rotate_refresh_tokens.unwrap_or(by_profile)
    }

    /// How its ID tokens are signed.
    pub fn id_token_alg(&self) -> SigningAlg {
        self.metadata
            .id_token_signed_response_alg
            .unwrap_or(self.default_alg())
    }

    /// What signs for it where nothing else is registered.
    pub fn default_alg(&self) -> SigningAlg {
        self.rules().signing_algs.first().copied().unwrap_or_default()
    }

    /// Who may compare `sub`: the sector's host for a pairwise client, `None` where everybody may. OIDC Core §8.1.
    pub fn sector(&self) -> Option<String> {
        if self.metadata.subject_type == SubjectType::Public {
            return None;
        }
        let uri = self.metadata.sector_identifier_uri.as_deref();
        let uri = uri.or_else(|| self.metadata.redirect_uris.first().map(RedirectUri::as_str));
        // a client without any URI is a sector of its own
        Some(uri.and_then(rules::host).unwrap_or_else(|| self.id.to_string()))
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

    /// Whether it wants to hear of a session's end. Front-Channel Logout §2, Back-Channel Logout §2.2.
    pub fn hears_of_logout(&self) -> bool {
        self.metadata.frontchannel_logout_uri.is_some() || self.metadata.backchannel_logout_uri.is_some()
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
