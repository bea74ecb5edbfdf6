//! Gatepost: an OpenID Connect identity provider in one binary.
pub mod config;
pub mod domain;
pub mod store;
