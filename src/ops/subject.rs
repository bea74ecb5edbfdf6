//! Who a person is to a client. OIDC Core §8.

use crate::domain::client::Client;
use crate::domain::id::UserId;
use crate::ops::Ops;

impl Ops {
    /// The `sub` of a person at a client: the same everywhere, or one that only the client's sector knows (pairwise,
    /// OIDC Core §8.1). The same for ever, as it depends on the installation's own key and nothing that changes.
    pub fn subject(&self, client: &Client, user: &UserId) -> String {
        match client.sector() {
            None => user.to_string(),
            Some(sector) => self.pepper.pairwise(&sector, user.as_str()),
        }
    }
}
