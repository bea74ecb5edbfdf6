//! Whether metadata keeps to its policy profile. What the profiles demand stands in their table alone.

use crate::domain::client::AuthMethod;
use crate::domain::client::ClientMetadata;
use crate::domain::client::InvalidMetadata;
use crate::domain::client::profile::Profile;
use crate::domain::client::profile::Rules;
use crate::domain::client::profile::SenderConstraint;
use crate::domain::client::rules::CIBA_GRANT;
use crate::domain::response_type::ResponseType;
use crate::domain::signing_alg::SigningAlg;

/// Adds what the profile forbids.
pub(super) fn check(metadata: &ClientMetadata, problems: &mut Vec<InvalidMetadata>) {
    let rules = metadata.profile.rules();
    if metadata.profile == Profile::Oidc {
        return;
    }
    let mut add = |field, problem: String| problems.push(InvalidMetadata::new(field, problem));
    let name = rules.name;
    if !rules.auth_methods.contains(&metadata.token_endpoint_auth_method) {
        let allowed = joined(rules.auth_methods.iter().copied().map(AuthMethod::as_str));
        add(
            "token_endpoint_auth_method",
            format!("must be one of {allowed} for the profile {name}"),
        );
    }
    if rules.code_only
        && metadata
            .response_types
            .iter()
            .any(|kind| *kind != ResponseType::CODE)
    {
        add(
            "response_types",
            format!("may hold only code for the profile {name}"),
        );
    }
    if metadata.uses("implicit") && rules.code_only {
        add(
            "grant_types",
            format!("may not hold implicit for the profile {name}"),
        );
    }
    if metadata.profile == Profile::FapiCiba && !metadata.uses(CIBA_GRANT) {
        add(
            "grant_types",
            format!("must hold {CIBA_GRANT} for the profile {name}"),
        );
    }
    constraint(metadata, rules, &mut add);
    algorithms(metadata, rules, &mut add);
    if rules.require_signed_request && metadata.jwks.is_none() && metadata.jwks_uri.is_none() {
        add(
            "jwks",
            format!("or jwks_uri must hold the keys of signed requests for the profile {name}"),
        );
    }
}

fn constraint(metadata: &ClientMetadata, rules: &Rules, add: &mut impl FnMut(&'static str, String)) {
    let name = rules.name;
    let (dpop, certificate) = (
        metadata.dpop_bound_access_tokens,
        metadata.tls_client_certificate_bound_access_tokens,
    );
    if rules.sender_constraint == SenderConstraint::Required && dpop == certificate {
        let text = format!(
            "or tls_client_certificate_bound_access_tokens must be true, and only one of them, for the profile \
             {name}"
        );
        add("dpop_bound_access_tokens", text);
    }
    if rules.sender_constraint == SenderConstraint::Certificate && !certificate {
        add(
            "tls_client_certificate_bound_access_tokens",
            format!("must be true for the profile {name}"),
        );
    }
}

fn algorithms(metadata: &ClientMetadata, rules: &Rules, add: &mut impl FnMut(&'static str, String)) {
    let assertion = metadata
        .token_endpoint_auth_signing_alg
        .as_deref()
        .and_then(SigningAlg::parse);
    let algorithms = [
        (
            "id_token_signed_response_alg",
            metadata.id_token_signed_response_alg,
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
        ("request_object_signing_alg", metadata.request_object_signing_alg),
        (
            "backchannel_authentication_request_signing_alg",
            metadata.backchannel_authentication_request_signing_alg,
        ),
        ("token_endpoint_auth_signing_alg", assertion),
    ];
    for (field, alg) in algorithms {
        if alg.is_some_and(|alg| !rules.signing_algs.contains(&alg)) {
            let allowed = joined(rules.signing_algs.iter().copied().map(SigningAlg::as_str));
            add(
                field,
                format!("must be one of {allowed} for the profile {}", rules.name),
            );
        }
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
