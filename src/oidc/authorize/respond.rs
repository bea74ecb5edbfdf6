//! Answers to a proved redirect URI: what was granted, or a refusal. Both carry `state` and `iss` (RFC 9207), in the
//! signed modes inside the JWT.

use axum::response::Response;

use crate::crypto::random;
use crate::domain::authorization::ReturnTo;
use crate::domain::client::Client;
use crate::error::PageError;
use crate::error::ProtocolError;
use crate::oidc::response_mode;
use crate::oidc::response_mode::Envelope;
use crate::ops::tokens::FrontChannel;
use crate::web::browser_state;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// Sends what was granted. OIDC Core §3.1.2.5, §3.2.2.5, §3.3.2.5, OIDC Session Management §2.
pub(super) async fn grant(
    visit: &Visit,
    client: &Client,
    to: &ReturnTo,
    answer: FrontChannel,
) -> Result<Response, PageError> {
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
    // in a signed answer no page script could read it, and FAPI clients expect no more than they know
    let origin = to.redirect_uri().origin();
    let watchable = origin.starts_with("http") && !to.mode().is_signed() && !client.rules().code_only;
    if !watchable || !answer.scope.contains("openid") {
        return send(visit, client, to, params);
    }
    let state = browser_state::of(visit, &visit.accounts().await?);
    if let Some(state) = &state {
        let salt = random::token().into_inner();
        params.push(("session_state", state.session_state(&client.id, &origin, &salt)));
    }
    let response = send(visit, client, to, params)?;
    Ok(browser_state::attach(visit, state.as_ref(), response))
}

/// Sends a refusal. OIDC Core §3.1.2.6. The only way to send an error to a client's URI.
pub(super) fn refuse(
    visit: &Visit,
    client: &Client,
    to: &ReturnTo,
    refusal: ProtocolError,
) -> Result<Response, PageError> {
    refusal.log();
    let params = vec![
        ("error", refusal.code.as_str().to_owned()),
        ("error_description", refusal.description.into_owned()),
    ];
    send(visit, client, to, params)
}

fn send(
    visit: &Visit,
    client: &Client,
    to: &ReturnTo,
    mut params: Vec<(&'static str, String)>,
) -> Result<Response, PageError> {
    let ops = &visit.state.ops;
    if let Some(state) = to.state() {
        params.push(("state", state.to_owned()));
    }
    if to.mode().is_signed() {
        params = vec![("response", response_mode::jarm::sign(ops, client, params)?)];
    } else {
        params.push(("iss", ops.issuer().to_owned()));
    }
    Ok(response_mode::send(&Envelope {
        to,
        client_name: client.name(),
        params,
        shell: Shell::plain(&ops.config, visit.locale),
    }))
}
