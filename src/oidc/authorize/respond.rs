//! Answers to a proved redirect URI: a code, or a refusal. Both carry `state` and `iss` (RFC 9207).

use axum::response::Response;

use crate::domain::authorization::ReturnTo;
use crate::domain::client::Client;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::response_mode;
use crate::oidc::response_mode::Envelope;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// Sends a code. OIDC Core §3.1.2.5.
pub(super) fn grant(visit: &Visit, client: &Client, to: &ReturnTo, code: &Secret<String>) -> Response {
    send(visit, client, to, vec![("code", code.expose().clone())])
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
