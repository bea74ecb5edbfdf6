//! The protocol, endpoint by endpoint.

mod authorize;
mod away;
mod bad_input;
mod cors;
mod discovery;
mod flow;
mod forms;
mod introspect;
mod jwks;
mod logout;
mod registration;
mod secrecy;
mod sign_in;
mod token;
mod userinfo;
