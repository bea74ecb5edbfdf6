//! Whose token is exchanged, and how far it reaches.

use serde_json::Value;

use crate::crypto::jose::claims;
use crate::domain::client::Client;
use crate::domain::client::TokenExchangePolicy;
use crate::domain::grant::Granted;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::user::UserStatus;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::assertion;
use crate::ops::consent;
use crate::ops::id_token_hint;
use crate::ops::token_exchange::Exchange;
use crate::ops::token_exchange::TokenKind;
use crate::ops::tokens;
use crate::ops::trusted_issuers;
use crate::store;

/// The person behind a token that counts.
pub(super) struct Subject {
    pub(super) user: UserId,
    /// What it ends with.
    pub(super) session: Option<SessionId>,
    /// How far it reaches.
    pub(super) granted: Granted,
    /// When it ends.
    pub(super) expires_at: Timestamp,
    /// Who acts for the person already.
    pub(super) act: Option<Value>,
}

type Found = Result<Subject, &'static str>;

pub(super) async fn find(
    ops: &Ops,
    client: &Client,
    policy: &TokenExchangePolicy,
    asked: &Exchange<'_>,
) -> Result<Found, Failure> {
    let token = asked.subject.token;
    match asked.subject.kind {
        TokenKind::Access => of_access_token(ops, client, policy, asked).await,
        TokenKind::Id => of_id_token(ops, client, token).await,
        TokenKind::Jwt => of_assertion(ops, client, policy, asked).await,
    }
}

async fn of_access_token(
    ops: &Ops,
    client: &Client,
    policy: &TokenExchangePolicy,
    asked: &Exchange<'_>,
) -> Result<Found, Failure> {
    let token = Secret::new(asked.subject.token.to_owned());
    let Some(claims) = tokens::read_access_token(ops, &token).await? else {
        return Ok(Err(
            "the subject_token is not an access token of ours, or has expired",
        ));
    };
    let own = claims.client_id == client.id;
    if !own && !policy.subject_clients.contains(&claims.client_id) {
        return Ok(Err(
            "the subject_token is of a client whose tokens are not exchanged",
        ));
    }
    // a bound token in the hands of its own client stays bound; another client cannot show the key
    if own && claims.cnf.is_some() && claims.cnf != asked.constraint {
        return Ok(Err(
            "the subject_token is bound to a key that was not shown with the request",
        ));
    }
    if ops.clients.find(&ops.db, &claims.client_id).await?.is_none() {
        return Ok(Err("the client of the subject_token is disabled"));
    }
    let Some(family) = &claims.fam else {
        return Ok(Err("the subject_token is of no person"));
    };
    let person = store::tokens::person(&ops.db, family, &claims.jti, ops.now()).await?;
    let Some((user, mut granted)) = person else {
        return Ok(Err(
            "the subject_token has been revoked, or its person or session is gone",
        ));
    };
    // the token may reach less far than what it was made from
    granted.scope = claims.scope.without("offline_access");
    granted.resource = claims
        .aud
        .iter()
        .filter(|aud| *aud != ops.issuer())
        .map(str::to_owned)
        .collect();
    granted.authorization_details = claims.authorization_details;
    let session = match claims.sid.and_then(|sid| sid.parse::<SessionId>().ok()) {
        // what outlives its session must not begin with one that has ended
        Some(id) => store::sessions::owner(&ops.db, &id, ops.now())
            .await?
            .and_then(|(_, live)| live.then_some(id)),
        None => None,
    };
    Ok(Ok(Subject {
        user: user.id,
        session,
        granted: plain(granted),
        expires_at: Timestamp::from_secs(claims.exp),
        act: claims.act,
    }))
}

/// Without what only the code was about.
fn plain(granted: Granted) -> Granted {
    Granted {
        nonce: None,
        code_challenge: None,
        redirect_uri: String::new(),
        dpop_jkt: None,
        ..granted
    }
}

/// An ID token grants nothing itself: it reaches as far as its person has allowed the client.
async fn of_id_token(ops: &Ops, client: &Client, token: &str) -> Result<Found, Failure> {
    let Some(hinted) = id_token_hint::person(ops, client, token).await? else {
        return Ok(Err(
            "the subject_token is not an ID token of ours for this client",
        ));
    };
    let (claims, user) = (hinted.claims, hinted.user);
    if claims.exp <= ops.now().as_secs() {
        return Ok(Err("the subject_token has expired"));
    }
    if user.status != UserStatus::Active || (claims.sid.is_some() && hinted.live_session.is_none()) {
        return Ok(Err("the person or the session of the subject_token is gone"));
    }
    let scope = if client.metadata.skip_consent {
        client.metadata.scope.clone()
    } else {
        consent::remembered(ops, &user.id, &client.id)
            .await?
            .unwrap_or_default()
    };
    let mut granted = assertion::vouched_for(scope.without("offline_access"), Vec::new(), ops.now());
    granted.auth_time = Timestamp::from_secs(claims.auth_time);
    granted.amr = claims.amr;
    granted.acr = claims.acr;
    Ok(Ok(Subject {
        user: user.id,
        session: hinted.live_session,
        granted,
        expires_at: Timestamp::from_secs(claims.exp),
        act: None,
    }))
}

async fn of_assertion(
    ops: &Ops,
    client: &Client,
    policy: &TokenExchangePolicy,
    asked: &Exchange<'_>,
) -> Result<Found, Failure> {
    let said = match assertion::accept(ops, asked.subject.token, asked.audiences).await? {
        Ok(said) => said,
        Err(reason) => return Ok(Err(reason)),
    };
    if !policy.subject_issuers.contains(&said.issuer.issuer) {
        return Ok(Err(
            "the subject_token is of an issuer whose tokens are not exchanged",
        ));
    }
    let Some(user) = trusted_issuers::person(ops, &said.issuer, &said.subject).await? else {
        return Ok(Err("the subject of the subject_token is nobody here"));
    };
    let own: ScopeSet = match claims::text(&said.claims, "scope") {
        Ok(None) => client.metadata.scope.clone(),
        Ok(Some(text)) => text.parse().unwrap_or_default(),
        Err(_) => return Ok(Err("the scope of the subject_token is not a text")),
    };
    let scope = own.without("offline_access").without("openid");
    Ok(Ok(Subject {
        user: user.id,
        session: None,
        granted: assertion::vouched_for(scope, Vec::new(), ops.now()),
        expires_at: said.expires_at,
        act: said.claims.get("act").filter(|act| act.is_object()).cloned(),
    }))
}
