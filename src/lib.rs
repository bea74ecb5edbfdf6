//! Gatepost, an OpenID Connect identity provider in one binary.

pub mod i18n;
pub mod pages;
pub mod web;
