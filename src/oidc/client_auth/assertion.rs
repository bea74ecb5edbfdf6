//! JWTs that authenticate a client. RFC 7521 §4.2, RFC 7523 §3, OIDC Core §9.

use crate::config::Config;
use crate::crypto::jose;
use crate::crypto::jose::Foreign;
use crate::crypto::jose::claims;
use crate::crypto::jose::claims::Audience;
use crate::domain::client::AssertionAudience;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::error::ProtocolError;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Credentials;
use crate::oidc::client_auth::Proved;
use crate::oidc::client_auth::refused;
use crate::oidc::protocol_form::ProtocolForm;
use crate::oidc::token;
use crate::ops::replay;

/// `client_assertion_type`. RFC 7523 §2.2.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What the header may say that the JWT is.
const TYPES: &[&str] = &["jwt", "client-authentication+jwt"];

/// The longest time that an assertion may be good for, in seconds: its `jti` is remembered for as long.
const MAX_LIFE_SECS: i64 = 3_600;

/// How far the clock of a client may be ahead of ours, in seconds.
pub(super) const SKEW_SECS: i64 = 30;

/// The longest `jti`, in bytes.
const MAX_JTI_BYTES: usize = 256;

/// `client_assertion`.
pub(super) fn find(form: &ProtocolForm) -> Option<Result<Credentials, ProtocolError>> {
    let assertion = form.params.get_raw("client_assertion");
    let kind = form.params.get_raw("client_assertion_type");
    if assertion.is_none() && kind.is_none() {
        return None;
    }
    Some(read(form, assertion, kind).map_err(refused))
}

fn read(
    form: &ProtocolForm,
    assertion: Option<&str>,
    kind: Option<&str>,
) -> Result<Credentials, &'static str> {
    if kind != Some(TYPE) {
        return Err("the client_assertion_type is not the one for JWTs");
    }
    let assertion = assertion.ok_or("the client_assertion is missing")?;
    // RFC 7521 §4.2: client_id is not needed where the assertion names the client
    let client_id = match form.params.get("client_id") {
        Some(id) => Some(id.to_owned()),
        None => {
            jose::peek(assertion).and_then(|foreign| Some(foreign.claims.get("sub")?.as_str()?.to_owned()))
        }
    };
    Ok(Credentials {
        client_id: client_id.ok_or("the client_assertion names no client")?,
        secret: Some(Secret::new(assertion.to_owned())),
    })
}

impl Attempt<'_> {
    /// The assertion.
    pub(super) fn assertion(&self) -> &str {
        self.credentials
            .secret
            .as_ref()
            .map_or("", |secret| secret.expose())
    }
}

/// What is remembered of an assertion.
struct Once<'a> {
    jti: &'a str,
    until: Timestamp,
}

/// Judges what a client's own assertion says, after its signature; it counts once, on all nodes together.
pub(super) async fn counts(attempt: &Attempt<'_>, foreign: &Foreign) -> Result<Proved, Failure> {
    let once = match judge(attempt, foreign) {
        Ok(once) => once,
        Err(reason) => return Ok(Err(reason)),
    };
    let client = attempt.client.id.as_str();
    let kind = replay::Kind::ClientAssertion;
    let first = replay::first_use(attempt.ops, kind, client, once.jti, once.until).await?;
    Ok(if first {
        Ok(())
    } else {
        Err("the assertion has been used before")
    })
}

fn judge<'a>(attempt: &Attempt<'_>, foreign: &'a Foreign) -> Result<Once<'a>, &'static str> {
    const BAD: &str = "a claim of the assertion has the wrong type";
    let map = &foreign.claims;
    if foreign
        .header
        .typ
        .as_ref()
        .is_some_and(|typ| !TYPES.contains(&typ.to_ascii_lowercase().as_str()))
    {
        return Err("the typ of the assertion says that it is something else");
    }
    let text = |name| claims::text(map, name).map_err(|_| BAD);
    let time = |name| claims::numeric_date(map, name).map_err(|_| BAD);
    let id = Some(attempt.client.id.as_str());
    if text("iss")? != id || text("sub")? != id {
        return Err("iss and sub of the assertion are not the client_id");
    }
    if !is_for_us(attempt, &claims::audience(map).map_err(|_| BAD)?) {
        return Err("the aud of the assertion is not ours");
    }
    let now = attempt.ops.now().as_secs();
    let exp = time("exp")?.ok_or("the assertion has no exp")?;
    if exp <= now {
        return Err("the assertion has expired");
    }
    if exp > now + MAX_LIFE_SECS + SKEW_SECS {
        return Err("the exp of the assertion is more than an hour ahead");
    }
    for name in ["nbf", "iat"] {
        if time(name)?.is_some_and(|at| at > now + SKEW_SECS) {
            return Err("nbf or iat of the assertion is in the future");
        }
    }
    let jti = text("jti")?
        .filter(|jti| (1..=MAX_JTI_BYTES).contains(&jti.len()))
        .ok_or("the assertion has no jti of 1 to 256 bytes")?;
    // a node whose clock is behind ours takes the assertion for a little longer
    let until = Timestamp::from_secs(exp + SKEW_SECS);
    Ok(Once { jti, until })
}

/// OIDC Core §9, FAPI 2.0 Security Profile §5.3.2.1.
fn is_for_us(attempt: &Attempt<'_>, audience: &Audience<'_>) -> bool {
    let issuer = attempt.ops.issuer();
    match attempt.client.rules().assertion_audience {
        AssertionAudience::IssuerAlone => audience.is_just(issuer),
        AssertionAudience::IssuerOrEndpoint => {
            let names = addresses(&attempt.ops.config, attempt.form.head.uri.path());
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            audience.is_within(&names)
        }
    }
}

/// Everything that a client may call us: the issuer, the token endpoint, and the endpoint that it calls.
fn addresses(config: &Config, path: &str) -> Vec<String> {
    let issuer = config.issuer.url.as_str().to_owned();
    let alias = config.mtls_url();
    let mut names = vec![issuer.clone()];
    for base in std::iter::once(issuer).chain(alias) {
        for path in [token::ENDPOINT.path, path] {
            names.push(format!("{base}{path}"));
        }
    }
    names
}
