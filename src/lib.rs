//! Gatepost: an OpenID Connect identity provider in one binary.
//!
//! From the outside in: [`cli`] starts it, [`app`] puts it together, [`oidc`], [`pages`], [`admin`] and [`jobs`] are
//! its surfaces, [`web`] is their plumbing, [`ops`] is what the product does, [`error`] how it says no, [`store`],
//! [`crypto`], [`mail`] and [`fetch`] touch the outside, [`config`], [`clock`] and [`i18n`] are read by all, and [`domain`]
//! knows nothing of any of them. Imports run that way only; a test keeps it so.

pub mod admin;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod dev;
pub mod domain;
pub mod error;
pub mod fetch;
pub mod health;
pub mod i18n;
pub mod jobs;
pub mod mail;
pub mod oidc;
pub mod ops;
pub mod pages;
pub mod store;
pub mod telemetry;
pub mod web;
