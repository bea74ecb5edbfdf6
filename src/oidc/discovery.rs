//! The discovery document, derived from the tables. OIDC Discovery §3, RFC 8414 §2.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::app::state::AppState;
use crate::config::Config;
use crate::config::DocumentMode;
use crate::config::RegistrationMode;
use crate::domain::authorization::ResponseMode;
use crate::domain::claims::SCOPE_CLAIMS;
use crate::domain::response_type::ResponseType;
use crate::domain::scope::STANDARD_SCOPES;
use crate::domain::signing_alg::SigningAlg;
use crate::i18n::Locale;
use crate::oidc::Caller;
use crate::oidc::ENDPOINTS;
use crate::oidc::Endpoint;
use crate::oidc::client_auth::METHODS;
use crate::oidc::registration;
use crate::oidc::token::grants;
use crate::ops::tokens::ACR_SINGLE_FACTOR;

/// OIDC Discovery §4.
pub const OPENID: Endpoint = Endpoint {
    path: "/.well-known/openid-configuration",
    metadata: None,
    caller: Caller::Anybody,
    router: || get(serve),
};

/// RFC 8414 §3.
pub const OAUTH: Endpoint = Endpoint {
    path: "/.well-known/oauth-authorization-server",
    metadata: None,
    caller: Caller::Anybody,
    router: || get(serve),
};

async fn serve(State(state): State<AppState>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
    ];
    (headers, state.discovery_json.clone()).into_response()
}

/// Claims of the protocol itself that may be asked for one by one.
const PROTOCOL_CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "amr",
    "sid",
];

/// What this installation does.
pub fn document(config: &Config) -> Value {
    let issuer = config.issuer.url.as_str();
    let mut document = Map::new();
    document.insert("issuer".to_owned(), issuer.into());
    for endpoint in ENDPOINTS {
        if let Some(name) = endpoint.metadata {
            document.insert(name.to_owned(), format!("{issuer}{}", endpoint.path).into());
        }
    }
    let confidential = METHODS.iter().filter(|m| m.proves_identity).map(|m| m.name);
    let methods: Vec<&str> = METHODS.iter().map(|m| m.name).collect();
    let grants: Vec<&str> = grants::names().collect();
    let modes: Vec<&str> = ResponseMode::ALL.iter().map(|m| m.as_str()).collect();
    let types: Vec<&str> = ResponseType::ALL.iter().map(|t| t.as_str()).collect();
    let claims = SCOPE_CLAIMS.iter().flat_map(|(_, claims)| claims.iter().copied());
    let claims: Vec<&str> = PROTOCOL_CLAIMS.iter().copied().chain(claims).collect();
    let locales: Vec<&str> = Locale::all().iter().map(|(locale, _)| locale.tag()).collect();
    let facts = [
        ("scopes_supported", json!(STANDARD_SCOPES)),
        ("response_types_supported", json!(types)),
        ("response_modes_supported", json!(modes)),
        ("grant_types_supported", json!(grants)),
        ("subject_types_supported", json!(["public", "pairwise"])),
        ("id_token_signing_alg_values_supported", json!(SigningAlg::ALL)),
        ("token_endpoint_auth_methods_supported", json!(methods)),
        ("revocation_endpoint_auth_methods_supported", json!(methods)),
        (
            "introspection_endpoint_auth_methods_supported",
            json!(confidential.collect::<Vec<_>>()),
        ),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "prompt_values_supported",
            json!(["none", "login", "consent", "select_account"]),
        ),
        (
            "display_values_supported",
            json!(["page", "popup", "touch", "wap"]),
        ),
        ("acr_values_supported", json!([ACR_SINGLE_FACTOR])),
        ("claim_types_supported", json!(["normal"])),
        ("claims_supported", json!(claims)),
        ("claims_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        ("require_request_uri_registration", json!(false)),
        ("ui_locales_supported", json!(locales)),
        ("authorization_response_iss_parameter_supported", json!(true)),
    ];
    let registration = &config.registration;
    if registration.mode != RegistrationMode::Off {
        let address = format!("{issuer}{}", registration::PATH);
        document.insert("registration_endpoint".to_owned(), address.into());
    }
    if registration.documents != DocumentMode::Off {
        let name = "client_id_metadata_document_supported";
        document.insert(name.to_owned(), true.into());
    }
    document.extend(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Value::Object(document)
}
