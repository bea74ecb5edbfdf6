//! The discovery document, derived from the tables. OIDC Discovery §3, RFC 8414 §2.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use axum::body::Bytes;
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
use crate::domain::api::Registered;
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
    (headers, state.discovery.json(&state.ops.apis.current())).into_response()
}

/// The document, ready to send: written anew only when the registered APIs have changed.
#[derive(Debug)]
pub struct Published {
    constant: Map<String, Value>,
    written: RwLock<(Arc<Registered>, Bytes)>,
}

impl Published {
    /// What does not change, with whatever is registered.
    pub fn new(constant: Map<String, Value>) -> Self {
        let nothing = Arc::new(Registered::default());
        let bytes = write(&constant, &nothing);
        Self {
            constant,
            written: RwLock::new((nothing, bytes)),
        }
    }

    /// The document while these APIs are registered.
    pub fn json(&self, apis: &Arc<Registered>) -> Bytes {
        {
            let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
            if Arc::ptr_eq(&written.0, apis) {
                return written.1.clone();
            }
        }
        let bytes = write(&self.constant, apis);
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        *written = (Arc::clone(apis), bytes.clone());
        bytes
    }
}

fn write(constant: &Map<String, Value>, apis: &Registered) -> Bytes {
    let mut document = constant.clone();
    let types: Vec<&str> = apis.details_types().collect();
    if !types.is_empty() {
        // RFC 9396 §10
        document.insert("authorization_details_types_supported".to_owned(), json!(types));
    }
    Bytes::from(Value::Object(document).to_string())
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
pub fn document(config: &Config) -> Map<String, Value> {
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
        ("userinfo_signing_alg_values_supported", json!(SigningAlg::ALL)),
        (
            "introspection_signing_alg_values_supported",
            json!(SigningAlg::ALL),
        ),
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
    document.extend(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
    document
}
