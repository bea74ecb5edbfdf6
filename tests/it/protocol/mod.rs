//! The protocol, endpoint by endpoint.

mod authorize;
mod away;
mod bad_input;
mod ciba;
mod cors;
pub(crate) mod device;
mod discovery;
mod flow;
mod forms;
mod introspect;
mod jwks;
mod logout;
mod registration;
mod secrecy;
mod sign_in;
pub(crate) mod token;
mod userinfo;
