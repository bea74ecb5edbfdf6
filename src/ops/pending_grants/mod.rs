//! Grants that are asked for in one place and decided in another: device authorization (RFC 8628) and CIBA.
//!
//! What a person has allowed becomes a code under the same hash, so that fetching the tokens is the same single-use
//! statement as for any authorization code.

mod begin;
mod decide;
mod enter;
pub mod ping;
mod poll;

pub use begin::Begun;
pub use begin::NewCiba;
pub use begin::begin_ciba;
pub use begin::begin_device;
pub use decide::decide;
pub use decide::decide_for_test;
pub use enter::Entered;
pub use enter::enter_user_code;
pub use poll::Polled;
pub use poll::PresentedPending;
pub use poll::poll;

use crate::domain::pending_grant::PendingKind;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;

/// The hash of a `device_code` or an `auth_req_id`: one is never found as the other, nor as an authorization code.
fn hash(kind: PendingKind, code: &Secret<String>) -> TokenHash {
    let name = match kind {
        PendingKind::Device => "device code",
        PendingKind::Ciba => "auth_req_id",
    };
    TokenHash::of_kind(name, &[code.expose()])
}
