//! The rules that client metadata must keep: a table of pure functions, and the policy profile's on top.

use url::Url;

use crate::domain::client::AuthMethod;
use crate::domain::client::ClientMetadata;
use crate::domain::client::DeliveryMode;
use crate::domain::client::SubjectType;
use crate::domain::client::profile_rules;
use crate::domain::redirect_uri::InvalidRedirectUri;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::signing_alg::SigningAlg;

/// Why metadata cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct InvalidMetadata {
    /// The metadata member.
    pub field: &'static str,
    /// What is wrong with it and what to do, as the end of a sentence that starts with the member's name.
    pub problem: String,
}

impl InvalidMetadata {
    /// A problem with one member.
    pub fn new(field: &'static str, problem: impl Into<String>) -> Self {
        Self {
            field,
            problem: problem.into(),
        }
    }
}

/// What this installation can serve, from its tables.
pub struct Offered<'a> {
    /// `grant_types_supported`.
    pub grant_types: &'a [&'a str],
    /// What there are signing keys for.
    pub signing_algs: &'a [SigningAlg],
}

/// Longest lifetime of an access or ID token in seconds: a retired key stays published for as long.
pub const MAX_TOKEN_LIFETIME_SECS: u32 = 86_400;

/// The CIBA grant. CIBA §10.1.
pub const CIBA_GRANT: &str = "urn:openid:params:grant-type:ciba";

