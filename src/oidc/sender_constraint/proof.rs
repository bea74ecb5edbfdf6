//! DPoP proofs: whether one belongs to this request and is fresh. RFC 9449 §4.3.

use axum::http::HeaderName;
use url::Url;

use crate::crypto::jose::dpop;
use crate::crypto::jose::dpop::ProofClaims;
use crate::domain::error_code::ErrorCode;
use crate::domain::secret::Secret;
use crate::domain::secret::TokenHash;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;
use crate::error::ProtocolError;
use crate::oidc::protocol_form::ProtocolHead;
use crate::oidc::sender_constraint::nonce;
use crate::ops::Ops;
use crate::ops::replay;

/// `dpop_signing_alg_values_supported`: what every profile allows.
pub const ALGS: &[SigningAlg] = SigningAlg::FAPI;

static HEADER: HeaderName = HeaderName::from_static("dpop");

/// How old a proof may be, and how far the clock of a client may be ahead of ours, in seconds.
const WINDOW_SECS: i64 = 60;

/// A proof that is not right.
pub(super) fn refuse(text: &'static str) -> ProtocolError {
    ProtocolError::new(ErrorCode::InvalidDpopProof, text)
}

/// The thumbprint of the key that made the proof of this request; `None` when the request has no proof. At a resource
/// the proof must be for the token. A proof counts once, on all nodes together.
pub(super) async fn verify(
    ops: &Ops,
    head: &ProtocolHead,
    token: Option<&Secret<String>>,
) -> Result<Option<String>, ProtocolError> {
    let mut values = head.headers.get_all(&HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(refuse("The request has more than one DPoP proof."));
    }
    let proof = value.to_str().map_err(|_| "the header is not ASCII");
    let proof = proof.and_then(|text| dpop::parse(text, ALGS)).map_err(|reason| {
        refuse("The DPoP proof is not a signed JWT as RFC 9449 demands.").because(reason)
    })?;
    judge(ops, head, token, &proof.claims)?;
    nonce::check(ops, proof.claims.nonce.as_deref())?;
    // as long as some node might take it: our clocks may differ too
    let until = Timestamp::from_secs(proof.claims.iat + 2 * WINDOW_SECS);
    let (kind, jti) = (replay::Kind::DpopProof, &proof.claims.jti);
    if !replay::first_use(ops, kind, &proof.jkt, jti, until).await? {
        return Err(refuse("The DPoP proof has been used before."));
    }
    Ok(Some(proof.jkt))
}

fn judge(
    ops: &Ops,
    head: &ProtocolHead,
    token: Option<&Secret<String>>,
    claims: &ProofClaims,
) -> Result<(), ProtocolError> {
    if claims.htm != head.method.as_str() {
        return Err(refuse(
            "The htm of the DPoP proof is not the method of the request.",
        ));
    }
    if !is_here(ops, head, &claims.htu) {
        return Err(refuse(
            "The htu of the DPoP proof is not the address of the request.",
        ));
    }
    if (ops.now().as_secs() - claims.iat).abs() > WINDOW_SECS {
        return Err(refuse("The DPoP proof was not made just now; check the clock."));
    }
    // the hash of RFC 9449 §4.2 is the one that the store knows tokens by
    if token.is_some_and(|token| claims.ath.as_deref() != Some(TokenHash::of(token).as_str())) {
        return Err(refuse(
            "The ath of the DPoP proof is not that of the access token.",
        ));
    }
    Ok(())
}

/// Whether `htu` is where the request went, by our issuer or by the address for certificates. RFC 9449 §4.3 step 9.
fn is_here(ops: &Ops, head: &ProtocolHead, htu: &str) -> bool {
    let Some(claimed) = plain(htu) else {
        return false;
    };
    let path = head.uri.path();
    let here = |base: &str| plain(&format!("{base}{path}")).is_some_and(|here| here == claimed);
    here(ops.issuer()) || ops.config.mtls_url().as_deref().is_some_and(here)
}

/// An address without query and fragment; parsing settles case and default port.
fn plain(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}
