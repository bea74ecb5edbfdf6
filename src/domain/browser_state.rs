//! Who is signed in to a browser, as one value that relying parties can watch. OIDC Session Management §3, §4.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;
use sha2::Sha256;

use crate::domain::id::BrowserId;
use crate::domain::id::ClientId;
use crate::domain::session::AccountSession;

/// The state of a browser's sign-ins. Another one as soon as somebody signs in or out; no secret, as it is a hash of
/// what nobody outside knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserState(String);

impl BrowserState {
    /// Of a browser with these live accounts.
    pub fn of(browser: &BrowserId, accounts: &[AccountSession]) -> Self {
        let mut sessions: Vec<&str> = accounts.iter().map(|a| a.id.as_str()).collect();
        sessions.sort_unstable();
        let mut hash = Sha256::new();
        hash.update(b"browser state ");
        hash.update(browser.as_str());
        for session in sessions {
            hash.update(b" ");
            hash.update(session);
        }
        Self(URL_SAFE_NO_PAD.encode(hash.finalize()))
    }

    /// The value of the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `session_state` for a client whose pages have this origin. `static/check_session.js` computes the same.
    pub fn session_state(&self, client: &ClientId, origin: &str, salt: &str) -> String {
        let text = format!("{} {origin} {} {salt}", client.as_str(), self.0);
        format!(
            "{}.{salt}",
            URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::SessionId;
    use crate::domain::id::UserId;
    use crate::domain::time::Timestamp;

    fn account(bits: u128) -> AccountSession {
        AccountSession {
            id: SessionId::from_bits(bits),
            user_id: UserId::from_bits(1),
            name: String::new(),
            address: String::new(),
            auth_time: Timestamp::from_secs(0),
            amr: Vec::new(),
            last_seen_at: Timestamp::from_secs(0),
        }
    }

    #[test]
    fn the_state_follows_the_accounts_and_not_their_order() {
        let browser = BrowserId::from_bits(1);
        let of = |bits: &[u128]| {
            let accounts: Vec<_> = bits.iter().map(|b| account(*b)).collect();
            BrowserState::of(&browser, &accounts)
        };
        assert_eq!(of(&[1, 2]), of(&[2, 1]));
        assert_ne!(of(&[1, 2]), of(&[1]));
        assert_ne!(of(&[1]), of(&[]));
        assert_ne!(of(&[]), BrowserState::of(&BrowserId::from_bits(2), &[]));
    }

    #[test]
    fn a_session_state_belongs_to_one_client_one_origin_and_one_state() {
        let state = BrowserState::of(&BrowserId::from_bits(1), &[account(1)]);
        let other = BrowserState::of(&BrowserId::from_bits(1), &[]);
        let (a, b): (ClientId, ClientId) = ("a".parse().unwrap(), "b".parse().unwrap());
        let seen = [
            state.session_state(&a, "https://a.test", "salt"),
            state.session_state(&b, "https://a.test", "salt"),
            state.session_state(&a, "https://b.test", "salt"),
            other.session_state(&a, "https://a.test", "salt"),
            state.session_state(&a, "https://a.test", "pepper"),
        ];
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len());
        assert!(seen.iter().all(|s| !s.contains(' ')));
    }
}
