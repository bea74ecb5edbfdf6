//! A certificate of an authority that we trust, by its subject. RFC 8705 §2.1.

use std::net::IpAddr;

use crate::crypto::certificate;
use crate::crypto::certificate::Names;
use crate::domain::client::AuthMethod;
use crate::domain::client::ClientMetadata;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Carrier;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::Prove;
use crate::oidc::client_auth::Proved;
use crate::web::certificate::ClientCertificate;

/// `tls_client_auth`.
pub(super) const METHOD: Method = Method {
    method: AuthMethod::TlsClientAuth,
    carrier: Carrier::ClientId,
    offered: |config| config.sees_client_certificates() && !config.tls.client_ca.is_empty(),
    prove: Prove::Now(prove),
};

impl<'a> Attempt<'a> {
    /// The certificate that the client has shown to own.
    pub(super) fn certificate(&self) -> Result<&'a ClientCertificate, &'static str> {
        let certificate = self.form.head.certificate.as_ref();
        certificate.ok_or("the request came without a client certificate")
    }
}

fn prove(attempt: &Attempt<'_>) -> Proved {
    let certificate = attempt.certificate()?;
    let ops = attempt.ops;
    if !certificate::chain_is_valid(certificate.chain(), &ops.client_roots, ops.now()) {
        return Err("the client certificate is not of a trusted authority, or not valid now");
    }
    let names = certificate::names(certificate.der()).map_err(|_| "the client certificate cannot be read")?;
    if is_named(&attempt.client.metadata, &names) {
        Ok(())
    } else {
        Err("the client certificate is somebody else's")
    }
}

/// Whether the registered name is one of the certificate's. RFC 8705 §2.1.2.
fn is_named(client: &ClientMetadata, names: &Names) -> bool {
    if let Some(subject) = &client.tls_client_auth_subject_dn {
        return certificate::is_subject(subject, names);
    }
    if let Some(dns) = &client.tls_client_auth_san_dns {
        return names.san_dns.iter().any(|name| name.eq_ignore_ascii_case(dns));
    }
    if let Some(uri) = &client.tls_client_auth_san_uri {
        return names.san_uri.contains(uri);
    }
    if let Some(ip) = &client.tls_client_auth_san_ip {
        let ip: Option<IpAddr> = ip.parse().ok();
        return ip.is_some_and(|ip| names.san_ip.contains(&ip));
    }
    let email = client.tls_client_auth_san_email.as_ref();
    email.is_some_and(|email| names.san_email.contains(email))
}
