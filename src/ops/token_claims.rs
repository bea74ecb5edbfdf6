//! The claims of our tokens.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::domain::audience::Audience;
use crate::domain::confirmation::Confirmation;
use crate::domain::id::ClientId;
use crate::domain::id::FamilyId;
use crate::domain::id::TokenId;
use crate::domain::scope::ScopeSet;

/// An access token. RFC 9068 §2.2.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Us.
    pub iss: String,
    /// The person, or the client itself.
    pub sub: String,
    /// Who may rely on it.
    pub aud: Audience,
    /// Expiry, seconds since 1970.
    pub exp: i64,
    /// Issue, seconds since 1970.
    pub iat: i64,
    /// The token's id.
    pub jti: TokenId,
    /// The client.
    pub client_id: ClientId,
    /// What it reaches.
    pub scope: ScopeSet,
    /// When the person authenticated, seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_time: Option<i64>,
    /// How strongly.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acr: Option<String>,
    /// By what means. RFC 8176.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amr: Option<Vec<String>>,
    /// The session. OIDC Front-Channel Logout §3.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sid: Option<String>,
    /// The token family that it belongs to and ends with; none for client credentials.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fam: Option<FamilyId>,
    /// Global roles and the client's own. RFC 9068 §2.2.3.1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub roles: Option<Vec<String>>,
    /// Groups. RFC 9068 §2.2.3.1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub groups: Option<Vec<String>>,
    /// What it is bound to. RFC 7800 §3.1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cnf: Option<Confirmation>,
    /// Who acts for the person. RFC 8693 §4.1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub act: Option<Value>,
    /// Granted details. RFC 9396 §9.1.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub authorization_details: Vec<Value>,
}

/// An ID token. OIDC Core §2.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdClaims {
    /// Us.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The client.
    pub aud: String,
    /// Expiry, seconds since 1970.
    pub exp: i64,
    /// Issue, seconds since 1970.
    pub iat: i64,
    /// When the person authenticated, seconds since 1970.
    pub auth_time: i64,
    /// Echo of the request's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nonce: Option<String>,
    /// How strongly.
    pub acr: String,
    /// By what means. RFC 8176.
    pub amr: Vec<String>,
    /// The session. OIDC Front-Channel Logout §3.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sid: Option<String>,
    /// Binds the access token. OIDC Core §3.1.3.6.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at_hash: Option<String>,
    /// Binds the code. OIDC Core §3.3.2.11.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub c_hash: Option<String>,
    /// Claims asked for one by one, roles and groups.
    #[serde(flatten)]
    pub released: Map<String, Value>,
}

/// A logout token. OIDC Back-Channel Logout §2.4.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogoutClaims {
    /// Us.
    pub iss: String,
    /// The person, as the client knows them.
    pub sub: String,
    /// The client.
    pub aud: String,
    /// Issue, seconds since 1970.
    pub iat: i64,
    /// Expiry, seconds since 1970.
    pub exp: i64,
    /// The token's id.
    pub jti: TokenId,
    /// The session that has ended.
    pub sid: String,
    /// One member, whose value is an empty object.
    pub events: Value,
}
