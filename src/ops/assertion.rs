//! What a trusted issuer says of a person: judged, and for the JWT bearer grant exchanged. RFC 7523 §2.1, §3.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose::Foreign;
use crate::crypto::jose::claims;
use crate::crypto::jose::claims::BadClaim;
use crate::domain::address::Origin;
use crate::domain::claims::ClaimsRequest;
use crate::domain::client::Client;
use crate::domain::confirmation::Confirmation;
use crate::domain::grant::Granted;
use crate::domain::scope::ScopeSet;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::domain::trusted_issuer::TrustedIssuer;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::replay;
use crate::ops::tokens;
use crate::ops::tokens::IssuedTokens;
use crate::ops::tokens::NewGrant;
use crate::ops::trusted_issuers;

/// The `acr` of somebody whom another issuer vouches for: nothing is known of how. OIDC Core §2.
pub const ACR_UNKNOWN: &str = "0";

/// How much the clocks of an issuer and ours may differ, in seconds.
const SKEW_SECS: i64 = 30;

/// The longest an assertion may be valid for from now on, in seconds.
const LONGEST_SECS: i64 = 86_400;

/// Types that an assertion may have. Whoever says another type means another use: a logout token is none of these.
const TYPES: &[&str] = &["jwt", "at+jwt", "authorization-grant+jwt"];

/// An assertion that holds.
#[derive(Debug)]
pub struct Assertion {
    /// Who says it.
    pub issuer: TrustedIssuer,
    /// Of whom, in the issuer's words.
    pub subject: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Its identifier.
    pub jti: Option<String>,
    /// Everything it says.
    pub claims: Map<String, Value>,
}

/// Verifies and judges an assertion that must be for one of `audiences`; the inner error is the reason, for the log.
pub async fn accept(
    ops: &Ops,
    token: &str,
    audiences: &[String],
) -> Result<Result<Assertion, &'static str>, Failure> {
    let (issuer, foreign) = match trusted_issuers::verify(ops, token, SigningAlg::ALL).await? {
        Ok(verified) => verified,
        Err(reason) => return Ok(Err(reason)),
    };
    let judged = judge(&foreign, audiences, ops.now().as_secs());
    let judged = judged.unwrap_or(Err("a claim of the assertion has the wrong type"));
    Ok(judged.map(|(subject, exp, jti)| Assertion {
        issuer,
        subject,
        expires_at: Timestamp::from_secs(exp),
        jti,
        claims: foreign.claims,
    }))
}

type Judged = Result<(String, i64, Option<String>), &'static str>;

fn judge(foreign: &Foreign, audiences: &[String], now: i64) -> Result<Judged, BadClaim> {
    let claims = &foreign.claims;
    let typ = foreign.header.typ.as_deref().map(str::to_lowercase);
    let typ = typ
        .as_deref()
        .map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    if typ.is_some_and(|typ| !TYPES.contains(&typ)) || claims.contains_key("events") {
        return Ok(Err("the JWT is of another type than an assertion"));
    }
    let audience = claims::audience(claims)?;
    if !audiences.iter().any(|ours| audience.names(ours)) {
        return Ok(Err("the assertion is not for us"));
    }
    let time = |name| claims::numeric_date(claims, name);
    let (exp, nbf, iat) = (time("exp")?, time("nbf")?, time("iat")?);
    let Some(exp) = exp.filter(|exp| *exp > now && *exp <= now + LONGEST_SECS) else {
        return Ok(Err(
            "the assertion has no exp, has expired, or is valid for too long",
        ));
    };
    if [nbf, iat]
        .into_iter()
        .flatten()
        .any(|time| time > now + SKEW_SECS)
    {
        return Ok(Err("the assertion is not valid yet"));
    }
    let jti = claims::text(claims, "jti")?.map(str::to_owned);
    Ok(match claims::text(claims, "sub")? {
        Some(sub) if !sub.is_empty() => Ok((sub.to_owned(), exp, jti)),
        Some(_) | None => Err("the assertion has no subject"),
    })
}

/// An assertion as a client presents it for tokens.
#[derive(Debug)]
pub struct Presented<'a> {
    /// The JWT.
    pub assertion: &'a str,
    /// Who we are to its issuer.
    pub audiences: &'a [String],
    /// Asked for; none: all that is registered.
    pub scope: Option<ScopeSet>,
    /// The APIs that the access token shall be for.
    pub resource: Vec<String>,
    /// What the client has shown to own.
    pub constraint: Option<Confirmation>,
    /// Where the request came from.
    pub origin: &'a Origin,
}

/// What became of it.
#[derive(Debug)]
pub enum Redeemed {
    /// Tokens.
    Issued(Box<IssuedTokens>),
    /// More than is registered was asked for.
    WiderScope,
    /// A resource that is not registered for the client was asked for.
    WrongTarget,
    /// Nothing; the reason is for the log.
    Refused(&'static str),
}

/// Exchanges an assertion for an access token of the person it speaks of. RFC 7523 §2.1.
pub async fn redeem(ops: &Ops, client: &Client, presented: Presented<'_>) -> Result<Redeemed, Failure> {
    let registered = client.metadata.scope.without("offline_access").without("openid");
    let scope = match presented.scope {
        None => registered,
        Some(asked) if asked.is_subset_of(&registered) => asked,
        Some(_) => return Ok(Redeemed::WiderScope),
    };
    let apis = ops.apis.current();
    if !presented.resource.iter().all(|one| apis.is_open_to(client, one)) {
        return Ok(Redeemed::WrongTarget);
    }
    let assertion = match accept(ops, presented.assertion, presented.audiences).await? {
        Ok(assertion) => assertion,
        Err(reason) => return Ok(Redeemed::Refused(reason)),
    };
    let person = trusted_issuers::person(ops, &assertion.issuer, &assertion.subject).await?;
    let Some(user) = person else {
        return Ok(Redeemed::Refused("the subject of the assertion is nobody here"));
    };
    if let Some(jti) = &assertion.jti {
        let (whose, until) = (assertion.issuer.issuer.as_str(), assertion.expires_at);
        if !replay::first_use(ops, replay::Kind::Assertion, whose, jti, until).await? {
            return Ok(Redeemed::Refused("the assertion has been used before"));
        }
    }
    let new = NewGrant {
        user: &user.id,
        session: None,
        granted: vouched_for(scope, presented.resource, ops.now()),
        offline: false,
        constraint: presented.constraint,
        act: None,
        until: None,
        origin: presented.origin,
    };
    let issued = tokens::for_person(ops, client, new).await?;
    Ok(Redeemed::Issued(Box::new(issued)))
}

/// What is granted on another's word.
pub(in crate::ops) fn vouched_for(scope: ScopeSet, resource: Vec<String>, now: Timestamp) -> Granted {
    Granted {
        scope,
        auth_time: now,
        amr: Vec::new(),
        acr: ACR_UNKNOWN.to_owned(),
        nonce: None,
        claims: ClaimsRequest::default(),
        redirect_uri: String::new(),
        code_challenge: None,
        resource,
        authorization_details: Vec::new(),
        dpop_jkt: None,
    }
}
