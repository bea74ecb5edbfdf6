//! What a client shows to own with a request, and what its tokens are bound to. RFC 9449, RFC 8705 §3.
//!
//! Endpoints that issue tokens ask [`shown`] and then [`Shown::constraint`]; resources ask [`prove`].

mod nonce;
mod proof;

use crate::crypto::certificate;
use crate::domain::client::Client;
use crate::domain::client::SenderConstraint;
use crate::domain::confirmation::Confirmation;
use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::protocol_form::ProtocolHead;
use crate::ops::Ops;
use crate::web::certificate::ClientCertificate;

pub use nonce::remind;
pub use proof::ALGS;

/// What a request shows. Nothing is demanded of it yet.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// The thumbprint of the DPoP key.
    jkt: Option<String>,
    /// The certificate.
    certificate: Option<&'a ClientCertificate>,
}

/// What a request to an endpoint that issues tokens shows. A proof that is there must be right, whoever sends it.
pub async fn shown<'a>(ops: &Ops, head: &'a ProtocolHead) -> Result<Shown<'a>, ProtocolError> {
    Ok(Shown {
        jkt: proof::verify(ops, head, None).await?,
        certificate: head.certificate.as_ref(),
    })
}

impl Shown<'_> {
    /// What the tokens of this request are bound to. A client that needs a binding and shows nothing gets no token; one
    /// that sends a proof without need gets a bound token. RFC 9449 §5, FAPI 2.0 Security Profile §5.3.2.1.
    pub fn constraint(self, client: &Client) -> Result<Option<Confirmation>, ProtocolError> {
        let metadata = &client.metadata;
        let by_profile = client.rules().sender_constraint;
        let x5t = |shown: &ClientCertificate| Confirmation::Certificate(certificate::thumbprint(shown.der()));
        let key = self.jkt.map(Confirmation::Key);
        if metadata.tls_client_certificate_bound_access_tokens || by_profile == SenderConstraint::Certificate
        {
            let bound = self.certificate.map(x5t);
            return bound.map(Some).ok_or_else(|| {
                let text =
                    "The access tokens of this client are bound to its certificate; the request has none.";
                ProtocolError::invalid_request(text)
            });
        }
        if metadata.dpop_bound_access_tokens {
            return key.map(Some).ok_or_else(missing_proof);
        }
        match by_profile {
            SenderConstraint::Optional => Ok(key),
            SenderConstraint::Required | SenderConstraint::Certificate => {
                let bound = key.or_else(|| self.certificate.map(x5t));
                bound.map(Some).ok_or_else(missing_proof)
            }
        }
    }

    /// The key that a pushed request binds its code to: that of the proof, which `dpop_jkt` must name if it is there.
    /// RFC 9449 §10, §10.1.
    pub fn code_key(self, dpop_jkt: Option<&str>) -> Result<Option<String>, ProtocolError> {
        let named = code_key(dpop_jkt)?;
        match (self.jkt, named) {
            (Some(shown), Some(named)) if shown != named => {
                Err(proof::refuse("The DPoP proof is of another key than dpop_jkt."))
            }
            (Some(shown), _) => Ok(Some(shown)),
            (None, named) => Ok(named),
        }
    }
}

/// `dpop_jkt` of an authorization request. RFC 9449 §10.
pub fn code_key(dpop_jkt: Option<&str>) -> Result<Option<String>, ProtocolError> {
    let is_thumbprint = |text: &str| {
        text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    match dpop_jkt {
        Some(text) if !is_thumbprint(text) => {
            let text = "The parameter dpop_jkt is not the base64url form of a SHA-256 thumbprint.";
            Err(ProtocolError::invalid_request(text))
        }
        named => Ok(named.map(str::to_owned)),
    }
}

fn missing_proof() -> ProtocolError {
    let text = "The access tokens of this client are bound to a DPoP key; the request has no proof.";
    ProtocolError::new(ErrorCode::InvalidDpopProof, text)
}

/// Whether a request to a resource of ours shows what its token is bound to. RFC 9449 §7, RFC 8705 §3.
///
/// The error is a refusal of the endpoints that issue tokens; a resource answers it with 401 and a challenge.
pub async fn prove(
    ops: &Ops,
    head: &ProtocolHead,
    token: &Secret<String>,
    bound_to: &Confirmation,
) -> Result<bool, ProtocolError> {
    match bound_to {
        Confirmation::Key(jkt) => match proof::verify(ops, head, Some(token)).await? {
            Some(shown) => Ok(shown == *jkt),
            None => Err(proof::refuse("The request has no DPoP proof.")),
        },
        Confirmation::Certificate(x5t) => {
            let shown = head.certificate.as_ref();
            Ok(shown.is_some_and(|shown| certificate::thumbprint(shown.der()) == *x5t))
        }
    }
}
