//! What is read from client certificates, and whom they are believed (RFC 8705).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::crypto::certificate;
use gatepost::crypto::certificate::ClientRoots;
use gatepost::crypto::certificate::Names;
use gatepost::domain::time::Timestamp;
use rcgen::KeyPair;
use rcgen::PublicKeyData as _;
use rcgen::SanType;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;
use serde_json::json;

use crate::harness::Authority;
use crate::harness::Credential;

/// 2026-01-01.
const NOW: Timestamp = Timestamp::from_secs(1_767_225_600);

#[test]
fn names_are_read_and_the_subject_is_written_as_in_rfc_4514() {
    let alternative = [
        SanType::DnsName("app.example.com".try_into().unwrap()),
        SanType::URI("https://app.example.com/".try_into().unwrap()),
        SanType::IpAddress("192.0.2.7".parse().unwrap()),
        SanType::IpAddress("2001:db8::7".parse().unwrap()),
        SanType::Rfc822Name("app@example.com".try_into().unwrap()),
    ];
    let client = Authority::new("ca").issue("app", &alternative, false);
    let names = certificate::names(&client.certificate).unwrap();
    assert_eq!(
        names,
        Names {
            subject_dn: "CN=app,O=Example\\, Inc.,C=DE".to_owned(),
            san_dns: vec!["app.example.com".to_owned()],
            san_uri: vec!["https://app.example.com/".to_owned()],
            san_ip: vec!["192.0.2.7".parse().unwrap(), "2001:db8::7".parse().unwrap()],
            san_email: vec!["app@example.com".to_owned()],
        }
    );
    for (registered, same) in [
        ("CN=app,O=Example\\, Inc.,C=DE", true),
        ("cn=app, o=Example\\2c Inc., c=DE", true),
        ("C=DE,O=Example\\, Inc.,CN=app", false),
        ("CN=app", false),
        ("CN=App,O=Example\\, Inc.,C=DE", false),
        ("", false),
    ] {
        assert_eq!(certificate::is_subject(registered, &names), same, "{registered}");
    }
    assert!(
        !certificate::is_subject("", &Names::default()),
        "a subject without a name"
    );
    assert!(certificate::names(b"no certificate").is_err());
    assert!(certificate::names(&[&client.certificate[..], b"more"].concat()).is_err());
}

/// A certificate of OpenSSL, whose thumbprint it printed too.
#[test]
fn the_thumbprint_is_the_sha256_of_the_certificate() {
    let pem = include_str!("fixtures/client.pem");
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let expected: Vec<u8> = include_str!("fixtures/client.sha256")
        .trim()
        .split(':')
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    assert_eq!(certificate::thumbprint(&der), URL_SAFE_NO_PAD.encode(expected));
    let names = certificate::names(&der).unwrap();
    let expected =
        "1.2.840.113549.1.9.1=#160f617070406578616d706c652e636f6d,CN=app+OU=a\\+b,O=Exämple,DC=example,C=DE";
    assert_eq!(names.subject_dn, expected);
    // as OpenSSL prints it
    let printed = "emailAddress=app@example.com,OU=a\\+b+CN=app,O=Ex\\C3\\A4mple,DC=example,C=DE";
    assert!(certificate::is_subject(printed, &names));
}

fn jwks(jwk: &Value) -> Value {
    json!({ "keys": [{ "kty": "oct" }, jwk] })
}

