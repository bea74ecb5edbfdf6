//! DPoP proofs. RFC 9449 §4.3; security.md D18.

use super::*;
use crate::crypto::jose::dpop;
use crate::crypto::jose::dpop::ProofClaims;
use crate::crypto::test_keys;

fn head(alg: SigningAlg) -> Value {
    let key = test_keys::mine(alg);
    let jwk = serde_json::to_value(&key.jwk.material).unwrap();
    json!({"typ": "dpop+jwt", "alg": alg.as_str(), "jwk": jwk})
}

fn claims() -> Value {
    json!({"jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": "https://id.test/token", "iat": 1_562_262_616})
}

#[test]
fn the_proof_of_rfc_9449_is_read() {
    // RFC 9449 §4.1, figure 1
    let proof = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rs",
        "cEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2",
        "In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2Vu",
        "IiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
    );
    let read = dpop::parse(proof, &[SigningAlg::ES256]).unwrap();
    assert_eq!(read.jkt, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    assert_eq!(
        read.claims,
        ProofClaims {
            jti: "-BwC3ESc6acc2lTc".to_owned(),
            htm: "POST".to_owned(),
            htu: "https://server.example.com/token".to_owned(),
            iat: 1_562_262_616,
            ath: None,
            nonce: None,
        }
    );
}

#[test]
fn a_proof_is_bound_to_the_key_that_it_carries() {
    for alg in SigningAlg::ALL {
        let key = test_keys::mine(*alg);
        let mut all = claims();
        all["ath"] = json!("hash");
        all["nonce"] = json!("n");
        let read = dpop::parse(&signed(&key, &head(*alg), &all), SigningAlg::ALL).unwrap();
        assert_eq!(read.jkt, key.jwk.kid, "{alg}");
        assert_eq!(
            (read.claims.ath.as_deref(), read.claims.nonce.as_deref()),
            (Some("hash"), Some("n"))
        );
        let foreign = signed(&test_keys::other(*alg), &head(*alg), &claims());
        assert_eq!(
            dpop::parse(&foreign, SigningAlg::ALL),
            Err("the signature of the proof is wrong")
        );
        let others: Vec<_> = SigningAlg::ALL.iter().copied().filter(|a| a != alg).collect();
        assert!(dpop::parse(&signed(&key, &head(*alg), &claims()), &others).is_err());
    }
}

#[test]
fn a_proof_with_a_bad_header_is_refused() {
    let key = test_keys::mine(SigningAlg::ES256);
    let rsa = serde_json::to_value(&test_keys::mine(SigningAlg::RS256).jwk.material).unwrap();
    let good = head(SigningAlg::ES256);
    assert!(dpop::parse(&signed(&key, &good, &claims()), SigningAlg::ALL).is_ok());
    let mut bad = Vec::new();
    for (name, values) in [
        (
            "typ",
            vec![json!("JWT"), json!("jwt"), json!("DPOP"), json!(null), json!(1)],
        ),
        (
            "alg",
            vec![
                json!("none"),
                json!("HS256"),
                json!("ES384"),
                json!("RS256"),
                json!(null),
            ],
        ),
        (
            "jwk",
            vec![
                json!("key"),
                json!(null),
                json!({}),
                rsa,
                json!({"kty": "oct", "k": "AA"}),
            ],
        ),
        ("crit", vec![json!(["exp"])]),
    ] {
        for value in values {
            let mut head = good.clone();
            head[name] = value;
            bad.push(head);
        }
        let mut head = good.clone();
        if head.as_object_mut().unwrap().remove(name).is_some() {
            bad.push(head);
        }
    }
    for secret in ["d", "k", "p"] {
        let mut head = good.clone();
        head["jwk"][secret] = json!("AQAB");
        bad.push(head);
    }
    for head in bad {
        let answer = dpop::parse(&signed(&key, &head, &claims()), SigningAlg::ALL);
        let why = answer.expect_err(&head.to_string());
        assert!(why.is_ascii() && !why.contains(['"', '\\']), "{why}");
    }
    let secret = good["jwk"].to_string();
    let mut hs = good.clone();
    hs["alg"] = json!("HS256");
    let forged = hmac_signed(hmac::HMAC_SHA256, secret.as_bytes(), &hs, &claims());
    assert!(dpop::parse(&forged, SigningAlg::ALL).is_err());
}

#[test]
fn a_proof_with_missing_or_mistyped_claims_is_refused() {
    let key = test_keys::mine(SigningAlg::ES256);
    for (name, values) in [
        (
            "jti",
            vec![
                json!(1),
                json!(null),
                json!(""),
                json!("x".repeat(257)),
                json!(["a"]),
            ],
        ),
        ("htm", vec![json!(1), json!(null)]),
        (
            "htu",
            vec![json!(1), json!(null), json!(["https://id.test/token"])],
        ),
        (
            "iat",
            vec![
                json!("1562262616"),
                json!(null),
                json!(-1),
                json!([1]),
                json!(1e300),
            ],
        ),
        ("ath", vec![json!(1), json!(null)]),
        ("nonce", vec![json!(1), json!(null)]),
    ] {
        for value in values {
            let mut claims = claims();
            claims[name] = value;
            let proof = signed(&key, &head(SigningAlg::ES256), &claims);
            assert!(dpop::parse(&proof, SigningAlg::ALL).is_err(), "{claims}");
        }
        let mut claims = claims();
        let required = claims.as_object_mut().unwrap().remove(name).is_some();
        let proof = signed(&key, &head(SigningAlg::ES256), &claims);
        assert_eq!(dpop::parse(&proof, SigningAlg::ALL).is_err(), required, "{name}");
    }
}
