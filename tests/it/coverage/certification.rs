//! `docs/certification-tests.md`.

use std::fmt::Write as _;

use crate::coverage::cell;
use crate::coverage::covered;
use crate::documentation::expect_fresh;

/// A plan: its name, what its modules' names begin with, and the rest of their names.
struct Plan {
    name: &'static str,
    prefix: &'static str,
    modules: &'static [&'static str],
}

const PLANS: &[Plan] = &[
    Plan {
        name: "Basic (also Form Post)",
        prefix: "oidcc-",
        modules: &[
            "server",
            "response-type-missing",
            "idtoken-signature",
            "idtoken-unsigned",
            "userinfo-get",
            "userinfo-post-header",
            "userinfo-post-body",
            "ensure-request-without-nonce-succeeds-for-code-flow",
            "scope-profile",
            "scope-email",
            "scope-address",
            "scope-phone",
            "scope-all",
            "alternate-happy-flow",
            "display-page",
            "display-popup",
            "prompt-login",
            "prompt-none-not-logged-in",
            "prompt-none-logged-in",
            "max-age-1",
            "max-age-10000",
            "ensure-request-with-unknown-parameter-succeeds",
            "id-token-hint",
            "login-hint",
            "ui-locales",
            "claims-locales",
            "ensure-request-with-acr-values-succeeds",
            "codereuse",
            "codereuse-30seconds",
            "ensure-registered-redirect-uri",
            "ensure-post-request-succeeds",
            "server-client-secret-post",
            "request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
            "unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
            "claims-essential",
            "ensure-request-object-with-redirect-uri",
            "refresh-token",
            "ensure-request-with-valid-pkce-succeeds",
        ],
    },
    Plan {
        name: "Implicit (also Form Post), beyond Basic",
        prefix: "oidcc-",
        modules: &["ensure-request-without-nonce-fails"],
    },
    Plan {
        name: "Config",
        prefix: "oidcc-",
        modules: &["discovery-endpoint-verification"],
    },
    Plan {
        name: "Dynamic, beyond Basic",
        prefix: "oidcc-",
        modules: &[
            "idtoken-rs256",
            "userinfo-rs256",
            "ensure-redirect-uri-in-authorization-request",
            "redirect-uri-query-OK",
            "redirect-uri-query-mismatch",
            "redirect-uri-query-added",
            "redirect-uri-regfrag",
            "registration-logo-uri",
            "registration-policy-uri",
            "registration-tos-uri",
            "registration-jwks-uri",
            "registration-sector-uri",
            "registration-sector-bad",
            "server-rotate-keys",
            "refresh-token-rp-key-rotation",
            "request-uri-unsigned",
            "request-uri-signed-rs256",
            "ensure-client-assertion-with-iss-aud-succeeds",
        ],
    },
    Plan {
        name: "Third-party-initiated login",
        prefix: "oidcc-",
        modules: &["3rd_party-init-login", "3rd_party-init-login-nohttps"],
    },
    Plan {
        name: "RP-initiated logout",
        prefix: "oidcc-",
        modules: &[
            "rp-initiated-logout-discovery-endpoint-verification",
            "rp-initiated-logout",
            "rp-initiated-logout-no-state",
            "rp-initiated-logout-bad-post-logout-redirect-uri",
            "rp-initiated-logout-query-added-to-post-logout-redirect-uri",
            "rp-initiated-logout-modified-id-token-hint",
            "rp-initiated-logout-bad-id-token-hint",
            "rp-initiated-logout-no-id-token-hint",
            "rp-initiated-logout-no-params",
            "rp-initiated-logout-only-state",
            "rp-initiated-logout-no-post-logout-redirect-uri",
        ],
    },
    Plan {
        name: "Session management",
        prefix: "oidcc-",
        modules: &[
            "session-management-discovery-endpoint-verification",
            "session-management-rp-initiated-logout",
        ],
    },
    Plan {
        name: "Front-channel logout",
        prefix: "oidcc-",
        modules: &[
            "frontchannel-logout-discovery-endpoint-verification",
            "frontchannel-rp-initiated-logout",
        ],
    },
    Plan {
        name: "Back-channel logout",
        prefix: "oidcc-",
        modules: &[
            "backchannel-logout-discovery-endpoint-verification",
            "backchannel-rp-initiated-logout",
        ],
    },
    Plan {
        name: "FAPI 2.0 Security Profile Final",
        prefix: "fapi2-security-profile-final-",
        modules: &[
            "discovery-end-point-verification",
            "happy-flow",
            "user-rejects-authentication",
            "ensure-authorization-request-without-state-success",
            "ensure-authorization-request-without-nonce-success",
            "ensure-authorization-request-with-64-char-nonce-success",
            "ensure-other-scope-order-succeeds",
            "test-claims-parameter-identity-claims",
            "access-token-type-header-case-sensitivity",
            "check-dpop-proof-nbf-exp",
            "ensure-dpopproof-with-iat-10seconds-before-succeeds",
            "ensure-dpopproof-with-iat-10seconds-after-succeeds",
            "ensure-mismatched-dpop-jkt-fails",
            "ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt",
            "ensure-token-endpoint-fails-with-mismatched-dpop-jkt",
            "ensure-dpopproof-at-par-endpoint-binding-success",
            "ensure-dpop-auth-code-binding-success",
            "ensure-different-nonce-inside-and-outside-request-object",
            "ensure-different-state-inside-and-outside-request-object",
            "state-only-outside-request-object-not-used",
            "ensure-authorization-request-with-long-nonce",
            "ensure-authorization-request-with-long-state",
            "ensure-request-object-without-redirect-uri-fails",
            "ensure-redirect-uri-in-authorization-request",
            "plain-fapi-tolerate-unregistered-redirect-uri",
            "ensure-unsigned-authorization-request-without-using-par-fails",
            "ensure-response-type-code-idtoken-fails",
            "ensure-response-type-token-fails",
            "ensure-client-id-in-token-endpoint",
            "ensure-holder-of-key-required",
            "ensure-authorization-code-is-bound-to-client",
            "attempt-reuse-authorization-code-after-one-second",
            "ensure-token-endpoint-fails-with-expired-auth-code",
            "ensure-signed-client-assertion-with-RS256-fails",
            "ensure-client-assertion-in-token-endpoint",
            "ensure-client-assertion-with-exp-is-5-minutes-in-past-fails",
            "ensure-client-assertion-with-wrong-aud-fails",
            "ensure-client-assertion-with-no-sub-fails",
            "dpop-negative-tests",
            "refresh-token",
            "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds",
            "par-attempt-reuse-request_uri",
            "par-attempt-to-use-expired-request_uri",
            "par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted",
            "par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails",
            "par-attempt-to-use-request_uri-for-different-client",
            "par-authorization-request-containing-request_uri-form-param",
            "par-attempt-invalid-http-method",
            "par-ensure-pkce-required",
            "par-plain-pkce-rejected",
            "ensure-pkce-code-verifier-required",
            "incorrect-pkce-code-verifier-rejected",
            "par-without-duplicate-parameters",
            "par-test-array-as-audience-fails",
            "par-test-par-endpoint-url-as-audience-fails",
            "par-test-token-endpoint-url-as-audience-fails",
        ],
    },
    Plan {
        name: "FAPI 2.0 Message Signing Final, beyond the Security Profile",
        prefix: "fapi2-message-signing-final-",
        modules: &[
            "ensure-request-object-with-multiple-aud-succeeds",
            "ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted",
            "ensure-request-object-without-exp-fails",
            "ensure-request-object-without-nbf-fails",
            "ensure-expired-request-object-fails",
            "ensure-request-object-with-bad-aud-fails",
            "ensure-request-object-with-exp-over-60-fails",
            "ensure-request-object-with-nbf-over-60-fails",
            "ensure-signed-request-object-with-RS256-fails",
            "ensure-request-object-signature-algorithm-is-not-none",
            "ensure-request-object-with-invalid-signature-fails",
            "ensure-matching-key-in-authorization-request",
            "ensure-unsigned-request-at-par-endpoint-fails",
            "par-authorization-request-containing-request_uri",
        ],
    },
    Plan {
        name: "FAPI-CIBA",
        prefix: "fapi-ciba-id1",
        modules: &[
            "",
            "-discovery-end-point-verification",
            "-user-rejects-authentication",
            "-multiple-call-to-token-endpoint",
            "-auth-req-id-expired",
            "-ensure-requested-expiry-as-string-succeeds",
            "-ensure-authorization-request-with-binding-message-succeeds",
            "-ensure-authorization-request-with-potentially-bad-binding-message",
            "-ensure-other-scope-order-succeeds",
            "-ensure-request-object-missing-aud-fails",
            "-ensure-request-object-bad-aud-fails",
            "-ensure-request-object-missing-iss-fails",
            "-ensure-request-object-bad-iss-fails",
            "-ensure-request-object-missing-exp-fails",
            "-ensure-request-object-expired-exp-fails",
            "-ensure-request-object-exp-is-70-minutes-in-future-fails",
            "-ensure-request-object-missing-iat-fails",
            "-ensure-request-object-missing-nbf-fails",
            "-ensure-request-object-nbf-is-10-minutes-in-future-fails",
            "-ensure-request-object-nbf-is-70-minutes-in-past-fails",
            "-ensure-request-object-missing-jti-fails",
            "-ensure-request-object-signature-algorithm-is-none-fails",
            "-ensure-request-object-signature-algorithm-is-bad-fails",
            "-ensure-request-object-signature-algorithm-is-RS256-fails",
            "-ensure-request-object-signed-by-other-client-fails",
            "-ensure-unsigned-backchannel-authorization-request-fails",
            "-ensure-authorization-request-with-multiple-hints-fails",
            "-ensure-wrong-auth-req-id-in-token-endpoint-request",
            "-ensure-without-client-assertion-in-token-endpoint-request",
            "-ensure-without-client-assertion-in-backchannel-authorization-request-fails",
            "-ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails",
            "-ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails",
            "-ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds",
            "-ensure-different-client-id-and-issuer-in-backchannel-authorization-request",
            "-ensure-wrong-client-id-in-token-endpoint-request",
            "-ensure-wrong-client-id-in-backchannel-authorization-request",
            "-ping-backchannel-notification-endpoint-response-has-body",
            "-ping-backchannel-notification-endpoint-response-401-and-require-server-does-not-retry",
            "-ping-backchannel-notification-endpoint-response-403-and-require-server-does-not-retry",
            "-ping-backchannel-notification-endpoint-response-return-redirect-request",
            "-ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry",
            "-refresh-token",
            "-ensure-mtls-holder-of-key-required",
        ],
    },
];

