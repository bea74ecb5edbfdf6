//! The protocol, endpoint by endpoint.

mod algorithms;
mod apis;
mod authorization_details;
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
mod opaque_tokens;
mod refresh_policy;
mod registration;
mod resource_metadata;
mod resources;
mod secrecy;
mod sign_in;
mod signed_answers;
mod step_up;
mod subjects;
pub(crate) mod token;
mod userinfo;
