//! The certificate that a client presented: on our TLS listener, or to a trusted proxy that says so in a header.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::config::Config;
use crate::crypto::certificate;

/// The certificate of the client behind a request, a request extension. Its key was proved; whether it may be believed
/// in is for client authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate(Arc<[Vec<u8>]>);

impl ClientCertificate {
    /// From DER: the certificate, then its intermediates. None of an empty list.
    pub fn new(chain: Vec<Vec<u8>>) -> Option<Self> {
        (!chain.is_empty()).then(|| Self(chain.into()))
    }

    /// The certificate itself, in DER.
    pub fn der(&self) -> &[u8] {
        self.0.first().map_or(&[], Vec::as_slice)
    }

    /// The certificate and the intermediates that came with it, in DER.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.0
    }
}

/// What the other end of a TLS connection presented, a request extension that the TLS listener sets. The other end may
/// be a proxy: handlers read [`ClientCertificate`].
#[derive(Debug, Clone)]
pub struct Presented(pub ClientCertificate);

/// Finds the certificate of the client behind a request, and removes the header in which a proxy may pass it.
///
/// Through a trusted proxy the header alone counts: a certificate of that connection is the proxy's own.
pub fn settle(config: &Config, peer: IpAddr, request: &mut Request) {
    let presented = request.extensions_mut().remove::<Presented>().map(|p| p.0);
    let certificate = match &config.http.client_certificate_header {
        None => presented,
        Some(header) => {
            let from_header = of_header(request.headers(), header);
            request.headers_mut().remove(header);
            if config.http.trusts(peer) {
                from_header
            } else {
                presented
            }
        }
    };
    if let Some(certificate) = certificate {
        request.extensions_mut().insert(certificate);
    }
}

fn of_header(headers: &HeaderMap, name: &str) -> Option<ClientCertificate> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|value| !value.is_empty())?;
    let der = if values.next().is_some() {
        None
    } else {
        decode(value.as_bytes()).filter(|der| certificate::names(der).is_ok())
    };
    if der.is_none() {
        tracing::warn!(
            header = name,
            "a proxy passed a client certificate that cannot be read"
        );
    }
    ClientCertificate::new(vec![der?])
}

/// RFC 9440 §2.1 (`:base64:`), or PEM with URL encoding.
fn decode(value: &[u8]) -> Option<Vec<u8>> {
    if let Some(base64) = value.strip_prefix(b":") {
        return STANDARD.decode(base64.strip_suffix(b":")?).ok();
    }
    let pem: Vec<u8> = percent_decode(value).collect();
    CertificateDer::from_pem_slice(&pem).ok().map(|der| der.to_vec())
}