fn ec(key: &KeyPair, curve: &str) -> Value {
    let (x, y) = key.der_bytes()[1..].split_at(key.der_bytes().len() / 2);
    json!({ "kty": "EC", "crv": curve, "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) })
}

#[test]
fn a_self_signed_certificate_matches_its_registered_key_or_itself() {
    let p256 = Credential::self_signed("app", true);
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let p384 = Credential::with_key("app", false, p384);
    let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let ed25519 = Credential::with_key("app", false, ed25519);
    let okp = |key: &[u8]| json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key) });
    let x5c = |c: &Credential| json!({ "kty": "EC", "x5c": [STANDARD.encode(&c.certificate)] });
    let mut another_y = ec(&p256.key, "P-256");
    another_y["y"] = ec(&Credential::self_signed("b", false).key, "P-256")["y"].clone();
    for (credential, jwk, matches) in [
        (&p256, ec(&p256.key, "P-256"), true),
        (&p384, ec(&p384.key, "P-384"), true),
        (&ed25519, okp(ed25519.key.der_bytes()), true),
        (&p256, x5c(&p256), true),
        (&p256, x5c(&p384), false),
        (
            &p256,
            json!({ "kty": "EC", "x5c": [[], STANDARD.encode(&p256.certificate)] }),
            false,
        ),
        (&p256, ec(&p256.key, "P-384"), false),
        (&p256, ec(&p384.key, "P-384"), false),
        (&p256, another_y, false),
        (&ed25519, okp(&[0; 32]), false),
        (&p256, json!({ "kty": "EC", "crv": "P-256" }), false),
        (&p256, json!("text"), false),
    ] {
        let found = certificate::public_jwk_matches(&credential.certificate, &jwks(&jwk));
        assert_eq!(found, matches, "{jwk}");
    }
    assert!(!certificate::public_jwk_matches(&p256.certificate, &json!({})));
    assert!(!certificate::public_jwk_matches(b"x", &jwks(&x5c(&p256))));
}

#[test]
fn an_rsa_certificate_matches_its_modulus() {
    let pem = include_str!("fixtures/client.pem");
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let modulus = include_str!("fixtures/client.modulus").trim();
    let modulus: Vec<u8> = (0..modulus.len() / 2)
        .map(|at| u8::from_str_radix(&modulus[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let jwk = |n: &[u8], e: &str| json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": e });
    assert!(certificate::public_jwk_matches(
        &der,
        &jwks(&jwk(&modulus, "AQAB"))
    ));
    assert!(!certificate::public_jwk_matches(
        &der,
        &jwks(&jwk(&modulus, "Aw"))
    ));
    assert!(!certificate::public_jwk_matches(
        &der,
        &jwks(&jwk(&modulus[1..], "AQAB"))
    ));
    assert!(!certificate::public_jwk_matches(&der, &jwks(&jwk(&[], "AQAB"))));
}

#[test]
fn a_chain_is_believed_when_an_authority_issued_it_and_it_is_valid_now() {
    let root = Authority::new("root");
    let intermediate = root.intermediate("intermediate");
    let roots = ClientRoots::new(&[root.der()]).unwrap();
    let der = |c: &Credential| c.certificate.to_vec();
    let direct = root.issue("app", &[], false);
    let below = intermediate.issue("app", &[], false);
    let expired = root.issue("app", &[], true);
    let stranger = Authority::new("root").issue("app", &[], false);
    let own = Credential::self_signed("app", false);
    let valid = |chain: &[Vec<u8>], roots: &ClientRoots, now| certificate::chain_is_valid(chain, roots, now);
    assert!(valid(&[der(&direct)], &roots, NOW));
    assert!(valid(&[der(&below), intermediate.der().to_vec()], &roots, NOW));
    assert!(!valid(&[der(&below)], &roots, NOW), "the intermediate is missing");
    assert!(!valid(&[der(&expired)], &roots, NOW), "expired");
    assert!(
        valid(&[der(&expired)], &roots, Timestamp::from_secs(1_590_000_000)),
        "in 2020"
    );
    assert!(
        !valid(&[der(&direct)], &roots, Timestamp::from_secs(0)),
        "not valid yet"
    );
    assert!(
        !valid(&[der(&stranger)], &roots, NOW),
        "an authority of the same name"
    );
    assert!(!valid(&[der(&own)], &roots, NOW), "self-signed");
    assert!(!valid(&[], &roots, NOW));
    assert!(!valid(&[b"x".to_vec()], &roots, NOW));
    assert!(
        !valid(&[der(&direct)], &ClientRoots::new(&[]).unwrap(), NOW),
        "no authorities"
    );
    assert!(ClientRoots::new(&[CertificateDer::from(b"x".to_vec())]).is_err());
}
