//! Client authentication: exactly one method, the one the client is registered for. RFC 6749 §2.3.
//!
//! A request carries credentials in one of four ways; several methods may share one. The client's registration says
//! which method counts, never the request.

mod assertion;
mod federated;
mod none;
mod private_key_jwt;
mod secret_basic;
mod secret_jwt;
mod secret_post;
mod self_signed_tls;
mod tls;

pub use secret_jwt::ALG as SECRET_ALG;

use std::pin::Pin;
use std::sync::Arc;

use axum::http::header;

use crate::config::Config;
use crate::domain::client::AuthMethod;
use crate::domain::client::AuthenticatedClient;
use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::domain::id::ClientId;
use crate::domain::secret::Secret;
use crate::error::Failure;
use crate::error::ProtocolError;
use crate::error::protocol::Challenge;
use crate::oidc::protocol_form::ProtocolForm;
use crate::ops;
use crate::ops::Ops;

/// How credentials travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// In the `Authorization` header.
    Header,
    /// As `client_secret`.
    Form,
    /// As `client_assertion`.
    Assertion,
    /// The request says who it comes from, and the connection proves it where something has to.
    ClientId,
}

/// Finds credentials that travel one way; `None` when the request holds none.
type Find = fn(&ProtocolForm) -> Option<Result<Credentials, ProtocolError>>;

/// Every way, and who looks there.
const CARRIERS: &[(Carrier, Find)] = &[
    (Carrier::Header, secret_basic::find),
    (Carrier::Form, secret_post::find),
    (Carrier::Assertion, assertion::find),
    (Carrier::ClientId, none::find),
];

/// What a request brings.
#[derive(Debug)]
pub struct Credentials {
    /// Who the client says it is.
    pub client_id: String,
    /// Its secret or its assertion.
    pub secret: Option<Secret<String>>,
}

/// One way for a client to prove who it is.
pub struct Method {
    /// The value in client metadata.
    pub method: AuthMethod,
    /// How its credentials travel.
    pub carrier: Carrier,
    /// Whether it can be used here.
    pub offered: fn(&Config) -> bool,
    /// What it asks of the credentials.
    pub prove: Prove,
}

/// Judges credentials. The inner error is the reason of a refusal, for the log.
pub enum Prove {
    /// At once.
    Now(fn(&Attempt<'_>) -> Result<(), &'static str>),
    /// After asking the database or the client's own server.
    Later(for<'a> fn(&'a Attempt<'a>) -> Proving<'a>),
}

/// What proving comes to, later.
pub type Proving<'a> = Pin<Box<dyn Future<Output = Result<Proved, Failure>> + Send + 'a>>;

/// Whether a client has proved who it is; else the reason.
pub type Proved = Result<(), &'static str>;

/// A client that tries to prove who it is, by the method it is registered for.
pub struct Attempt<'a> {
    /// What the product does.
    pub ops: &'a Ops,
    /// Who the request says it comes from.
    pub client: &'a Client,
    /// What it brings.
    pub credentials: &'a Credentials,
    /// The whole request.
    pub form: &'a ProtocolForm,
}

/// Every method. The order is that of the discovery document.
pub const METHODS: &[Method] = &[
    secret_basic::METHOD,
    secret_post::METHOD,
    secret_jwt::METHOD,
    private_key_jwt::METHOD,
    tls::METHOD,
    self_signed_tls::METHOD,
    none::METHOD,
];

impl Method {
    /// Whether it proves anything: `none` does not.
    pub fn proves_identity(&self) -> bool {
        self.method != AuthMethod::None
    }

    /// The methods that can be used here.
    pub fn offered(config: &Config) -> impl Iterator<Item = &'static Self> {
        METHODS.iter().filter(|method| (method.offered)(config))
    }
}

/// The same answer for every failure; the reason goes to the log.
fn refused(reason: &'static str) -> ProtocolError {
    ProtocolError::new(
        ErrorCode::InvalidClient,
        "Client authentication failed. Check client_id, credentials and method.",
    )
    .because(reason)
}

/// Authenticates the client of a request, at whichever endpoint.
pub async fn authenticate(ops: &Ops, form: &ProtocolForm) -> Result<AuthenticatedClient, ProtocolError> {
    attempt(ops, form).await.map_err(|error| {
        let header = form.head.headers.contains_key(header::AUTHORIZATION);
        if header && error.code == ErrorCode::InvalidClient {
            error.challenging(Challenge::Basic)
        } else {
            error
        }
    })
}

async fn attempt(ops: &Ops, form: &ProtocolForm) -> Result<AuthenticatedClient, ProtocolError> {
    let (carrier, credentials) = credentials(form)?;
    let id: ClientId = credentials
        .client_id
        .parse()
        .map_err(|_| refused("the client_id is malformed"))?;
    let found = ops::client_documents::find(ops, &id).await?;
    let client: Arc<Client> = found.ok_or_else(|| refused("the client is unknown or disabled"))?;
    let registered = client.metadata.token_endpoint_auth_method;
    let method = METHODS
        .iter()
        .find(|m| m.method == registered && m.carrier == carrier)
        .ok_or_else(|| refused("the client is registered for another authentication method"))?;
    let attempt = Attempt {
        ops,
        client: &client,
        credentials: &credentials,
        form,
    };
    match method.prove {
        Prove::Now(prove) => prove(&attempt),
        Prove::Later(prove) => prove(&attempt).await?,
    }
    .map_err(refused)?;
    Ok(AuthenticatedClient::proved(client, registered))
}

/// The credentials of a request, which must travel one way only.
fn credentials(form: &ProtocolForm) -> Result<(Carrier, Credentials), ProtocolError> {
    let mut found = CARRIERS
        .iter()
        .filter_map(|(carrier, find)| Some((*carrier, find(form)?)));
    let Some((carrier, credentials)) = found.next() else {
        return Err(refused("the request holds no client credentials"));
    };
    match found.next() {
        None => {}
        // RFC 7521 §4.2.1 names this code, RFC 6749 §5.2 the other
        Some((Carrier::Assertion, _)) => {
            return Err(refused("the request holds an assertion and other credentials"));
        }
        Some(_) => {
            return Err(ProtocolError::invalid_request(
                "Only one client authentication method may be used in a request.",
            ));
        }
    }
    let credentials = credentials?;
    // RFC 6749 §2.3: a client_id beside the credentials must be the same
    let named = form.params.get("client_id");
    if named.is_some_and(|id| id != credentials.client_id) {
        return Err(ProtocolError::invalid_request(
            "client_id does not belong to the credentials of the request.",
        ));
    }
    Ok((carrier, credentials))
}
