//! The two pages of the demo application: before and after the sign-in.

use askama::Template;
use serde_json::Value;

use crate::dev::checks;
use crate::dev::checks::Check;
use crate::dev::relying_party::Verified;
use crate::dev::session::SignedIn;
use crate::web::static_files;

/// What both pages have in common.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) issuer: String,
    /// What the last action has to say, when it failed.
    pub(super) problem: Option<String>,
}

impl Frame {
    /// The address of a style sheet or an icon.
    #[expect(clippy::unused_self, reason = "templates call methods of values")]
    pub(super) fn asset(&self, name: &str) -> String {
        static_files::address(name)
    }
}

/// "Sign in with Gatepost".
#[derive(Debug, Template)]
#[template(path = "dev/welcome.html")]
pub(super) struct WelcomePage {
    pub(super) frame: Frame,
}

/// The tokens, taken apart.
#[derive(Debug, Template)]
#[template(path = "dev/tokens.html")]
pub(super) struct TokensPage {
    pub(super) frame: Frame,
    pub(super) name: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) expires_in: u64,
    pub(super) refreshed: u32,
    pub(super) can_refresh: bool,
    pub(super) tokens: Vec<TokenView>,
    pub(super) userinfo: Option<String>,
}

/// One token.
#[derive(Debug)]
pub(super) struct TokenView {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) verified: bool,
    pub(super) checks: Vec<Check>,
    pub(super) header: String,
    pub(super) claims: String,
    pub(super) raw: String,
}

impl TokensPage {
    pub(super) fn new(frame: Frame, signed_in: &SignedIn, id: Verified, access: Verified) -> Self {
        // with a code, the claims of a person come from userinfo: OIDC Core §5.4
        let claims = signed_in.userinfo.as_ref().unwrap_or(&id.token.claims);
        let name = claims["name"]
            .as_str()
            .or_else(|| claims["preferred_username"].as_str());
        let name = name.map(str::to_owned);
        let (id_raw, access_raw) = (signed_in.id_token.expose(), signed_in.access_token.expose());
        Self {
            frame,
            name,
            scopes: signed_in.scope.split(' ').map(str::to_owned).collect(),
            expires_in: signed_in.expires_in,
            refreshed: signed_in.refreshed,
            can_refresh: signed_in.refresh_token.is_some(),
            userinfo: signed_in.userinfo.as_ref().map(pretty),
            tokens: vec![
                TokenView::new("id-token", "ID token", id, id_raw),
                TokenView::new("access-token", "Access token", access, access_raw),
            ],
        }
    }
}

impl TokenView {
    fn new(id: &'static str, title: &'static str, verified: Verified, raw: &str) -> Self {
        Self {
            id,
            title,
            verified: checks::all_hold(&verified.checks),
            checks: verified.checks,
            header: pretty(&verified.token.header),
            claims: pretty(&verified.token.claims),
            raw: raw.to_owned(),
        }
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
