//! Client certificates (RFC 8705): their thumbprint, their names, their key, and who issued them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::UnixTime;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use serde_json::Value;
use sha2::Digest as _;
use sha2::Sha256;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;

use crate::crypto::CryptoError;
use crate::crypto::distinguished_name;
use crate::domain::time::Timestamp;

const UNREADABLE: CryptoError = CryptoError("the certificate cannot be read");

/// `x5t#S256`: the SHA-256 of a certificate in base64url (RFC 8705 §3.1).
pub fn thumbprint(der: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(der))
}

/// Whom a certificate names (RFC 8705 §2.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The subject, as in RFC 4514; compare with [`is_subject`].
    pub subject_dn: String,
    /// DNS names.
    pub san_dns: Vec<String>,
    /// URIs.
    pub san_uri: Vec<String>,
    /// Addresses.
    pub san_ip: Vec<IpAddr>,
    /// Mail addresses.
    pub san_email: Vec<String>,
}

/// Reads the names in a certificate. Names that cannot be read are left out, so that they match nothing.
pub fn names(der: &[u8]) -> Result<Names, CryptoError> {
    let certificate = parse(der)?;
    let mut names = Names {
        subject_dn: distinguished_name::write(certificate.subject()),
        ..Names::default()
    };
    // two of these extensions are an error, not the first or the last of them
    let alternative = certificate.subject_alternative_name().map_err(|_| UNREADABLE)?;
    for name in alternative
        .iter()
        .flat_map(|extension| &extension.value.general_names)
    {
        match name {
            GeneralName::DNSName(dns) => names.san_dns.push((*dns).to_owned()),
            GeneralName::URI(uri) => names.san_uri.push((*uri).to_owned()),
            GeneralName::RFC822Name(email) => names.san_email.push((*email).to_owned()),
            GeneralName::IPAddress(bytes) => names.san_ip.extend(address(bytes)),
            GeneralName::OtherName(..)
            | GeneralName::X400Address(_)
            | GeneralName::DirectoryName(_)
            | GeneralName::EDIPartyName(_)
            | GeneralName::RegisteredID(_)
            | GeneralName::Invalid(..) => {}
        }
    }
    Ok(names)
}

/// Whether a registered subject (RFC 4514) is that of a certificate. Spaces around separators, the case of attribute
/// types and the spelling of escapes do not matter; values do, byte by byte.
pub fn is_subject(registered: &str, names: &Names) -> bool {
    match (
        distinguished_name::parse(registered),
        distinguished_name::parse(&names.subject_dn),
    ) {
        (Some(registered), Some(subject)) => !subject.is_empty() && registered == subject,
        _ => false,
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

fn parse(der: &[u8]) -> Result<X509Certificate<'_>, CryptoError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(UNREADABLE),
    }
}

/// Whether the key of a certificate, or the certificate itself as the first of `x5c`, is registered in a JWK set
/// (RFC 8705 §2.2.2). What counts is what was registered: issuer and expiry are not looked at.
pub fn public_jwk_matches(der: &[u8], jwks: &Value) -> bool {
    let Ok(certificate) = parse(der) else {
        return false;
    };
    let keys = jwks.get("keys").and_then(Value::as_array);
    keys.into_iter()
        .flatten()
        .any(|jwk| is_first_of_x5c(der, jwk) || has_key(&certificate, jwk))
}

fn is_first_of_x5c(der: &[u8], jwk: &Value) -> bool {
    let first = jwk.get("x5c").and_then(|x5c| x5c.get(0)).and_then(Value::as_str);
    first.and_then(|text| STANDARD.decode(text).ok()).as_deref() == Some(der)
}

fn has_key(certificate: &X509Certificate<'_>, jwk: &Value) -> bool {
    let text = |member: &str| jwk.get(member).and_then(Value::as_str);
    let bytes = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok();
    let info = certificate.public_key();
    match (text("kty"), info.parsed()) {
        (Some("RSA"), Ok(PublicKey::RSA(key))) => {
            let same = |member: &str, number: &[u8]| {
                bytes(member).is_some_and(|given| !given.is_empty() && unsigned(&given) == unsigned(number))
            };
            same("n", key.modulus) && same("e", key.exponent)
        }
        (Some("EC"), Ok(PublicKey::EC(point))) => {
            let parameters = info
                .algorithm
                .parameters
                .as_ref()
                .and_then(|any| any.as_oid().ok());
            let curve = parameters.map(|oid| oid.to_id_string());
            let (Some(x), Some(y)) = (bytes("x"), bytes("y")) else {
                return false;
            };
            curve.is_some_and(|oid| CURVES.contains(&(text("crv").unwrap_or_default(), oid.as_str())))
                && point.data() == [&[4], x.as_slice(), y.as_slice()].concat()
        }
        (Some("OKP"), _) => {
            let ed25519 = info.algorithm.algorithm.to_id_string() == "1.3.101.112";
            let key: &[u8] = &info.subject_public_key.data;
            ed25519 && text("crv") == Some("Ed25519") && bytes("x").is_some_and(|x| x == key)
        }
        _ => false,
    }
}

const CURVES: &[(&str, &str)] = &[
    ("P-256", "1.2.840.10045.3.1.7"),
    ("P-384", "1.3.132.0.34"),
    ("P-521", "1.3.132.0.35"),
];

/// A number without zeros in front.
fn unsigned(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Authorities that issue client certificates. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ClientRoots(Option<Arc<dyn ClientCertVerifier>>);

impl ClientRoots {
    /// From the certificates of the authorities; without any, no chain is valid.
    pub fn new(authorities: &[CertificateDer<'static>]) -> Result<Self, CryptoError> {
        if authorities.is_empty() {
            return Ok(Self(None));
        }
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            let added = roots.add(authority.clone());
            added.map_err(|_| CryptoError("a certificate is not one of an authority"))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let verifier = verifier.map_err(|_| CryptoError("the authorities cannot be used"))?;
        Ok(Self(Some(verifier)))
    }
}

/// Whether one of the authorities issued a certificate for a client, which is valid now: `tls_client_auth`
/// (RFC 8705 §2.1). The intermediates of the chain may come from the client.
pub fn chain_is_valid(chain: &[Vec<u8>], roots: &ClientRoots, now: Timestamp) -> bool {
    let (Some(verifier), Some((leaf, intermediates))) = (&roots.0, chain.split_first()) else {
        return false;
    };
    let leaf = CertificateDer::from(leaf.as_slice());
    let intermediates: Vec<_> = intermediates
        .iter()
        .map(|der| CertificateDer::from(der.as_slice()))
        .collect();
    let secs = u64::try_from(now.as_secs()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(secs));
    verifier.verify_client_cert(&leaf, &intermediates, now).is_ok()
}
