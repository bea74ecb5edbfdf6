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
use crate::config::DocumentMode;
use crate::config::RegistrationMode;
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
use crate::oidc::ciba;
use crate::oidc::client_auth;
use crate::oidc::client_auth::Method;
use crate::oidc::registration;
use crate::oidc::sender_constraint;
use crate::oidc::token::grants;
use crate::ops::tokens::ACR_VALUES;

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
    credentials(config, &mut document);
    let grants: Vec<&str> = grants::names().collect();
    let modes = ResponseMode::ALL.iter().map(|m| m.as_str());
    let modes: Vec<&str> = modes.chain([ResponseMode::JWT]).collect();
    let types: Vec<&str> = ResponseType::ALL.iter().map(|t| t.as_str()).collect();
    let claims = SCOPE_CLAIMS.iter().flat_map(|(_, claims)| claims.iter().copied());
    let claims: Vec<&str> = PROTOCOL_CLAIMS.iter().copied().chain(claims).collect();
    let locales: Vec<&str> = Locale::all().iter().map(|(locale, _)| locale.tag()).collect();
    // what we sign with; what clients sign with is not a matter of our keys
    let ours = &config.keys.algorithms;
    let facts = [
        ("scopes_supported", json!(STANDARD_SCOPES)),
        ("response_types_supported", json!(types)),
        ("response_modes_supported", json!(modes)),
        ("grant_types_supported", json!(grants)),
        ("subject_types_supported", json!(["public", "pairwise"])),
        ("id_token_signing_alg_values_supported", json!(ours)),
        ("userinfo_signing_alg_values_supported", json!(ours)),
        ("introspection_signing_alg_values_supported", json!(ours)),
        (
            "backchannel_token_delivery_modes_supported",
            json!(ciba::DELIVERY_MODES),
        ),
        (
            "backchannel_authentication_request_signing_alg_values_supported",
            json!(SigningAlg::ALL),
        ),
        ("backchannel_user_code_parameter_supported", json!(false)),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "prompt_values_supported",
            json!(["none", "login", "consent", "select_account"]),
        ),
        (
            "display_values_supported",
            json!(["page", "popup", "touch", "wap"]),
        ),
        ("acr_values_supported", json!(ACR_VALUES)),
        ("claim_types_supported", json!(["normal"])),
        ("claims_supported", json!(claims)),
        ("claims_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(true)),
        ("request_uri_parameter_supported", json!(true)),
        ("require_request_uri_registration", json!(true)),
        (
            "request_object_signing_alg_values_supported",
            json!(SigningAlg::ALL),
        ),
        ("authorization_signing_alg_values_supported", json!(ours)),
        // some clients must: their profile or their metadata says so
        ("require_pushed_authorization_requests", json!(false)),
        ("ui_locales_supported", json!(locales)),
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("frontchannel_logout_supported", json!(true)),
        ("frontchannel_logout_session_supported", json!(true)),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
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
    document
}

/// How clients prove who they are, and what is theirs. RFC 8414 §2, RFC 9449 §5.1, RFC 8705 §3.3, §5.
fn credentials(config: &Config, document: &mut Map<String, Value>) {
    let name = |method: &Method| method.method.as_str();
    let methods: Vec<&str> = Method::offered(config).map(name).collect();
    let proving: Vec<&str> = Method::offered(config)
        .filter(|m| m.proves_identity())
        .map(name)
        .collect();
    let algs = SigningAlg::ALL.iter().map(|alg| alg.as_str());
    let algs: Vec<&str> = algs.chain([client_auth::SECRET_ALG]).collect();
    for (endpoint, methods) in [
        ("token", &methods),
        ("revocation", &methods),
        ("introspection", &proving),
    ] {
        document.insert(
            format!("{endpoint}_endpoint_auth_methods_supported"),
            json!(methods),
        );
        let name = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
        document.insert(name, json!(algs));
    }
    document.insert(
        "dpop_signing_alg_values_supported".to_owned(),
        json!(sender_constraint::ALGS),
    );
    if config.sees_client_certificates() {
        document.insert(
            "tls_client_certificate_bound_access_tokens".to_owned(),
            true.into(),
        );
    }
    if let Some(base) = config.mtls_url() {
        let called_by_clients = |endpoint: &&Endpoint| endpoint.caller != Caller::Browser;
        let aliases: Map<String, Value> = ENDPOINTS
            .iter()
            .filter(called_by_clients)
            .filter_map(|endpoint| {
                let name = endpoint.metadata.filter(|name| name.ends_with("_endpoint"))?;
                Some((name.to_owned(), format!("{base}{}", endpoint.path).into()))
            })
            .collect();
        document.insert("mtls_endpoint_aliases".to_owned(), aliases.into());
    }
}
