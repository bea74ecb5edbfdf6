//! Certificates and private keys, written as PEM.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;

use crate::config::reader::Reader;

/// All certificates in a text; none when it is not set.
pub(super) fn certificates(reader: &mut Reader, key: &str) -> Option<Vec<CertificateDer<'static>>> {
    let Some(text) = reader.optional(key)? else {
        return Some(Vec::new());
    };
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match read {
        Ok(found) if !found.is_empty() => Some(found),
        _ => {
            let remedy = "Try a text that starts with \"-----BEGIN CERTIFICATE-----\"";
            reader.refuse(key, "must be certificates in PEM", remedy);
            None
        }
    }
}

/// The private key in a text.
pub(super) fn private_key(reader: &mut Reader, key: &str) -> Option<Option<Arc<PrivateKeyDer<'static>>>> {
    let Some(text) = reader.secret(key)? else {
        return Some(None);
    };
    if let Ok(found) = PrivateKeyDer::from_pem_slice(text.expose().as_bytes()) {
        return Some(Some(Arc::new(found)));
    }
    let remedy = "Try a text that starts with \"-----BEGIN PRIVATE KEY-----\"";
    reader.refuse(key, "must be a private key in PEM, without a password", remedy);
    None
}