/// Modules without a test of ours, and why.
const UNTESTED: &[(&str, &str)] = &[
    (
        "fapi-ciba-id1-ensure-other-scope-order-succeeds",
        "scopes are a set, whichever grant asks for them",
    ),
    (
        "fapi-ciba-id1-ensure-wrong-client-id-in-token-endpoint-request",
        "the comparison of client_id and certificate is that of every endpoint, in protocol::token::mtls",
    ),
    (
        "fapi-ciba-id1-ensure-wrong-client-id-in-backchannel-authorization-request",
        "the comparison of client_id and certificate is that of every endpoint, in protocol::token::mtls",
    ),
    (
        "fapi-ciba-id1-ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry",
        "a ping does not depend on how its client authenticates",
    ),
    (
        "fapi-ciba-id1-ensure-without-client-assertion-in-token-endpoint-request",
        "client authentication is that of every token request, in certification::fapi2_clients",
    ),
    (
        "fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails",
        "client authentication is that of every endpoint, in certification::fapi2_clients",
    ),
];

#[test]
fn the_page_about_certification_tests_is_fresh() {
    let covered = covered("Certification");
    let mut text = String::from(
        "# Certification demands and their tests\n\nThe modules of the OpenID Foundation's conformance suite, and the \
         tests of ours that make the same demand.\nGenerated from `tests/it/coverage/certification.rs` and the \
         `/// Certification:` lines of the tests.\n",
    );
    let mut missing = Vec::new();
    let mut known = Vec::new();
    for plan in PLANS {
        write!(text, "\n## {}\n\n| Module | Tests |\n|---|---|\n", plan.name).expect("a string grows");
        for module in plan.modules {
            let full = format!("{}{module}", plan.prefix);
            let tests = covered.get(&full).map_or(&[][..], Vec::as_slice);
            let why = UNTESTED
                .iter()
                .find(|(name, _)| *name == full)
                .map(|(_, why)| *why);
            let proof = match why {
                Some(why) if tests.is_empty() => format!("No test of its own: {why}."),
                Some(_) | None => cell(tests),
            };
            if proof.is_empty() {
                missing.push(full.clone());
            }
            writeln!(text, "| `{full}` | {proof} |").expect("a string grows");
            known.push(full);
        }
    }
    let unknown: Vec<&String> = covered.keys().filter(|name| !known.contains(name)).collect();
    assert!(unknown.is_empty(), "no such modules: {unknown:?}");
    assert!(missing.is_empty(), "modules without a test: {missing:?}");
    expect_fresh("certification-tests.md", &text);
}
