//! Gatepost: an OpenID Connect identity provider in one binary.
pub mod crypto;
pub mod domain;
pub mod store;
