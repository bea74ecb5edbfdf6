//! Telling clients that a session has ended. OpenID Connect Back-Channel Logout 1.0.

use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::crypto::CryptoError;
use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::crypto::random;
use crate::domain::client::Client;
use crate::domain::client::ClientMetadata;
use crate::domain::id::ClientId;
use crate::domain::id::OutboxId;
use crate::domain::id::SessionId;
use crate::domain::id::TokenId;
use crate::domain::id::UserId;
use crate::domain::lifetime::Lifetime;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::LogoutClaims;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::outbox::NewDelivery;

/// The kind of outbox row.
pub const KIND: &str = "backchannel_logout";

/// Seals the payload of outbox rows.
const PURPOSE: &str = "outbox backchannel_logout";

/// How long a notice is tried.
const GIVE_UP_AFTER: Lifetime = Lifetime::from_days(1);

/// How long a logout token is good. Back-Channel Logout §2.4 advises two minutes at the most.
const TOKEN_LIFETIME: Lifetime = Lifetime::from_minutes(2);

/// What a client is to be told. The token is made when it is sent, so that it is fresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    client: ClientId,
    user: UserId,
    session: SessionId,
}

/// A logout token, and where it goes.
#[derive(Debug)]
pub struct Addressed {
    /// The client's `backchannel_logout_uri` as it is registered now.
    pub uri: String,
    /// The token.
    pub token: Secret<String>,
}

/// Puts a notice for each client of a session into the outbox, in the transaction that ends the session.
pub(in crate::ops) async fn queue(
    ops: &Ops,
    tx: &Tx,
    user: &UserId,
    session: &SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (client, metadata) in store::session_clients::of_session(tx, session).await? {
        let Some(uri) = metadata.backchannel_logout_uri else {
            continue;
        };
        let notice = Notice {
            client,
            user: user.clone(),
            session: session.clone(),
        };
        let payload = serde_json::to_vec(&notice).unwrap_or_default();
        let new = NewDelivery {
            id: &OutboxId::from_bits(random::id_bits(now)),
            kind: KIND,
            payload_sealed: &ops.master.seal(PURPOSE, &payload),
            target: &uri,
            now,
            expires_at: now + GIVE_UP_AFTER,
        };
        store::outbox::push(tx, &new).await?;
    }
    Ok(())
}

/// Puts a notice for each client of each live session of a person into the outbox, but for `except`.
pub(in crate::ops) async fn queue_all(
    ops: &Ops,
    tx: &Tx,
    user: &UserId,
    except: Option<&SessionId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let live = store::sessions::live_of_user(tx, user, now).await?;
    for session in live.iter().filter(|s| Some(*s) != except) {
        queue(ops, tx, user, session, now).await?;
    }
    Ok(())
}

/// Reads a notice back from the outbox.
pub fn open(ops: &Ops, sealed: &str) -> Option<Notice> {
    let opened = ops.master.open(PURPOSE, sealed).ok()?;
    serde_json::from_slice(opened.expose()).ok()
}

/// Makes the token of a notice. `None` when the client is gone or no longer wants any.
pub async fn address(ops: &Ops, notice: &Notice) -> Result<Option<Addressed>, Failure> {
    let Some(client) = ops.clients.find(&ops.db, &notice.client).await? else {
        return Ok(None);
    };
    let Some(uri) = client.metadata.backchannel_logout_uri.clone() else {
        return Ok(None);
    };
    let token = logout_token(ops, &client, notice)?;
    Ok(Some(Addressed { uri, token }))
}

/// Back-Channel Logout §2.4: signed like the client's ID tokens, and of a type of its own, so that neither is ever
/// taken for the other.
fn logout_token(ops: &Ops, client: &Client, notice: &Notice) -> Result<Secret<String>, Failure> {
    let now = ops.now();
    let keys = ops.keys.current();
    let key = keys.active(client.id_token_alg(), now).ok_or(CryptoError(
        "there is no active signing key of the client's algorithm",
    ))?;
    let claims = LogoutClaims {
        iss: ops.issuer().to_owned(),
        sub: ops.subject(client, &notice.user),
        aud: client.id.to_string(),
        iat: now.as_secs(),
        exp: (now + TOKEN_LIFETIME).as_secs(),
        jti: TokenId::from_bits(random::id_bits(now)),
        sid: notice.session.to_string(),
        events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
    };
    Ok(Secret::new(jwt::sign(key, TokenType::LogoutToken, &claims)?))
}

/// What the browser loads to tell a client. Front-Channel Logout §2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The client's `frontchannel_logout_uri`, with `iss` and `sid` where it asks for them.
    pub src: String,
    /// Its origin.
    pub origin: String,
}

/// The frames for the clients of a session that has ended. A query that the URI has is kept as it is.
pub async fn frames(ops: &Ops, session: &SessionId) -> Result<Vec<Frame>, Failure> {
    let clients = store::session_clients::of_session(&ops.db, session).await?;
    let frame = |(_, metadata): (ClientId, ClientMetadata)| {
        let uri = RedirectUri::parse(metadata.frontchannel_logout_uri.as_deref()?).ok()?;
        let origin = uri.origin();
        let uri = uri.to_string();
        if !metadata.frontchannel_logout_session_required {
            return Some(Frame { src: uri, origin });
        }
        let joint = match uri.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("iss", ops.issuer())
            .append_pair("sid", session.as_str())
            .finish();
        Some(Frame {
            src: format!("{uri}{joint}{query}"),
            origin,
        })
    };
    Ok(clients.into_iter().filter_map(frame).collect())
}
