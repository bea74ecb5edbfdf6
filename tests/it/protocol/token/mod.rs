//! The token endpoint: RFC 6749 §3.2, RFC 7636, RFC 9700.

mod assertion_keys;
mod client_assertion;
mod client_auth;
mod client_credentials;
mod codes;
mod content;
mod dpop;
pub(crate) mod jwt_bearer;
mod mtls;
mod refresh;
mod revoke;
mod taken_away;
mod token_exchange;
