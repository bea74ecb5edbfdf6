//! Gatepost: an OpenID Connect identity provider in one binary.
pub mod clock;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod error;
pub mod i18n;
pub mod ops;
pub mod pages;
pub mod store;
pub mod web;
