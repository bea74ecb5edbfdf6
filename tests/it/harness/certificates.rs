//! Certificates for tests: an authority, what it issues, and self-signed ones.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::DistinguishedName;
use rcgen::DnType;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::SanType;
use rcgen::date_time_ymd;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::Value;
use serde_json::json;

/// A certificate with its key.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: Arc<KeyPair>,
}

impl Credential {
    fn of(certificate: &rcgen::Certificate, key: KeyPair) -> Self {
        let certificate = certificate.der().clone();
        let key = Arc::new(key);
        Self { certificate, key }
    }

    /// Signed by itself; valid long ago only when `expired`.
    pub(crate) fn self_signed(name: &str, expired: bool) -> Self {
        Self::with_key(name, expired, KeyPair::generate().expect("a key"))
    }

    /// Signed by itself, with this key.
    pub(crate) fn with_key(name: &str, expired: bool, key: KeyPair) -> Self {
        let params = params(name, &[], expired);
        Self::of(&params.self_signed(&key).expect("a certificate"), key)
    }

    pub(crate) fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }

    /// As a client registers it. RFC 8705 §2.2.2.
    pub(crate) fn jwks(&self) -> Value {
        let key = self.key.public_key_raw();
        let number = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        let (x, y) = (number(&key[1..33]), number(&key[33..65]));
        let x5c = [STANDARD.encode(&self.certificate)];
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": x, "y": y, "x5c": x5c }] })
    }

    /// The certificate in PEM.
    pub(crate) fn pem(&self) -> String {
        let base64 = STANDARD.encode(&self.certificate);
        let lines: Vec<&str> = base64
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).expect("base64"))
            .collect();
        let lines = lines.join("\n");
        format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
    }

    /// The certificate as a proxy passes it (RFC 9440).
    pub(crate) fn header(&self) -> String {
        format!(":{}:", STANDARD.encode(&self.certificate))
    }

    /// The certificate as nginx passes it.
    pub(crate) fn escaped_pem(&self) -> String {
        utf8_percent_encode(&self.pem(), NON_ALPHANUMERIC).to_string()
    }
}

/// Issues certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = authority_params(name);
        let certificate = params.self_signed(&key).expect("a certificate");
        let issuer = Issuer::new(params, key);
        Self { issuer, certificate }
    }

    /// An authority below this one.
    pub(crate) fn intermediate(&self, name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = authority_params(name);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let issuer = Issuer::new(params, key);
        Self { issuer, certificate }
    }

    /// Its certificate in PEM.
    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    /// A certificate for a client or a server with these alternative names.
    pub(crate) fn issue(&self, name: &str, alternative: &[SanType], expired: bool) -> Credential {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(name, alternative, expired).signed_by(&key, &self.issuer);
        Credential::of(&certificate.expect("a certificate"), key)
    }

    /// A certificate for a server.
    pub(crate) fn server(&self, host: &str) -> Credential {
        let host = match host.parse() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(host.try_into().expect("ASCII")),
        };
        self.issue("server", &[host], false)
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = params(name, &[], false);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn params(name: &str, alternative: &[SanType], expired: bool) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "DE");
    subject.push(DnType::OrganizationName, "Example, Inc.");
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params.subject_alt_names = alternative.to_vec();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(if expired { 2021 } else { 4000 }, 1, 1);
    params
}
