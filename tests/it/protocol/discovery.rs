//! Discovery: OIDC Discovery §3, RFC 8414 §2.

use std::collections::BTreeSet;

use gatepost::oidc::ENDPOINTS;
use gatepost::oidc::client_auth::Method;
use gatepost::oidc::token::grants;
use serde_json::Value;

use crate::harness::TestApp;

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// Members registered by the specifications that we follow; a conformance suite warns of any other.
const KNOWN: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "introspection_endpoint",
    "revocation_endpoint",
    "end_session_endpoint",
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "acr_values_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "userinfo_signing_alg_values_supported",
    "introspection_signing_alg_values_supported",
    "authorization_details_types_supported",
    "token_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
    "code_challenge_methods_supported",
    "prompt_values_supported",
    "display_values_supported",
    "claim_types_supported",
    "claims_supported",
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "request_object_signing_alg_values_supported",
    "authorization_signing_alg_values_supported",
    "require_pushed_authorization_requests",
    "pushed_authorization_request_endpoint",
    "backchannel_user_code_parameter_supported",
    "backchannel_authentication_request_signing_alg_values_supported",
    "backchannel_token_delivery_modes_supported",
    "backchannel_authentication_endpoint",
    "device_authorization_endpoint",
    "ui_locales_supported",
    "authorization_response_iss_parameter_supported",
    "check_session_iframe",
    "frontchannel_logout_supported",
    "frontchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
];

async fn document(app: &TestApp) -> Value {
    let reply = app.get(OPENID).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/json");
    reply.json()
}

fn texts(value: &Value) -> Vec<&str> {
    let values = value.as_array().expect("an array");
    values.iter().map(|v| v.as_str().expect("texts")).collect()
}

#[tokio::test]
async fn the_issuer_is_the_address_without_the_well_known_part() {
    let app = TestApp::start().await;
    assert_eq!(document(&app).await["issuer"], "https://id.test");
}

#[tokio::test]
async fn every_endpoint_of_the_table_is_named_and_is_https_below_the_issuer() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    for endpoint in ENDPOINTS {
        if let Some(name) = endpoint.metadata {
            assert_eq!(document[name], format!("https://id.test{}", endpoint.path));
        }
    }
    let named = document.as_object().unwrap().keys();
    let named = named
        .filter(|k| k.ends_with("_endpoint") || ["jwks_uri", "check_session_iframe"].contains(&k.as_str()))
        .count();
    assert_eq!(named, ENDPOINTS.iter().filter(|e| e.metadata.is_some()).count());
}

#[tokio::test]
async fn only_registered_members_are_published() {
    let app = TestApp::start().await;
    for member in document(&app).await.as_object().unwrap().keys() {
        assert!(KNOWN.contains(&member.as_str()), "{member} is not registered");
    }
}

#[tokio::test]
async fn every_member_has_the_type_of_its_specification() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    for (name, value) in document.as_object().unwrap() {
        match name.as_str() {
            "issuer" | "jwks_uri" | "check_session_iframe" => assert!(value.is_string(), "{name}"),
            _ if name.ends_with("_endpoint") => assert!(value.is_string(), "{name}"),
            "claims_parameter_supported"
            | "backchannel_user_code_parameter_supported"
            | "request_parameter_supported"
            | "request_uri_parameter_supported"
            | "require_pushed_authorization_requests"
            | "require_request_uri_registration"
            | "frontchannel_logout_supported"
            | "frontchannel_logout_session_supported"
            | "backchannel_logout_supported"
            | "backchannel_logout_session_supported"
            | "authorization_response_iss_parameter_supported" => assert!(value.is_boolean(), "{name}"),
            _ => {
                let all = texts(value);
                let distinct: BTreeSet<_> = all.iter().collect();
                assert!(!all.is_empty() && distinct.len() == all.len(), "{name}: {value}");
            }
        }
    }
}

#[tokio::test]
async fn the_document_says_what_the_tables_do() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    let grants: Vec<_> = grants::names().collect();
    assert_eq!(texts(&document["grant_types_supported"]), grants);
    let methods: Vec<_> = Method::offered(&app.ops().config)
        .map(|m| m.method.as_str())
        .collect();
    assert_eq!(texts(&document["token_endpoint_auth_methods_supported"]), methods);
    let proving: Vec<_> = Method::offered(&app.ops().config)
        .filter(|m| m.proves_identity())
        .map(|m| m.method.as_str())
        .collect();
    assert_eq!(
        texts(&document["introspection_endpoint_auth_methods_supported"]),
        proving
    );
}

/// Certification: oidcc-discovery-endpoint-verification,
/// oidcc-idtoken-unsigned
#[tokio::test]
async fn what_a_certification_demands_is_there() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    for (member, demanded) in [
        ("scopes_supported", "openid"),
        ("response_types_supported", "code"),
        ("response_modes_supported", "form_post"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("code_challenge_methods_supported", "S256"),
        ("claims_supported", "sub"),
        ("claims_supported", "email_verified"),
        ("grant_types_supported", "refresh_token"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("ui_locales_supported", "de"),
    ] {
        assert!(
            texts(&document[member]).contains(&demanded),
            "{member} lacks {demanded}"
        );
    }
    assert_eq!(document["claims_parameter_supported"], true);
    assert_eq!(document["request_uri_parameter_supported"], true);
    assert!(
        !document["id_token_signing_alg_values_supported"]
            .to_string()
            .contains("none")
    );
    assert!(
        !document["code_challenge_methods_supported"]
            .to_string()
            .contains("plain")
    );
}

#[tokio::test]
async fn the_address_of_rfc_8414_serves_the_same_document() {
    let app = TestApp::start().await;
    assert_eq!(app.get(OAUTH).await.json(), document(&app).await);
}

#[tokio::test]
async fn discovery_may_be_kept_for_a_while() {
    let app = TestApp::start().await;
    assert!(app.get(OPENID).await.header("cache-control").contains("max-age="));
}
