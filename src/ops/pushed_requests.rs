//! Pushed authorization requests. RFC 9126.

use crate::crypto::random;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::client::Client;
use crate::domain::lifetime::Lifetime;
use crate::domain::secret::TokenHash;
use crate::error::Failure;
use crate::ops::Ops;
use crate::store;
use crate::store::pushed_requests::NewPushedRequest;

/// What every `request_uri` of a pushed request begins with. RFC 9126 §2.2.
pub const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// What the client gets. RFC 9126 §2.2.
#[derive(Debug)]
pub struct Pushed {
    /// Stands for the request; nobody can guess it.
    pub request_uri: String,
    /// How long it may be opened.
    pub expires_in: Lifetime,
}

/// What a `request_uri` stands for.
#[derive(Debug)]
pub enum Opened {
    /// A request to go on with.
    Open(Box<AuthorizeRequest>),
    /// One that has run out or has been answered; with the reason, for the log.
    Closed(Box<AuthorizeRequest>, &'static str),
    /// Nothing, or nothing of this client's.
    Unknown,
}

fn hash(request_uri: &str) -> TokenHash {
    TokenHash::of_kind("pushed request", &[request_uri])
}

/// Keeps a checked request until the browser brings its `request_uri`. One statement.
pub async fn push(ops: &Ops, request: &AuthorizeRequest) -> Result<Pushed, Failure> {
    let request_uri = format!("{REQUEST_URI_PREFIX}{}", random::token().into_inner());
    let expires_in = ops.config.tokens.pushed_request_lifetime;
    let open_until = ops.now() + expires_in;
    let new = NewPushedRequest {
        hash: &hash(&request_uri),
        request,
        open_until,
        // whoever opened it in time may take as long as with any other request
        expires_at: open_until + ops.config.login.transaction_lifetime,
    };
    store::pushed_requests::insert(&ops.db, &new).await?;
    Ok(Pushed {
        request_uri,
        expires_in,
    })
}

/// Finds what a `request_uri` stands for. It stays open until it is answered: people reload pages. RFC 9126 §4.
pub async fn open(ops: &Ops, client: &Client, request_uri: &str) -> Result<Opened, Failure> {
    let hash = hash(request_uri);
    let Some(pushed) = store::pushed_requests::find(&ops.db, &hash, &client.id).await? else {
        return Ok(Opened::Unknown);
    };
    let mut request = Box::new(pushed.request);
    // the client may have been changed meanwhile
    let to = &request.return_to;
    if client
        .return_to(to.redirect_uri().as_str(), to.mode(), None)
        .is_none()
    {
        return Ok(Opened::Unknown);
    }
    Ok(if pushed.used {
        Opened::Closed(request, "the pushed request has been answered before")
    } else if pushed.open_until <= ops.now() {
        Opened::Closed(request, "the pushed request has run out")
    } else {
        request.pushed = Some(hash.as_str().to_owned());
        Opened::Open(request)
    })
}

/// Uses a pushed request up; `false` when it has been answered before. Any other request may be answered always.
pub async fn answer(ops: &Ops, request: &AuthorizeRequest) -> Result<bool, Failure> {
    match &request.pushed {
        None => Ok(true),
        Some(hash) => Ok(store::pushed_requests::answer(&ops.db, hash, ops.now()).await?),
    }
}
