//! Nonces for DPoP proofs, which show that a proof was not made beforehand. RFC 9449 §8, §9.
//!
//! Nothing is stored: a nonce is derived from the time, by a key that all nodes have.

use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::response::Response;

use crate::domain::error_code::ErrorCode;
use crate::error::ProtocolError;
use crate::ops::Ops;

static HEADER: HeaderName = HeaderName::from_static("dpop-nonce");

/// How long a nonce is given out, in seconds; it is taken for as long again.
const STRETCH_SECS: i64 = 120;

/// Demands a nonce of ours where the configuration says so.
pub(super) fn check(ops: &Ops, nonce: Option<&str>) -> Result<(), ProtocolError> {
    if !ops.config.dpop.require_nonce {
        return Ok(());
    }
    let now = stretch(ops);
    let known = |nonce: &str| {
        [now, now - 1]
            .iter()
            .any(|at| ops.pepper.dpop_nonce(*at) == nonce)
    };
    if nonce.is_some_and(known) {
        return Ok(());
    }
    let text = "The DPoP proof must hold the nonce of the header DPoP-Nonce.";
    let refusal = ProtocolError::new(ErrorCode::UseDpopNonce, text);
    Err(match current(ops) {
        Some(value) => refusal.with_header(HEADER.clone(), value),
        None => refusal,
    })
}

/// Gives the client a nonce for its next proof, where it will need one.
pub fn remind(ops: &Ops, response: &mut Response) {
    if !ops.config.dpop.require_nonce {
        return;
    }
    if let Some(value) = current(ops) {
        response.headers_mut().insert(HEADER.clone(), value);
    }
}

fn current(ops: &Ops) -> Option<HeaderValue> {
    HeaderValue::try_from(ops.pepper.dpop_nonce(stretch(ops))).ok()
}

fn stretch(ops: &Ops) -> i64 {
    ops.now().as_secs() / STRETCH_SECS
}
