//! The person that an ID token of ours names to the client it was made for. OIDC Core §3.1.2.1, CIBA §7.1.

use crate::domain::client::Client;
use crate::domain::id::SessionId;
use crate::domain::user::User;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::IdClaims;
use crate::ops::tokens;
use crate::store;

/// Who, and by which token.
#[derive(Debug)]
pub struct Hinted {
    /// The person.
    pub user: User,
    /// The token's claims.
    pub claims: IdClaims,
    /// The session that the token names, if it is still live.
    pub live_session: Option<SessionId>,
}

/// Reads an ID token, which may have run out; whether that matters is the caller's to judge. `None`: not ours, not for
/// this client, or of nobody known.
pub async fn person(ops: &Ops, client: &Client, token: &str) -> Result<Option<Hinted>, Failure> {
    let Some(claims) = tokens::read_id_token_hint(ops.issuer(), &ops.keys.current(), token) else {
        return Ok(None);
    };
    if claims.aud != client.id.as_str() {
        return Ok(None);
    }
    let session = claims
        .sid
        .as_deref()
        .and_then(|sid| sid.parse::<SessionId>().ok());
    let owner = match &session {
        Some(id) => store::sessions::owner(&ops.db, id, ops.now()).await?,
        None => None,
    };
    let live = owner.as_ref().is_some_and(|(_, live)| *live);
    // a pairwise `sub` says nothing to us, but the session does
    let id = match claims.sub.parse() {
        Ok(id) => Some(id),
        Err(_) => owner.map(|(user, _)| user),
    };
    let Some(id) = id.filter(|id| ops.subject(client, id) == claims.sub) else {
        return Ok(None);
    };
    let user = store::users::find(&ops.db, &id).await?;
    Ok(user.map(|user| Hinted {
        user,
        live_session: session.filter(|_| live),
        claims,
    }))
}
