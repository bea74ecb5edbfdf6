//! The config plan: the discovery document.

use serde_json::Value;

use crate::harness::TestApp;

/// Certification: oidcc-discovery-endpoint-verification
#[tokio::test]
async fn discovery_has_what_the_plans_look_for_in_the_right_types() {
    let app = TestApp::start().await;
    let reply = app.get("/.well-known/openid-configuration").await;
    assert_eq!(reply.header("content-type"), "application/json");
    let document = reply.json();
    for (name, value) in document.as_object().expect("an object") {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let url = value.as_str().unwrap_or("");
            assert!(
                url.starts_with("https://id.test/") && !url.contains(['?', '#']),
                "{name}"
            );
        }
    }
    for (member, demanded) in [
        ("scopes_supported", &["openid", "offline_access"][..]),
        (
            "response_types_supported",
            &[
                "code",
                "id_token",
                "id_token token",
                "code id_token",
                "code token",
                "code id_token token",
            ],
        ),
        (
            "response_modes_supported",
            &[
                "query",
                "fragment",
                "form_post",
                "jwt",
                "query.jwt",
                "fragment.jwt",
                "form_post.jwt",
            ],
        ),
        ("subject_types_supported", &["public", "pairwise"]),
        (
            "id_token_signing_alg_values_supported",
            &["RS256", "PS256", "ES256"],
        ),
        (
            "request_object_signing_alg_values_supported",
            &["RS256", "PS256", "ES256", "EdDSA"],
        ),
        (
            "authorization_signing_alg_values_supported",
            &["PS256", "ES256", "EdDSA"],
        ),
        ("code_challenge_methods_supported", &["S256"]),
        ("acr_values_supported", &["1"]),
        ("claims_supported", &["sub", "name", "acr", "auth_time"]),
    ] {
        let there: Vec<&str> = document[member]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for one in demanded {
            assert!(there.contains(one), "{member} lacks {one}: {there:?}");
        }
        // unsigned and symmetric algorithms are nowhere
        assert!(
            !there.iter().any(|alg| *alg == "none" || alg.starts_with("HS")),
            "{member}"
        );
    }
    for (member, expected) in [
        ("claims_parameter_supported", true),
        ("request_parameter_supported", true),
        ("request_uri_parameter_supported", true),
        ("require_request_uri_registration", true),
        ("require_pushed_authorization_requests", false),
        ("authorization_response_iss_parameter_supported", true),
    ] {
        assert_eq!(document[member], expected, "{member}");
    }
    assert_eq!(
        document["pushed_authorization_request_endpoint"],
        "https://id.test/par"
    );
}
