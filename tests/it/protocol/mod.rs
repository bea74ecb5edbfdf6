//! The protocol, endpoint by endpoint.

mod flow;
