//! What Gatepost talks about: identifiers, clients, people, grants and the rules between them.
//!
//! Pure: nothing here awaits, reads a clock, a file, the environment or a database, or names HTTP.

pub mod address;
pub mod api;
pub mod audience;
pub mod audit;
pub mod authorization;
pub mod authorization_details;
pub mod browser_state;
pub mod claims;
pub mod client;
pub mod confirmation;
pub mod error_code;
pub mod grant;
pub mod id;
pub mod interaction;
pub mod lifetime;
pub mod page;
pub mod password;
pub mod pending_grant;
pub mod permission;
pub mod pkce;
pub mod redirect_uri;
pub mod registration_token;
pub mod response_type;
pub mod role;
pub mod scope;
pub mod secret;
pub mod session;
pub mod signing_alg;
pub mod time;
pub mod token_family;
pub mod trusted_issuer;
pub mod user;
