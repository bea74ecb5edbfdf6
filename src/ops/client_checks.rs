//! What can be wrong with client metadata here, whoever saves it: the rules of the domain, keys that cannot be used,
//! addresses that are never fetched, and the sector's own word.

use serde_json::Value;

use crate::crypto::jose::ForeignKeys;
use crate::domain::client::AuthMethod;
use crate::domain::client::ClientMetadata;
use crate::domain::client::InvalidMetadata;
use crate::domain::client::Offered;
use crate::domain::redirect_uri::RedirectUri;
use crate::fetch::FetchError;
use crate::ops::Ops;

/// The longest list of a sector that is read, in bytes.
const MAX_SECTOR_BYTES: usize = 64 * 1024;

/// Every rule that the metadata breaks. What needs a request to somebody else comes last, when nothing else is wrong.
pub async fn check(
    ops: &Ops,
    metadata: &ClientMetadata,
    before: Option<&ClientMetadata>,
) -> Vec<InvalidMetadata> {
    let mut problems = problems(ops, metadata);
    if problems.is_empty() {
        problems.extend(sector(ops, metadata, before).await);
    }
    problems
}

/// Every rule that the metadata breaks, as far as we know without asking anybody.
pub fn problems(ops: &Ops, metadata: &ClientMetadata) -> Vec<InvalidMetadata> {
    let mut problems = metadata.problems(&Offered {
        grant_types: &ops.grant_types,
        signing_algs: &ops.config.keys.algorithms,
    });
    problems.extend(keys(metadata));
    for (field, url) in fetched(metadata) {
        if problems.iter().any(|problem| problem.field == field) {
            continue;
        }
        if let Err(error) = ops.fetch.allowed(url) {
            problems.push(unfetched(field, &error));
        }
    }
    problems
}

/// Members with addresses that we send requests to.
fn fetched(metadata: &ClientMetadata) -> impl Iterator<Item = (&'static str, &str)> {
    let single = [
        ("jwks_uri", &metadata.jwks_uri),
        ("sector_identifier_uri", &metadata.sector_identifier_uri),
        ("backchannel_logout_uri", &metadata.backchannel_logout_uri),
        (
            "backchannel_client_notification_endpoint",
            &metadata.backchannel_client_notification_endpoint,
        ),
    ];
    let single = single
        .into_iter()
        .filter_map(|(field, url)| Some((field, url.as_deref()?)));
    let requests = metadata.request_uris.iter().map(|url| {
        let url = url.split('#').next().unwrap_or(url);
        ("request_uris", url)
    });
    single.chain(requests)
}

fn unfetched(field: &'static str, error: &FetchError) -> InvalidMetadata {
    InvalidMetadata::new(field, format!("cannot be fetched: {error}"))
}

/// RFC 7517 §5: a set of public keys, at least one of which can do what it is there for.
fn keys(metadata: &ClientMetadata) -> Option<InvalidMetadata> {
    let problem = |text: String| Some(InvalidMetadata::new("jwks", text));
    match ForeignKeys::from_value(metadata.jwks.as_ref()?) {
        Err(error) => problem(format!("is {error}")),
        Ok(keys) if keys.is_empty() && metadata.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt => {
            problem("holds no key that can be used".to_owned())
        }
        Ok(_) => None,
    }
}

/// OIDC Core §8.1, OIDC Registration §5: the sector's document must list every redirect URI.
async fn sector(
    ops: &Ops,
    metadata: &ClientMetadata,
    before: Option<&ClientMetadata>,
) -> Option<InvalidMetadata> {
    let url = metadata.sector_identifier_uri.as_deref()?;
    let same = |before: &ClientMetadata| {
        before.sector_identifier_uri.as_deref() == Some(url) && before.redirect_uris == metadata.redirect_uris
    };
    if before.is_some_and(same) {
        return None;
    }
    let field = "sector_identifier_uri";
    let answer = match ops.fetch.get(url, "application/json").await {
        Ok(answer) => answer,
        Err(error) => return Some(unfetched(field, &error)),
    };
    let unreadable = InvalidMetadata::new(field, "must lead to a JSON list of redirect URIs");
    if answer.status != 200 || answer.body.len() > MAX_SECTOR_BYTES {
        return Some(unreadable);
    }
    let Ok(Value::Array(listed)) = serde_json::from_slice(&answer.body) else {
        return Some(unreadable);
    };
    let lists = |uri: &RedirectUri| listed.iter().any(|one| one.as_str() == Some(uri.as_str()));
    let text = "does not list every redirect URI";
    (!metadata.redirect_uris.iter().all(lists)).then(|| InvalidMetadata::new(field, text))
}
