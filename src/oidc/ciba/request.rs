//! What a CIBA client asks: the parameters of its form, or of the JWT it has signed. CIBA §7.1.

use std::collections::BTreeMap;

use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::domain::lifetime::Lifetime;
use crate::domain::pending_grant::PendingRequest;
use crate::error::ProtocolError;
use crate::oidc::ciba::signed;
use crate::oidc::pending;
use crate::ops::Ops;
use crate::web::params::Params;

/// The parameters of a request that hold one text each.
pub(super) const NAMES: &[&str] = &[
    "scope",
    "client_notification_token",
    "acr_values",
    "login_hint_token",
    "id_token_hint",
    "login_hint",
    "binding_message",
    "user_code",
    "requested_expiry",
];

/// The longest binding message, in characters.
const MAX_BINDING_MESSAGE: usize = 100;

/// The longest `client_notification_token`. CIBA §7.1.
const MAX_NOTIFICATION_TOKEN: usize = 1024;

/// A request whose parameters are known to come from the client.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) resource: Vec<String>,
}

impl Asked {
    /// Reads the form, or the JWT in it. A request is one or the other: what stands beside a JWT is not signed.
    pub(super) async fn read(ops: &Ops, client: &Client, params: &Params) -> Result<Self, ProtocolError> {
        let own_alg = client.metadata.backchannel_authentication_request_signing_alg;
        if let Some(token) = params.get("request") {
            let beside = NAMES.iter().any(|name| params.get(name).is_some());
            if beside || params.all("resource").next().is_some() {
                return Err(ProtocolError::invalid_request(
                    "A signed request holds every parameter; none may stand beside it.",
                ));
            }
            return signed::read(ops, client, token).await;
        }
        // CIBA §7.1.1, FAPI-CIBA §5.2.2
        if client.rules().require_signed_request || own_alg.is_some() {
            return Err(ProtocolError::invalid_request("The request must be signed."));
        }
        let text = |name: &&'static str| Some((*name, params.get(name)?.to_owned()));
        Ok(Self {
            texts: NAMES.iter().filter_map(text).collect(),
            resource: params.all("resource").map(str::to_owned).collect(),
        })
    }

    /// A parameter. An empty one counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.texts
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    /// What is asked for.
    pub(super) fn request(&self, ops: &Ops, client: &Client) -> Result<PendingRequest, ProtocolError> {
        let scope = self
            .get("scope")
            .ok_or_else(|| ProtocolError::invalid_request("The parameter scope is missing."))?;
        let mut request = pending::asked(ops, client, Some(scope), self.resource.clone())?;
        if !request.scope.contains("openid") {
            let text = "The scope must hold openid.";
            return Err(ProtocolError::new(ErrorCode::InvalidScope, text));
        }
        if let Some(message) = self.get("binding_message") {
            let printable = message
                .chars()
                .all(|c| !c.is_control() && !is_invisible(c) && (c == ' ' || !c.is_whitespace()));
            if !printable || message.chars().count() > MAX_BINDING_MESSAGE {
                return Err(ProtocolError::new(
                    ErrorCode::InvalidBindingMessage,
                    "The binding_message must have at most 100 characters, all of which can be seen.",
                ));
            }
            request.binding_message = Some(message.to_owned());
        }
        Ok(request)
    }

    /// What a ping must bring. CIBA §7.1.
    pub(super) fn notification_token(&self) -> Result<&str, ProtocolError> {
        let token = self.get("client_notification_token").unwrap_or("");
        // RFC 6750 §2.1
        let is_bearer = token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b));
        if token.is_empty() || token.len() > MAX_NOTIFICATION_TOKEN || !is_bearer {
            return Err(ProtocolError::invalid_request(
                "client_notification_token must be a bearer token of at most 1024 characters.",
            ));
        }
        Ok(token)
    }

    /// How long the client wants to wait.
    pub(super) fn requested_expiry(&self) -> Result<Option<Lifetime>, ProtocolError> {
        let Some(text) = self.get("requested_expiry") else {
            return Ok(None);
        };
        match text.parse::<u64>() {
            Ok(secs) if secs > 0 => Ok(Some(Lifetime::from_secs(secs))),
            Ok(_) | Err(_) => Err(ProtocolError::invalid_request(
                "requested_expiry must be a positive number of seconds.",
            )),
        }
    }
}

/// Characters that are there without being seen, or that turn the text around: what is shown must be what was sent.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}
