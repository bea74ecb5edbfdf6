//! `[tls]`: a second listener that speaks TLS itself, so that clients can present certificates.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;

use crate::config::issuer::IssuerUrl;
use crate::config::pem;
use crate::config::reader::Reader;

/// TLS, and the certificates of clients (RFC 8705).
#[derive(Clone, Debug)]
pub struct TlsConfig {
    /// The listener; none: TLS ends at the proxy.
    pub server: Option<TlsServer>,
    /// Authorities that issue client certificates.
    pub client_ca: Vec<CertificateDer<'static>>,
    /// The address given for requests with a certificate.
    pub(super) mtls_url: Option<IssuerUrl>,
}

/// The TLS listener.
#[derive(Clone, Debug)]
pub struct TlsServer {
    /// Address and port.
    pub listen: SocketAddr,
    /// The certificate and its intermediates, leaf first.
    pub certificates: Vec<CertificateDer<'static>>,
    /// The key of the certificate; its `Debug` shows nothing of it.
    pub key: Arc<PrivateKeyDer<'static>>,
    /// What is spoken.
    pub versions: TlsVersions,
}

/// The versions of TLS that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersions {
    /// TLS 1.3 alone.
    Only13,
    /// TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM.
    From12,
}

impl TlsConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let listen = read_listen(reader);
        let certificates = pem::certificates(reader, "tls.certificate");
        let key = pem::private_key(reader, "tls.key");
        let client_ca = pem::certificates(reader, "tls.client_ca");
        let choices = [("1.3", TlsVersions::Only13), ("1.2+1.3", TlsVersions::From12)];
        let versions = reader.choice("tls.versions", &choices);
        let mtls_url = read_url(reader);
        let server = match (listen?, certificates?, key?, versions?) {
            (None, _, _, _) => None,
            (Some(listen), certificates, Some(key), versions) if !certificates.is_empty() => {
                Some(TlsServer {
                    listen,
                    certificates,
                    key,
                    versions,
                })
            }
            (Some(_), _, _, _) => {
                let remedy = "Set tls.certificate_file and tls.key_file";
                reader.refuse("tls.listen", "is set without a certificate and its key", remedy);
                return None;
            }
        };
        Some(Self {
            server,
            client_ca: client_ca?,
            mtls_url: mtls_url?,
        })
    }

    /// The public base address for requests with a client certificate, without a slash at the end: the one given, or
    /// the issuer's host with the port of the TLS listener. None: there is no such address.
    pub fn mtls_url(&self, issuer: &IssuerUrl) -> Option<String> {
        if let Some(url) = &self.mtls_url {
            return Some(url.as_str().to_owned());
        }
        let port = self.server.as_ref()?.listen.port();
        let host = issuer.host();
        Some(if port == 443 {
            format!("https://{host}")
        } else {
            format!("https://{host}:{port}")
        })
    }
}

fn read_listen(reader: &mut Reader) -> Option<Option<SocketAddr>> {
    let key = "tls.listen";
    let Some(text) = reader.optional(key)? else {
        return Some(None);
    };
    let address = text.parse().ok();
    if address.is_none() {
        reader.refuse(key, "must be an IP address and a port", "Try \"0.0.0.0:8443\"");
    }
    address.map(Some)
}

fn read_url(reader: &mut Reader) -> Option<Option<IssuerUrl>> {
    let key = "tls.mtls_url";
    let Some(text) = reader.optional(key)? else {
        return Some(None);
    };
    let url = IssuerUrl::parse(&text).ok().filter(IssuerUrl::is_https);
    if url.is_none() {
        let message = "must be an address with https, without a slash at the end";
        reader.refuse(key, message, "Try \"https://mtls.id.example.com\"");
    }
    url.map(Some)
}
