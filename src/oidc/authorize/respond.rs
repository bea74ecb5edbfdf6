//! Answers to a proved redirect URI: a code, or a refusal. Both carry `state` and `iss` (RFC 9207).

use axum::response::Response;

use crate::domain::authorization::ReturnTo;
use crate::domain::client::Client;
use crate::error::ProtocolError;
use crate::oidc::response_mode;
use crate::oidc::response_mode::Envelope;
use crate::ops::tokens::FrontChannel;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// Sends what was granted. OIDC Core §3.1.2.5, §3.2.2.5, §3.3.2.5.
pub(super) fn grant(visit: &Visit, client: &Client, to: &ReturnTo, answer: FrontChannel) -> Response {
    let mut params = Vec::new();
    if let Some(code) = answer.code {
        params.push(("code", code.into_inner()));
    }
    if let Some((token, lifetime)) = answer.access_token {
        params.push(("access_token", token.into_inner()));
        params.push(("token_type", "Bearer".to_owned()));
        params.push(("expires_in", lifetime.as_secs().to_string()));
        params.push(("scope", answer.scope.to_string()));
    }
    if let Some(token) = answer.id_token {
        params.push(("id_token", token.into_inner()));
    }
    send(visit, client, to, params)
}

/// Sends a refusal. OIDC Core §3.1.2.6. The only way to send an error to a client's URI.
pub(super) fn refuse(visit: &Visit, client: &Client, to: &ReturnTo, refusal: ProtocolError) -> Response {
    refusal.log();
    let params = vec![
        ("error", refusal.code.as_str().to_owned()),
        ("error_description", refusal.description.into_owned()),
    ];
    send(visit, client, to, params)
}

fn send(visit: &Visit, client: &Client, to: &ReturnTo, mut params: Vec<(&'static str, String)>) -> Response {
    if let Some(state) = to.state() {
        params.push(("state", state.to_owned()));
    }
    params.push(("iss", visit.state.ops.issuer().to_owned()));
    let shell = Shell::plain(&visit.state.ops.config, visit.locale);
    response_mode::send(&Envelope {
        to,
        client_name: client.name(),
        params,
        shell,
    })
}
