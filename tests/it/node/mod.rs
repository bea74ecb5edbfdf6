//! Relying parties that are not ours, and certified: npm's `openid-client` and `oauth4webapi`, run by Node.
//!
//! The application's side is a script of `tests/node/scenarios`; the browser's side is done here. To try another
//! capability, register a client, describe it with [`Description`] and play [`code`] or [`play`];
//! `tests/node/README.md` lists the scenarios and what their descriptions hold.

mod back_channel;
mod code;
mod description;
mod keys;
mod profiles;
mod scenario;
mod sign_in;

pub(crate) use description::Description;
pub(crate) use scenario::Outcome;
pub(crate) use scenario::play;
pub(crate) use sign_in::code;
pub(crate) use sign_in::code_with;
pub(crate) use sign_in::visit;

/// The libraries, as a description names them. `openid-client` builds on the other and has its own rules.
pub(crate) const LIBRARIES: [&str; 2] = ["openid-client", "oauth4webapi"];
