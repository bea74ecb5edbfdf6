//! Gatepost: an OpenID Connect identity provider in one binary.
pub mod domain;
pub mod store;
