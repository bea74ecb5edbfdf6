//! What a person has granted a client: everything that tokens are made from.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::domain::claims::ClaimsRequest;
use crate::domain::pkce::CodeChallenge;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;

/// Stored as JSON with the code, and copied into the family that the code becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// What was granted, never wider than what was asked.
    pub scope: ScopeSet,
    /// When the person authenticated; constant over refreshes.
    pub auth_time: Timestamp,
    /// How. RFC 8176.
    pub amr: Vec<String>,
    /// The `acr` claim.
    pub acr: String,
    /// Echoed in the ID token of the code's redemption.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nonce: Option<String>,
    /// Single claims asked for.
    #[serde(skip_serializing_if = "ClaimsRequest::is_empty", default)]
    pub claims: ClaimsRequest,
    /// What the code is bound to.
    pub redirect_uri: String,
    /// What the code is bound to, when the request brought a challenge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code_challenge: Option<CodeChallenge>,
    /// Registered APIs that the tokens may be for. RFC 8707 §2.1.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub resource: Vec<String>,
    /// Granted details. RFC 9396 §7.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub authorization_details: Vec<Value>,
    /// The thumbprint of the key that must redeem the code. RFC 9449 §10.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dpop_jkt: Option<String>,
}
