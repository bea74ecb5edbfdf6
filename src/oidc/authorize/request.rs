//! Who asks, and where an answer may go. Until this has succeeded an error is a page; from here on it is a redirect.

use std::sync::Arc;

use crate::domain::authorization::ResponseMode;
use crate::domain::authorization::ReturnTo;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::response_type::ResponseType;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::error::page::ErrorDetails;
use crate::ops;
use crate::ops::Ops;
use crate::store;
use crate::web::params::Params;

/// A request whose redirect URI is proved.
#[derive(Debug)]
pub(super) struct Identified {
    /// Where answers go.
    pub(super) to: ReturnTo,
    /// Whether `response_mode` was given and is none of ours.
    pub(super) unknown_mode: bool,
    /// Whether `response_mode` names the query.
    pub(super) asked_for_query: bool,
}

/// Why there is no proved place to answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// The request names none.
    Missing,
    /// It is not one of the client's.
    Mismatch,
}

/// A refusal that is a page, with what the request said.
pub(super) fn page(kind: PageErrorKind, params: &Params) -> PageError {
    PageError::new(kind).with_details(ErrorDetails {
        client_id: params.get("client_id").map(short),
        redirect_uri: params.get("redirect_uri").map(short),
        description: None,
    })
}

/// Finds the client that asks.
pub(super) async fn client(ops: &Ops, params: &Params) -> Result<Arc<Client>, PageError> {
    let id: Option<ClientId> = params.get("client_id").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| page(PageErrorKind::UnknownClient, params))?;
    if let Some(client) = ops::client_documents::find(ops, &id).await? {
        return Ok(client);
    }
    let known = store::clients::find(&ops.db, &id).await?.is_some();
    let kind = if known {
        PageErrorKind::ClientDisabled
    } else {
        PageErrorKind::UnknownClient
    };
    Err(page(kind, params))
}

/// Proves the redirect URI. RFC 6749 §3.1.2.4: never redirect to what is not proved.
pub(super) fn identify(client: &Client, params: &Params) -> Result<Identified, NoPlace> {
    let requested = params.get("redirect_uri").ok_or(NoPlace::Missing)?;
    let kind = params
        .get("response_type")
        .and_then(|t| ResponseType::parse(t).ok());
    // with an unknown or missing response type the query is where an error goes
    let kind = kind.unwrap_or(ResponseType::CODE);
    let asked = params.get("response_mode");
    let known = asked.and_then(|name| ResponseMode::parse(name, kind));
    let in_query = |mode: &ResponseMode| mode.carrier() == ResponseMode::Query;
    let asked_for_query = known.as_ref().is_some_and(in_query);
    let fallback = match asked {
        // a client that cannot do without a signature gets its errors signed too
        None if client.rules().require_signed_response => ResponseMode::parse(ResponseMode::JWT, kind),
        Some(_) | None => None,
    };
    let mode = known
        .filter(|mode| !(kind.brings_tokens() && in_query(mode)))
        .or(fallback)
        .unwrap_or(ResponseMode::default_for(kind));
    let state = params.get_raw("state").map(str::to_owned);
    let to = client
        .return_to(requested, mode, state)
        .ok_or(NoPlace::Mismatch)?;
    Ok(Identified {
        to,
        unknown_mode: asked.is_some() && known.is_none(),
        asked_for_query,
    })
}

fn short(text: &str) -> String {
    text.chars().take(300).collect()
}
