//! The application: what a request can reach, and everything that is served.

pub mod build;
pub mod router;
pub mod state;
pub mod tls;
