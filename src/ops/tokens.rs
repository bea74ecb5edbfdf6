//! Codes, access tokens, refresh-token families.

use std::time::Duration;

use crate::crypto::jwt;
use crate::crypto::jwt::TokenType;
use crate::crypto::keys::KeySet;
use crate::crypto::random;
use crate::crypto::seal::SealingKey;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::claims;
use crate::domain::claims::Memberships;
use crate::domain::client::Client;
use crate::domain::grant::Granted;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::id::RepeatId;
use crate::domain::id::TokenId;
use crate::domain::id::UserId;
use crate::domain::lifetime::Lifetime;
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::session::AccountSession;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::token_family::RepeatedUse;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::token_claims::AccessClaims;
use crate::ops::token_claims::IdClaims;
use crate::store;
use crate::store::tokens::Family;
use crate::store::tokens::Presented;
use crate::store::tokens::Redemption;
use crate::store::tokens::Rotation;

const SUCCESSOR: &str = "refresh token";

/// One factor; more will say more.
pub const ACR_SINGLE_FACTOR: &str = "1";

/// What a token answer is made of. RFC 6749 §5.1.
#[derive(Debug)]
pub struct IssuedTokens {
    /// The access token.
    pub access_token: Secret<String>,
    /// Its lifetime.
    pub expires_in: Lifetime,
    /// The ID token, when `openid` was granted.
    pub id_token: Option<Secret<String>>,
    /// The refresh token.
    pub refresh_token: Option<Secret<String>>,
    /// What was granted.
    pub scope: ScopeSet,
}

/// The lifetimes that hold for a client: its own, or the installation's.
#[derive(Debug, Clone, Copy)]
struct Lifetimes {
    code: Lifetime,
    access: Lifetime,
    id: Lifetime,
    refresh_idle: Lifetime,
    refresh_absolute: Lifetime,
    repeat_window: Lifetime,
}

fn lifetimes(ops: &Ops, client: &Client) -> Lifetimes {
    let (tokens, own) = (&ops.config.tokens, &client.metadata.lifetimes);
    let or =
        |own: Option<u32>, default: Lifetime| own.map_or(default, |secs| Lifetime::from_secs(secs.into()));
    Lifetimes {
        code: or(own.code, tokens.code_lifetime),
        access: or(own.access_token, tokens.access_lifetime),
        id: or(own.id_token, tokens.id_token_lifetime),
        refresh_idle: or(own.refresh_idle, tokens.refresh_idle_lifetime),
        refresh_absolute: or(own.refresh_absolute, tokens.refresh_absolute_lifetime),
        repeat_window: or(own.refresh_repeat_window, tokens.refresh_repeat_window),
    }
}

/// Issues a code for what `account` has granted. OIDC Core §3.1.2.5.
pub async fn issue_code(
    ops: &Ops,
    client: &Client,
    request: &AuthorizeRequest,
    account: &AccountSession,
) -> Result<Secret<String>, Failure> {
    let now = ops.now();
    let offline = request.scope.contains("offline_access") && client.metadata.uses("refresh_token");
    let scope = if offline {
        request.scope.clone()
    } else {
        request.scope.without("offline_access")
    };
    let granted = Granted {
        scope,
        auth_time: account.auth_time,
        amr: account.amr.clone(),
        acr: ACR_SINGLE_FACTOR.to_owned(),
        nonce: request.nonce.clone(),
        claims: request.claims.clone(),
        redirect_uri: request.return_to.redirect_uri().as_str().to_owned(),
        code_challenge: request.code_challenge.clone(),
    };
    let code = random::token();
    let new = store::codes::NewCode {
        hash: &TokenHash::of(&code),
        client: &client.id,
        user: &account.user_id,
        session: &account.id,
        offline,
        granted: &granted,
        now,
        expires_at: now + lifetimes(ops, client).code,
    };
    store::codes::issue(&ops.db, &new).await?;
    Ok(code)
}

/// A code as a client presents it. RFC 6749 §4.1.3.
#[derive(Debug)]
pub struct PresentedCode<'a> {
    /// The code.
    pub code: Secret<String>,
    /// Must be the one of the authorization request.
    pub redirect_uri: Option<&'a str>,
    /// Must hash to the request's challenge. RFC 7636 §4.5.
    pub code_verifier: Option<&'a str>,
}

