//! Issuers of others whose JWTs count here: as a client's credential, as an assertion, in a token exchange.

use serde_json::json;
use url::Url;

use crate::crypto::jose;
use crate::crypto::jose::Foreign;
use crate::crypto::jose::ForeignError;
use crate::crypto::jose::ForeignKeys;
use crate::crypto::jose::claims;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::trusted_issuer::IssuerKeys;
use crate::domain::trusted_issuer::SubjectRule;
use crate::domain::trusted_issuer::TrustedIssuer;
use crate::domain::user::User;
use crate::domain::user::UserStatus;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::jwks_cache;
use crate::ops::jwks_cache::KeySource;
use crate::ops::jwks_cache::Refused;
use crate::store;

/// What became of an issuer that was to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddIssuer {
    /// It is trusted now.
    Added,
    /// It was trusted before; nothing was changed.
    Taken,
    /// It cannot be; the end of a sentence that starts with the field's name.
    Invalid(&'static str, String),
}

/// Every trusted issuer.
pub async fn list(ops: &Ops) -> Result<Vec<TrustedIssuer>, Failure> {
    Ok(store::trusted_issuers::list(&ops.db).await?)
}

/// Trusts an issuer from now on.
pub async fn add(
    ops: &Ops,
    context: &Context,
    issuer: &str,
    keys: IssuerKeys,
    subjects: Option<SubjectRule>,
) -> Result<AddIssuer, Failure> {
    if let Some((field, problem)) = problem(ops, issuer, &keys) {
        return Ok(AddIssuer::Invalid(field, problem));
    }
    let now = ops.now();
    let new = TrustedIssuer {
        issuer: issuer.to_owned(),
        keys,
        subjects,
        created_at: now,
    };
    let tx = ops.db.begin().await?;
    if !store::trusted_issuers::insert(&tx, &new).await? {
        return Ok(AddIssuer::Taken);
    }
    let event = AuditEvent::new("trusted_issuer.added", "trusted_issuer", issuer).after(snapshot(&new));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(AddIssuer::Added)
}

/// Trusts an issuer no more; `false` when it was not trusted.
pub async fn remove(ops: &Ops, context: &Context, issuer: &str) -> Result<bool, Failure> {
    let now = ops.now();
    let tx = ops.db.begin().await?;
    let Some(before) = store::trusted_issuers::find(&tx, issuer).await? else {
        return Ok(false);
    };
    store::trusted_issuers::delete(&tx, issuer).await?;
    let event = AuditEvent::new("trusted_issuer.removed", "trusted_issuer", issuer).before(snapshot(&before));
    ops.audit(&tx, context, event, now).await?;
    tx.commit().await?;
    Ok(true)
}

fn snapshot(issuer: &TrustedIssuer) -> serde_json::Value {
    let (jwks, uri) = match &issuer.keys {
        IssuerKeys::Set(set) => (Some(set), None),
        IssuerKeys::Uri(uri) => (None, Some(uri)),
    };
    json!({ "jwks": jwks, "jwks_uri": uri, "subjects": issuer.subjects.map(SubjectRule::as_str) })
}

fn problem(ops: &Ops, issuer: &str, keys: &IssuerKeys) -> Option<(&'static str, String)> {
    let is_url = Url::parse(issuer).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    if !is_url || issuer.len() > 500 {
        let text = "must be the URL that stands in the tokens (iss), of at most 500 characters";
        return Some(("issuer", text.to_owned()));
    }
    if issuer == ops.issuer() {
        return Some(("issuer", "is this installation itself".to_owned()));
    }
    match keys {
        IssuerKeys::Set(set) => match ForeignKeys::from_value(set) {
            Err(error) => Some(("jwks", format!("cannot be used: {error}"))),
            Ok(keys) if keys.is_empty() => Some(("jwks", "holds no key that can be used".to_owned())),
            Ok(_) => None,
        },
        IssuerKeys::Uri(uri) => {
            let refused = ops.fetch.allowed(uri).err();
            refused.map(|error| ("jwks_uri", format!("cannot be fetched: {error}")))
        }
    }
}

/// Verifies a JWT of a trusted issuer; the inner error is the reason, for the log.
///
/// Times, subject and audience are the caller's to judge.
pub async fn verify(
    ops: &Ops,
    token: &str,
    allowed: &[SigningAlg],
) -> Result<Result<(TrustedIssuer, Foreign), &'static str>, Failure> {
    let Some(unverified) = jose::peek(token) else {
        return Ok(Err("the JWT is not a well-formed signed JWT"));
    };
    let Ok(Some(name)) = claims::text(&unverified.claims, "iss") else {
        return Ok(Err("the JWT names no issuer"));
    };
    let Some(issuer) = store::trusted_issuers::find(&ops.db, name).await? else {
        return Ok(Err("the issuer of the JWT is not trusted"));
    };
    let source = match &issuer.keys {
        IssuerKeys::Set(set) => KeySource::Value(set),
        IssuerKeys::Uri(uri) => KeySource::Url(uri),
    };
    let verified = jwks_cache::verify(ops, source, token, allowed).await;
    Ok(verified
        .map(|foreign| (issuer, foreign))
        .map_err(|refused| reason(&refused)))
}

/// Why a JWT of an issuer is refused, for the log.
const fn reason(refused: &Refused) -> &'static str {
    match refused {
        Refused::Token(ForeignError::Malformed) => "the JWT is not a well-formed signed JWT",
        Refused::Token(ForeignError::Algorithm) => {
            "the JWT is signed with an algorithm that is not allowed here"
        }
        Refused::Token(ForeignError::UnknownKey) => {
            "no key of the trusted issuer made the signature of the JWT"
        }
        Refused::Token(ForeignError::Signature) => "the signature of the JWT is not that of the key it names",
        Refused::Keys(_) => "the keys of the trusted issuer cannot be used",
        Refused::Unavailable => "the keys of the trusted issuer could not be had",
    }
}

/// The person here that an issuer's `sub` stands for, if there is one who may sign in.
pub async fn person(ops: &Ops, issuer: &TrustedIssuer, subject: &str) -> Result<Option<User>, Failure> {
    let db = &ops.db;
    let found = match issuer.subjects {
        None => None,
        Some(SubjectRule::Id) => match subject.parse() {
            Ok(id) => store::users::find(db, &id).await?,
            Err(_) => None,
        },
        Some(SubjectRule::Username) => store::users::find_for_sign_in(db, subject)
            .await?
            .map(|c| c.user)
            .filter(|user| user.username.to_lowercase() == subject.to_lowercase()),
        Some(SubjectRule::Email) => store::users::find_by_verified_email(db, subject).await?,
    };
    Ok(found.filter(|user| user.status == UserStatus::Active))
}
