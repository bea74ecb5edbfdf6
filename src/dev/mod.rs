//! The demo application of `gatepost dev`: a relying party like any other, which happens to be compiled in.
//!
//! It knows the issuer's address and its own credentials, and talks to Gatepost over HTTP alone; nothing here reaches
//! into the server. What it shows is what an application of somebody's own would receive.

mod checks;
pub mod demo;
mod http;
mod pages;
mod relying_party;
mod session;

use crate::clock::Clock;
use crate::domain::secret::Secret;

/// What the demo application is configured with: the same as any application.
#[derive(Debug, Clone)]
pub struct DemoSettings {
    /// The issuer.
    pub issuer: String,
    /// Where a browser finds the application, without a slash at the end.
    pub own_url: String,
    /// Its `client_id`.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret<String>,
    /// For judging the times in tokens.
    pub clock: Clock,
}