type Problems = Vec<InvalidMetadata>;
type Rule = fn(&ClientMetadata, &Offered<'_>, &mut Problems);

const RULES: &[Rule] = &[
    name,
    grants,
    response_types,
    links,
    lifetimes,
    keys,
    signatures,
    certificates,
    binding,
    sector,
    delivery,
    |metadata, _, problems| profile_rules::check(metadata, problems),
];

impl ClientMetadata {
    /// Every rule that the metadata breaks.
    pub fn problems(&self, offered: &Offered<'_>) -> Vec<InvalidMetadata> {
        let mut problems = Vec::new();
        for rule in RULES {
            rule(self, offered, &mut problems);
        }
        problems
    }
}

fn add(problems: &mut Problems, field: &'static str, problem: impl Into<String>) {
    problems.push(InvalidMetadata::new(field, problem));
}

fn name(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    if metadata.client_name.trim().is_empty() || metadata.client_name.chars().count() > 100 {
        add(problems, "client_name", "must have 1 to 100 characters");
    }
}

fn grants(metadata: &ClientMetadata, offered: &Offered<'_>, problems: &mut Problems) {
    for grant in &metadata.grant_types {
        if !offered.grant_types.contains(&grant.as_str()) {
            let known = offered.grant_types.join(", ");
            add(
                problems,
                "grant_types",
                format!("holds an unknown grant; known are {known}"),
            );
        }
    }
    let redirects = metadata.uses("authorization_code") || metadata.uses("implicit");
    if redirects && metadata.redirect_uris.is_empty() {
        let text = "must name at least one URI for flows through the browser";
        add(problems, "redirect_uris", text);
    }
    if metadata.is_public() && metadata.uses("client_credentials") {
        let text =
            "may hold client_credentials only with a secret; choose another token_endpoint_auth_method";
        add(problems, "grant_types", text);
    }
}

/// OIDC Registration §2: each response type needs its grants.
fn response_types(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    let browser = metadata.uses("authorization_code") || metadata.uses("implicit");
    for kind in metadata.response_types.iter().filter(|_| browser) {
        for grant in kind.grant_types().filter(|grant| !metadata.uses(grant)) {
            let text = format!("must hold {grant} for the response type {kind}");
            add(problems, "grant_types", text);
        }
    }
}

fn links(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    let links = [
        ("client_uri", &metadata.client_uri),
        ("logo_uri", &metadata.logo_uri),
        ("policy_uri", &metadata.policy_uri),
        ("tos_uri", &metadata.tos_uri),
        ("initiate_login_uri", &metadata.initiate_login_uri),
        ("jwks_uri", &metadata.jwks_uri),
        ("sector_identifier_uri", &metadata.sector_identifier_uri),
        ("frontchannel_logout_uri", &metadata.frontchannel_logout_uri),
        ("backchannel_logout_uri", &metadata.backchannel_logout_uri),
        (
            "backchannel_client_notification_endpoint",
            &metadata.backchannel_client_notification_endpoint,
        ),
    ];
    for (field, link) in links {
        let Some(link) = link else { continue };
        check_link(field, link, problems);
    }
    for uri in &metadata.request_uris {
        // the fragment names the content, and is part of what is registered (OIDC Core §6.2)
        let without_fragment = uri.split('#').next().unwrap_or(uri);
        check_link("request_uris", without_fragment, problems);
    }
}

fn check_link(field: &'static str, link: &str, problems: &mut Problems) {
    match RedirectUri::parse(link) {
        Ok(uri) if uri.origin().starts_with("http") => {}
        Ok(_) | Err(InvalidRedirectUri::Scheme) => add(problems, field, "must be an https URL"),
        Err(error) => add(problems, field, error.to_string()),
    }
}

fn lifetimes(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    let longest_code = metadata.profile.rules().max_code_lifetime_secs;
    let own = &metadata.lifetimes;
    if own.code.is_some_and(|secs| !(1..=longest_code).contains(&secs)) {
        add(
            problems,
            "lifetimes.code",
            format!("must be 1 to {longest_code} seconds"),
        );
    }
    let day = 1..=MAX_TOKEN_LIFETIME_SECS;
    for (field, secs) in [
        ("lifetimes.access_token", own.access_token),
        ("lifetimes.id_token", own.id_token),
    ] {
        if secs.is_some_and(|secs| !day.contains(&secs)) {
            add(problems, field, "must be 1 to 86400 seconds");
        }
    }
}

fn keys(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    let method = metadata.token_endpoint_auth_method;
    let has_keys = metadata.jwks.is_some() || metadata.jwks_uri.is_some();
    if metadata.jwks.is_some() && metadata.jwks_uri.is_some() {
        add(problems, "jwks", "cannot be given together with jwks_uri");
    }
    let jwt = method == AuthMethod::PrivateKeyJwt;
    if jwt && has_keys != metadata.federated_credentials.is_empty() {
        let text = "or jwks_uri must hold the keys of a private_key_jwt client, \
                    unless federated_credentials name who speaks for it; not both";
        add(problems, "jwks", text);
    }
    if !jwt && !metadata.federated_credentials.is_empty() {
        let text = "need the token_endpoint_auth_method private_key_jwt";
        add(problems, "federated_credentials", text);
    }
    if method == AuthMethod::SelfSignedTlsClientAuth && !has_keys {
        add(
            problems,
            "jwks",
            "or jwks_uri must hold the client's certificate (x5c)",
        );
    }
    if metadata.require_signed_request_object && !has_keys {
        add(
            problems,
            "jwks",
            "or jwks_uri must hold the keys that requests are signed with",
        );
    }
    if let Some(alg) = &metadata.token_endpoint_auth_signing_alg {
        let fits = match method {
            AuthMethod::PrivateKeyJwt => SigningAlg::parse(alg).is_some(),
            AuthMethod::ClientSecretJwt => alg == "HS256",
            AuthMethod::None
            | AuthMethod::ClientSecretBasic
            | AuthMethod::ClientSecretPost
            | AuthMethod::TlsClientAuth
            | AuthMethod::SelfSignedTlsClientAuth => true,
        };
        if !fits {
            let text = format!("does not fit {}", method.as_str());
            add(problems, "token_endpoint_auth_signing_alg", text);
        }
    }
}

/// What we sign for the client, we must have a key for.
fn signatures(metadata: &ClientMetadata, offered: &Offered<'_>, problems: &mut Problems) {
    let default = metadata.profile.rules().signing_algs.first().copied();
    let wanted = [
        (
            "id_token_signed_response_alg",
            metadata.id_token_signed_response_alg.or(default),
        ),
        (
            "userinfo_signed_response_alg",
            metadata.userinfo_signed_response_alg,
        ),
        (
            "introspection_signed_response_alg",
            metadata.introspection_signed_response_alg,
        ),
        (
            "authorization_signed_response_alg",
            metadata.authorization_signed_response_alg,
        ),
    ];
    for (field, alg) in wanted {
        if let Some(alg) = alg.filter(|alg| !offered.signing_algs.contains(alg)) {
            add(
                problems,
                field,
                format!("cannot be {alg}: keys.algorithms does not hold it"),
            );
        }
    }
}

/// RFC 8705 §2.1.2: exactly one name identifies a certificate.
fn certificates(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    let names = [
        &metadata.tls_client_auth_subject_dn,
        &metadata.tls_client_auth_san_dns,
        &metadata.tls_client_auth_san_uri,
        &metadata.tls_client_auth_san_ip,
        &metadata.tls_client_auth_san_email,
    ];
    let given = names.iter().filter(|name| name.is_some()).count();
    let needed = usize::from(metadata.token_endpoint_auth_method == AuthMethod::TlsClientAuth);
    if given != needed {
        let text = if needed == 1 {
            "or exactly one tls_client_auth_san_… member must name the certificate"
        } else {
            "and its kin are for the token_endpoint_auth_method tls_client_auth only"
        };
        add(problems, "tls_client_auth_subject_dn", text);
    }
}

/// A token is bound to one thing, and one that must be bound does not travel through the browser: nothing is shown there.
fn binding(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    let (dpop, certificate) = (
        metadata.dpop_bound_access_tokens,
        metadata.tls_client_certificate_bound_access_tokens,
    );
    if dpop && certificate {
        let text = "cannot be true together with tls_client_certificate_bound_access_tokens";
        add(problems, "dpop_bound_access_tokens", text);
    }
    if (dpop || certificate) && metadata.response_types.iter().any(|kind| kind.token) {
        let text = "may not hold token for a client whose access tokens are bound";
        add(problems, "response_types", text);
    }
}

/// OIDC Core §8.1: the sector must be one host, or say who belongs to it.
fn sector(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    if metadata.subject_type != SubjectType::Pairwise || metadata.sector_identifier_uri.is_some() {
        return;
    }
    let mut hosts: Vec<Option<String>> = metadata
        .redirect_uris
        .iter()
        .map(|uri| host(uri.as_str()))
        .collect();
    hosts.sort();
    hosts.dedup();
    if hosts.len() > 1 {
        let text = "is needed, because the redirect URIs are on several hosts";
        add(problems, "sector_identifier_uri", text);
    }
}

/// The host of a URI.
pub(super) fn host(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_owned)
}

fn delivery(metadata: &ClientMetadata, _: &Offered<'_>, problems: &mut Problems) {
    if !metadata.uses(CIBA_GRANT) {
        return;
    }
    if metadata.is_public() {
        add(
            problems,
            "grant_types",
            "may hold the CIBA grant only with a secret or a key",
        );
    }
    match metadata.backchannel_token_delivery_mode {
        None => add(
            problems,
            "backchannel_token_delivery_mode",
            "must be poll or ping for the CIBA grant",
        ),
        Some(DeliveryMode::Ping) if metadata.backchannel_client_notification_endpoint.is_none() => add(
            problems,
            "backchannel_client_notification_endpoint",
            "must be given for the delivery mode ping",
        ),
        Some(DeliveryMode::Ping | DeliveryMode::Poll) => {}
    }
    if metadata.backchannel_user_code_parameter {
        add(
            problems,
            "backchannel_user_code_parameter",
            "must be false: user codes are not served",
        );
    }
}

#[cfg(test)]
mod tests;