/// What became of a presented code.
#[derive(Debug)]
pub enum Redeemed {
    /// Tokens.
    Issued(Box<IssuedTokens>),
    /// Nothing; the reason is for the log. Where the code had been used, or was presented with the wrong proof,
    /// everything it issued **is now ended**.
    Refused(&'static str),
}

/// Redeems a code, once.
pub async fn redeem_code(
    ops: &Ops,
    client: &Client,
    presented: &PresentedCode<'_>,
    origin: &Origin,
) -> Result<Redeemed, Failure> {
    let now = ops.now();
    let lifetimes = lifetimes(ops, client);
    let family = FamilyId::from_bits(random::id_bits(now));
    let hash = TokenHash::of(&presented.code);
    let redemption = Redemption {
        family: &family,
        code: &hash,
        client: &client.id,
        now,
        offline_until: now + lifetimes.refresh_absolute,
        online_until: now + lifetimes.access,
    };
    // one transaction, because family and refresh token are one answer, and one commit is cheaper than two
    let tx = ops.db.begin().await?;
    let Some((family, offline)) = store::tokens::redeem(&tx, &redemption).await? else {
        drop(tx);
        return refuse_code(ops, client, &hash, origin, now).await;
    };
    if let Some(reason) = mismatch(&family.granted, presented) {
        tx.commit().await?;
        // RFC 9700 §2.1.1: whoever presents a code without its proof may have stolen it
        end_by_code(ops, client, &family.id, EndReason::CodeMismatch, origin, now).await?;
        return Ok(Redeemed::Refused(reason));
    }
    let mut refresh = None;
    if offline {
        let token = random::token();
        let until = (now + lifetimes.refresh_idle).min(now + lifetimes.refresh_absolute);
        store::tokens::issue_first(&tx, &family.id, &TokenHash::of(&token), origin, now, until).await?;
        refresh = Some(token);
    }
    tx.commit().await?;
    let scope = family.granted.scope.clone();
    let issued = issue(
        ops,
        client,
        &family,
        scope,
        refresh,
        family.granted.nonce.clone(),
        now,
    )
    .await?;
    Ok(Redeemed::Issued(Box::new(issued)))
}

fn mismatch(granted: &Granted, presented: &PresentedCode<'_>) -> Option<&'static str> {
    if presented.redirect_uri != Some(granted.redirect_uri.as_str()) {
        return Some("the redirect_uri is not the one of the authorization request");
    }
    match (&granted.code_challenge, presented.code_verifier) {
        (None, None) => None,
        (None, Some(_)) => Some("a code_verifier came for a request without challenge"),
        (Some(_), None) => Some("the code_verifier is missing"),
        (Some(challenge), Some(verifier)) => {
            (!challenge.is_met_by(verifier)).then_some("the code_verifier does not match")
        }
    }
}

async fn refuse_code(
    ops: &Ops,
    client: &Client,
    hash: &TokenHash,
    origin: &Origin,
    now: Timestamp,
) -> Result<Redeemed, Failure> {
    let Some(family) = store::tokens::family_of_code(&ops.db, hash, &client.id).await? else {
        return Ok(Redeemed::Refused(
            "the code is unknown, expired, another client's, or its session has ended",
        ));
    };
    // RFC 6749 §10.5: a code used twice ends everything it issued
    end_by_code(ops, client, &family, EndReason::CodeReuse, origin, now).await?;
    Ok(Redeemed::Refused("the code has been used before"))
}

async fn end_by_code(
    ops: &Ops,
    client: &Client,
    family: &FamilyId,
    reason: EndReason,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), Failure> {
    let context = Context {
        actor: Actor::Client(client.id.clone()),
        origin: origin.clone(),
        request_id: None,
    };
    end_family(ops, &context, family, reason, Some(&client.id), now).await?;
    Ok(())
}

async fn end_family(
    ops: &Ops,
    context: &Context,
    family: &FamilyId,
    reason: EndReason,
    client: Option<&ClientId>,
    now: Timestamp,
) -> Result<bool, Failure> {
    let tx = ops.db.begin().await?;
    let ended = store::tokens::end_family(&tx, family, reason, now).await?;
    if ended {
        let mut event =
            AuditEvent::new("token_family.revoked", "token_family", family.as_str()).because(reason.as_str());
        event.client_id = client.cloned();
        ops.audit(&tx, context, event, now).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// What became of a presented refresh token.
#[derive(Debug)]
pub enum Refresh {
    /// A successor.
    Rotated(Box<IssuedTokens>),
    /// The answer was lost and asked for again in time: the same successor.
    Repeated(Box<IssuedTokens>),
    /// The token had been used before: the family **is now ended**.
    Reused(FamilyId),
    /// More than was granted is asked for. RFC 6749 §6.
    WiderScope,
    /// Unknown, expired, ended, or another client's; the reason is for the log.
    Refused(&'static str),
}

/// Exchanges a refresh token for its successor and new tokens. RFC 6749 §6.
pub async fn refresh(
    ops: &Ops,
    client: &Client,
    token: &Secret<String>,
    scope: Option<&ScopeSet>,
    origin: &Origin,
) -> Result<Refresh, Failure> {
    let now = ops.now();
    let lifetimes = lifetimes(ops, client);
    let hash = TokenHash::of(token);
    if let Some(scope) = scope {
        // the scope must be judged before the token is used up; only clients that narrow pay for the look
        match store::tokens::presented(&ops.db, &hash, now).await? {
            Some(known)
                if known.client_id == client.id && !scope.is_subset_of(&known.family.granted.scope) =>
            {
                return Ok(Refresh::WiderScope);
            }
            _ => {}
        }
    }
    let successor = random::token();
    let sealed = SealingKey::of_token(token).seal(SUCCESSOR, successor.expose().as_bytes());
    let rotation = Rotation {
        presented: &hash,
        client: &client.id,
        successor: &TokenHash::of(&successor),
        sealed: &sealed,
        origin,
        now,
        idle_until: now + lifetimes.refresh_idle,
    };
    if let Some(family) = store::tokens::rotate(&ops.db, &rotation).await? {
        let issued = reissue(ops, client, &family, scope, successor, now).await?;
        return Ok(Refresh::Rotated(Box::new(issued)));
    }
    let Some(known) = store::tokens::presented(&ops.db, &hash, now).await? else {
        return Ok(Refresh::Refused("the refresh token is unknown"));
    };
    if known.client_id != client.id {
        return Ok(Refresh::Refused("the refresh token is another client's"));
    }
    if known.ended {
        return Ok(Refresh::Refused("the token family has ended"));
    }
    presented_again(
        ops,
        client,
        token,
        scope,
        &known,
        origin,
        now,
        lifetimes.repeat_window,
    )
    .await
}

/// Decides between a lost answer and reuse.
#[expect(clippy::too_many_arguments, reason = "the facts of one decision, used once")]
async fn presented_again(
    ops: &Ops,
    client: &Client,
    token: &Secret<String>,
    scope: Option<&ScopeSet>,
    known: &Presented,
    origin: &Origin,
    now: Timestamp,
    window: Lifetime,
) -> Result<Refresh, Failure> {
    let Some(successor) = &known.successor else {
        return Ok(Refresh::Refused("the refresh token has expired"));
    };
    // of two requests at the same moment the slower may have read the clock first: without a window it is late too
    let in_time = !window.is_zero() && now < successor.issued_at + window;
    let opened = if in_time && !successor.used {
        SealingKey::of_token(token)
            .open(SUCCESSOR, &successor.sealed)
            .ok()
    } else {
        None
    };
    let text = opened.and_then(|bytes| String::from_utf8(bytes.into_inner()).ok());
    let seen = RepeatedUse {
        allowed: text.is_some(),
        at: now,
        origin: origin.clone(),
    };
    let family = &known.family.id;
    let tx = ops.db.begin().await?;
    let id = RepeatId::from_bits(random::id_bits(now));
    store::families::note_repeat(&tx, &id, family, known.generation, &seen).await?;
    let Some(text) = text else {
        // RFC 9700 §4.14.2: somebody copied it, and nobody can tell which of the two is the thief
        if store::tokens::end_family(&tx, family, EndReason::Reuse, now).await? {
            let context = Context {
                actor: Actor::Client(client.id.clone()),
                origin: origin.clone(),
                request_id: None,
            };
            let event = AuditEvent::new("token_family.revoked", "token_family", family.as_str())
                .because(EndReason::Reuse.as_str())
                .at_client(&client.id);
            ops.audit(&tx, &context, event, now).await?;
        }
        tx.commit().await?;
        return Ok(Refresh::Reused(family.clone()));
    };
    tx.commit().await?;
    let issued = reissue(ops, client, &known.family, scope, Secret::new(text), now).await?;
    Ok(Refresh::Repeated(Box::new(issued)))
}

async fn reissue(
    ops: &Ops,
    client: &Client,
    family: &Family,
    scope: Option<&ScopeSet>,
    successor: Secret<String>,
    now: Timestamp,
) -> Result<IssuedTokens, Failure> {
    // a scope that an admin has taken from the client since is not given again
    let allowed = family.granted.scope.intersection(&client.metadata.scope);
    let scope = scope.map_or_else(|| allowed.clone(), |narrower| narrower.intersection(&allowed));
    issue(ops, client, family, scope, Some(successor), None, now).await
}

async fn issue(
    ops: &Ops,
    client: &Client,
    family: &Family,
    scope: ScopeSet,
    refresh_token: Option<Secret<String>>,
    nonce: Option<String>,
    now: Timestamp,
) -> Result<IssuedTokens, Failure> {
    let lifetimes = lifetimes(ops, client);
    let keys = ops.keys.current();
    let key = keys
        .active(now)
        .ok_or(crate::crypto::CryptoError("there is no active signing key"))?;
    let memberships = memberships(ops, &family.user_id, &client.id, &scope).await?;
    let granted = &family.granted;
    let access = AccessClaims {
        iss: ops.issuer().to_owned(),
        sub: family.user_id.to_string(),
        aud: ops.issuer().to_owned(),
        exp: (now + lifetimes.access).as_secs(),
        iat: now.as_secs(),
        jti: TokenId::from_bits(random::id_bits(now)),
        client_id: client.id.clone(),
        scope: scope.clone(),
        auth_time: Some(granted.auth_time.as_secs()),
        acr: Some(granted.acr.clone()),
        amr: Some(granted.amr.clone()),
        sid: family.session_id.as_ref().map(ToString::to_string),
        fam: Some(family.id.clone()),
        roles: memberships
            .as_ref()
            .filter(|_| scope.contains("roles"))
            .map(|m| m.roles.clone()),
        groups: memberships
            .as_ref()
            .filter(|_| scope.contains("groups"))
            .map(|m| m.groups.clone()),
    };
    let access_token = jwt::sign(key, TokenType::AccessToken, &access)?;
    let mut id_token = None;
    if scope.contains("openid") {
        let released = released(ops, family, &scope, memberships.as_ref()).await?;
        let id = IdClaims {
            iss: ops.issuer().to_owned(),
            sub: family.user_id.to_string(),
            aud: client.id.to_string(),
            exp: (now + lifetimes.id).as_secs(),
            iat: now.as_secs(),
            auth_time: granted.auth_time.as_secs(),
            nonce,
            acr: granted.acr.clone(),
            amr: granted.amr.clone(),
            sid: family.session_id.as_ref().map(ToString::to_string),
            at_hash: Some(jwt::half_hash(&access_token)),
            released,
        };
        id_token = Some(Secret::new(jwt::sign(key, TokenType::IdToken, &id)?));
    }
    let access_token = Secret::new(access_token);
    Ok(IssuedTokens {
        access_token,
        expires_in: lifetimes.access,
        id_token,
        refresh_token,
        scope,
    })
}

/// Roles and groups, looked up only where a scope asks for them.
async fn memberships(
    ops: &Ops,
    user: &UserId,
    client: &ClientId,
    scope: &ScopeSet,
) -> Result<Option<Memberships>, Failure> {
    if !scope.contains("roles") && !scope.contains("groups") {
        return Ok(None);
    }
    Ok(Some(store::roles::memberships(&ops.db, user, client).await?))
}

/// What the ID token holds beside the protocol's claims; needs the person only when something is asked for.
async fn released(
    ops: &Ops,
    family: &Family,
    scope: &ScopeSet,
    memberships: Option<&Memberships>,
) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    let request = &family.granted.claims;
    if request.id_token.is_empty() && memberships.is_none() {
        return Ok(serde_json::Map::new());
    }
    let Some(user) = store::users::find(&ops.db, &family.user_id).await? else {
        return Ok(serde_json::Map::new());
    };
    let all = claims::all_claims(&user, &memberships.cloned().unwrap_or_default());
    Ok(claims::id_token_claims(&all, scope, request))
}

/// An access token for the client itself. RFC 6749 §4.4.
pub fn client_credentials(ops: &Ops, client: &Client, scope: ScopeSet) -> Result<IssuedTokens, Failure> {
    let now = ops.now();
    let lifetime = lifetimes(ops, client).access;
    let keys = ops.keys.current();
    let key = keys
        .active(now)
        .ok_or(crate::crypto::CryptoError("there is no active signing key"))?;
    let claims = AccessClaims {
        iss: ops.issuer().to_owned(),
        sub: client.id.to_string(),
        aud: ops.issuer().to_owned(),
        exp: (now + lifetime).as_secs(),
        iat: now.as_secs(),
        jti: TokenId::from_bits(random::id_bits(now)),
        client_id: client.id.clone(),
        scope: scope.clone(),
        auth_time: None,
        acr: None,
        amr: None,
        sid: None,
        fam: None,
        roles: None,
        groups: None,
    };
    let access_token = Secret::new(jwt::sign(key, TokenType::AccessToken, &claims)?);
    Ok(IssuedTokens {
        access_token,
        expires_in: lifetime,
        id_token: None,
        refresh_token: None,
        scope,
    })
}

/// Reads an access token of ours: signature, type, issuer and expiry. Whether it still counts is for the database.
pub fn read_access_token(ops: &Ops, token: &str) -> Option<AccessClaims> {
    let claims: AccessClaims = jwt::verify(&ops.keys.current(), TokenType::AccessToken, token)?;
    (claims.iss == ops.issuer() && claims.exp > ops.now().as_secs()).then_some(claims)
}

/// Reads an ID token of ours as a hint: signature, type and issuer; an expired one is fine. OIDC RP-Initiated §2.
pub fn read_id_token_hint(issuer: &str, keys: &KeySet, token: &str) -> Option<IdClaims> {
    let claims: IdClaims = jwt::verify(keys, TokenType::IdToken, token)?;
    (claims.iss == issuer).then_some(claims)
}

/// Whether an access token that was read still counts: family, person, session, client, revocation.
pub async fn still_counts(ops: &Ops, claims: &AccessClaims) -> Result<bool, Failure> {
    if ops.clients.find(&ops.db, &claims.client_id).await?.is_none() {
        return Ok(false);
    }
    match &claims.fam {
        Some(family) => Ok(store::tokens::counts(&ops.db, family, &claims.jti, ops.now()).await?),
        None => Ok(!store::tokens::is_revoked(&ops.db, &claims.jti).await?),
    }
}

/// A client gives back a token that it no longer needs. Unknown tokens and those of others are left alone. RFC 7009.
pub async fn revoke(
    ops: &Ops,
    context: &Context,
    client: &Client,
    token: &Secret<String>,
) -> Result<(), Failure> {
    let now = ops.now();
    if let Some(claims) = read_access_token(ops, token.expose()) {
        if claims.client_id == client.id {
            store::tokens::revoke_access_token(&ops.db, &claims.jti, Timestamp::from_secs(claims.exp))
                .await?;
        }
        return Ok(());
    }
    let known = store::tokens::presented(&ops.db, &TokenHash::of(token), now).await?;
    if let Some(known) = known.filter(|k| k.client_id == client.id) {
        end_family(
            ops,
            context,
            &known.family.id,
            EndReason::ClientRevoked,
            Some(&client.id),
            now,
        )
        .await?;
    }
    Ok(())
}

/// An admin, the command line or the owner ends a family; `false` when it had ended already.
pub async fn revoke_family(
    ops: &Ops,
    context: &Context,
    family: &FamilyId,
    reason: EndReason,
) -> Result<bool, Failure> {
    end_family(ops, context, family, reason, None, ops.now()).await
}

/// Whose families to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FamiliesOf {
    /// A person.
    User(UserId),
    /// A client.
    Client(ClientId),
    /// A person at a client.
    UserAtClient(UserId, ClientId),
}

/// Ends every live family of somebody; gives their number.
pub async fn revoke_all(ops: &Ops, context: &Context, whose: &FamiliesOf) -> Result<u64, Failure> {
    let now = ops.now();
    let reason = EndReason::AdminRevoked;
    let tx = ops.db.begin().await?;
    let (count, event) = match whose {
        FamiliesOf::User(user) => (
            store::families::end_of_user(&tx, user, reason, now).await?,
            AuditEvent::new("token_family.revoked_all", "user", user.as_str()),
        ),
        FamiliesOf::Client(client) => (
            store::families::end_of_client(&tx, client, reason, now).await?,
            AuditEvent::new("token_family.revoked_all", "client", client.as_str()),
        ),
        FamiliesOf::UserAtClient(user, client) => (
            store::families::end_of_user_at_client(&tx, user, client, reason, now).await?,
            AuditEvent::new("token_family.revoked_all", "user", user.as_str()).at_client(client),
        ),
    };
    if count > 0 {
        ops.audit(
            &tx,
            context,
            event.after(serde_json::json!({ "revoked": count })),
            now,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(count)
}

/// How long the JWKS may be kept by others.
pub fn jwks_max_age(ops: &Ops) -> Duration {
    ops.config.keys.jwks_max_age.as_duration()
}
