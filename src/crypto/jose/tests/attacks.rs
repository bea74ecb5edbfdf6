//! security.md D3 to D6, at the one place through which every JWT of somebody else comes.

use aws_lc_rs::hmac;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::crypto::jose::ForeignError;
use crate::crypto::jose::ForeignKeys;
use crate::crypto::jose::MAX_FOREIGN_JWT_BYTES;
use crate::crypto::jose::claims::numeric_date;
use crate::crypto::jose::peek;
use crate::crypto::jose::verify_foreign;
use crate::crypto::jose::verify_with_secret;
use crate::crypto::test_keys;
use crate::domain::secret::Secret;

fn keys() -> ForeignKeys {
    ForeignKeys::from_value(&test_keys::jwks()).unwrap()
}

fn refused(token: &str) -> ForeignError {
    verify_foreign(token, &keys(), SigningAlg::ALL).unwrap_err()
}

fn claims() -> Value {
    json!({"iss": "c", "sub": "c", "exp": 2_000_000_000})
}

#[test]
fn every_algorithm_is_accepted_where_it_is_allowed_and_nowhere_else() {
    for alg in SigningAlg::ALL {
        let key = test_keys::mine(*alg);
        let token = signed(&key, &header(*alg, &key.jwk.kid), &claims());
        let seen = verify_foreign(&token, &keys(), &[*alg]).unwrap();
        assert_eq!(seen.header.alg, alg.as_str());
        assert_eq!(seen.header.kid.as_deref(), Some(key.jwk.kid.as_str()));
        assert_eq!(Value::Object(seen.claims), claims());
        let others: Vec<_> = SigningAlg::ALL.iter().copied().filter(|a| a != alg).collect();
        assert_eq!(
            verify_foreign(&token, &keys(), &others).unwrap_err(),
            ForeignError::Algorithm
        );
        assert_eq!(
            verify_foreign(&token, &keys(), &[]).unwrap_err(),
            ForeignError::Algorithm
        );
    }
}

#[test]
fn d3_a_public_key_is_no_secret_in_whatever_form() {
    let forms = |jwk: &Value| {
        let mut forms = vec![jwk.to_string(), jwk["n"].to_string(), jwk["x"].to_string()];
        for number in ["n", "x"] {
            if let Some(text) = jwk[number].as_str() {
                let der = URL_SAFE_NO_PAD.decode(text).unwrap();
                let body = STANDARD.encode(&der);
                forms.push(format!(
                    "-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
                ));
                forms.push(body);
            }
        }
        forms
    };
    for alg in SigningAlg::ALL {
        let jwk = test_keys::public(*alg);
        for secret in forms(&jwk) {
            for (name, hash) in [
                ("HS256", hmac::HMAC_SHA256),
                ("HS384", hmac::HMAC_SHA384),
                ("HS512", hmac::HMAC_SHA512),
            ] {
                let head = json!({"alg": name, "kid": jwk["kid"]});
                let token = hmac_signed(hash, secret.as_bytes(), &head, &claims());
                assert_eq!(refused(&token), ForeignError::Algorithm, "{name}");
                // the same under the name of the key's own algorithm
                let head = json!({"alg": jwk["alg"], "kid": jwk["kid"]});
                let token = hmac_signed(hash, secret.as_bytes(), &head, &claims());
                assert_eq!(refused(&token), ForeignError::Signature, "{alg}");
            }
        }
    }
}

#[test]
fn d3_a_secret_verifies_symmetric_algorithms_only() {
    let secret = Secret::new("correct horse battery staple".to_owned());
    for (name, hash) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
    ] {
        let head = json!({ "alg": name });
        let token = hmac_signed(hash, secret.expose().as_bytes(), &head, &claims());
        let seen = verify_with_secret(&token, &secret).unwrap();
        assert_eq!(
            (seen.header.alg.as_str(), Value::Object(seen.claims)),
            (name, claims())
        );
        let wrong = hmac_signed(hash, b"wrong", &head, &claims());
        assert_eq!(
            verify_with_secret(&wrong, &secret).unwrap_err(),
            ForeignError::Signature
        );
        let empty = hmac_signed(hash, b"", &head, &claims());
        let nothing = Secret::new(String::new());
        assert_eq!(
            verify_with_secret(&empty, &nothing).unwrap_err(),
            ForeignError::UnknownKey
        );
    }
    // the hash of another algorithm than the one named
    let token = hmac_signed(
        hmac::HMAC_SHA512,
        secret.expose().as_bytes(),
        &json!({"alg": "HS256"}),
        &claims(),
    );
    assert_eq!(
        verify_with_secret(&token, &secret).unwrap_err(),
        ForeignError::Signature
    );
    for alg in SigningAlg::ALL {
        let key = test_keys::mine(*alg);
        let token = signed(&key, &header(*alg, &key.jwk.kid), &claims());
        assert_eq!(
            verify_with_secret(&token, &secret).unwrap_err(),
            ForeignError::Algorithm
        );
    }
    for none in ["none", "None", "", "hs256", "HS1", "HS224"] {
        let token = hmac_signed(
            hmac::HMAC_SHA256,
            secret.expose().as_bytes(),
            &json!({ "alg": none }),
            &claims(),
        );
        assert_eq!(
            verify_with_secret(&token, &secret).unwrap_err(),
            ForeignError::Algorithm
        );
    }
}

#[test]
fn d4_an_unsigned_token_is_refused_however_it_is_spelt() {
    let key = test_keys::mine(SigningAlg::ES256);
    let good = signed(&key, &header(SigningAlg::ES256, &key.jwk.kid), &claims());
    let signature = good.rsplit('.').next().unwrap();
    let payload = part(&claims());
    for none in [
        "none", "None", "NONE", "nOnE", "", " ", "null", "ES256 ", "es256", "ES384", "RS1",
    ] {
        let head = part(&json!({"alg": none, "kid": key.jwk.kid}));
        let token = format!("{head}.{payload}.{signature}");
        assert_eq!(refused(&token), ForeignError::Algorithm, "{none}");
        assert_eq!(
            refused(&format!("{head}.{payload}.")),
            ForeignError::Malformed,
            "{none}"
        );
        assert_eq!(
            refused(&format!("{head}.{payload}")),
            ForeignError::Malformed,
            "{none}"
        );
    }
    for head in [
        json!({"kid": key.jwk.kid}),
        json!({"alg": null}),
        json!({"alg": 1}),
        json!({"alg": ["ES256"]}),
        json!("ES256"),
        json!([]),
        json!(null),
    ] {
        let token = format!("{}.{payload}.{signature}", part(&head));
        assert_eq!(refused(&token), ForeignError::Malformed, "{head}");
    }
    let (message, _) = good.rsplit_once('.').unwrap();
    for bad in [
        message.to_owned(),
        format!("{message}."),
        format!("{good}.{signature}"),
        format!(".{good}"),
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        good.replace('.', " "),
    ] {
        assert!(verify_foreign(&bad, &keys(), SigningAlg::ALL).is_err(), "{bad:?}");
    }
}

#[test]
fn d5_the_key_never_comes_from_the_token() {
    let mallory = test_keys::other(SigningAlg::ES256);
    let jwk = serde_json::to_value(&mallory.jwk).unwrap();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.test/jwks")),
        ("x5u", json!("https://evil.test/cert")),
        ("x5c", json!(["MIIB"])),
    ] {
        for kid in [
            Some(&mallory.jwk.kid),
            Some(&test_keys::mine(SigningAlg::ES256).jwk.kid),
            None,
        ] {
            let mut head = json!({"alg": "ES256", name: value});
            if let Some(kid) = kid {
                head["kid"] = json!(kid);
            }
            assert!(verify_foreign(&signed(&mallory, &head, &claims()), &keys(), SigningAlg::ALL).is_err());
        }
    }
}

#[test]
fn d5_a_strange_kid_is_just_a_name_that_nobody_has() {
    let key = test_keys::mine(SigningAlg::ES256);
    let long = "k".repeat(8_000);
    for kid in [
        "../../etc/passwd",
        "' OR 1=1--",
        "",
        "\u{0}",
        "https://evil.test/",
        &long,
    ] {
        let token = signed(&key, &json!({"alg": "ES256", "kid": kid}), &claims());
        assert_eq!(refused(&token), ForeignError::UnknownKey, "{kid}");
    }
    for kid in [
        json!(1),
        json!(null),
        json!([key.jwk.kid]),
        json!({}),
        json!(true),
    ] {
        let token = signed(&key, &json!({"alg": "ES256", "kid": kid}), &claims());
        assert_eq!(refused(&token), ForeignError::Malformed, "{kid}");
    }
    let endless = json!({"alg": "ES256", "kid": "k".repeat(1_000_000)});
    assert_eq!(
        refused(&signed(&key, &endless, &claims())),
        ForeignError::Malformed
    );
    // the key of another algorithm, and somebody else's key under a known name
    let rsa = test_keys::mine(SigningAlg::RS256);
    let token = signed(&key, &json!({"alg": "ES256", "kid": rsa.jwk.kid}), &claims());
    assert_eq!(refused(&token), ForeignError::UnknownKey);
    let mallory = test_keys::other(SigningAlg::ES256);
    let token = signed(&mallory, &json!({"alg": "ES256", "kid": key.jwk.kid}), &claims());
    assert_eq!(refused(&token), ForeignError::Signature);
}

#[test]
fn d6_a_payload_that_readers_may_differ_about_is_refused() {
    let key = test_keys::mine(SigningAlg::EdDSA);
    let head = header(SigningAlg::EdDSA, &key.jwk.kid).to_string();
    for bad in [
        r#"{"exp": 1e400}"#,
        r#"{"exp": -1e400}"#,
        r#"{"exp": 1, "exp": 2000000000}"#,
        r#"{"exp": NaN}"#,
        r#"{"exp": 01}"#,
        "[]",
        "null",
        "\"text\"",
        "",
        "{",
        "{} {}",
    ] {
        assert_eq!(
            refused(&signed_text(&key, &head, bad)),
            ForeignError::Malformed,
            "{bad}"
        );
    }
    // a time of the wrong type is refused here or by the strict reader, and never taken for an absent one
    for bad in [r#""never""#, "null", "[1]", "{}", "-5", "1e300", "true", r#""""#] {
        let token = signed_text(&key, &head, &format!(r#"{{"sub":"c","exp":{bad},"nbf":{bad}}}"#));
        if let Ok(seen) = verify_foreign(&token, &keys(), SigningAlg::ALL) {
            assert!(numeric_date(&seen.claims, "exp").is_err(), "{bad}");
            assert!(numeric_date(&seen.claims, "nbf").is_err(), "{bad}");
        }
    }
}

#[test]
fn a_header_that_readers_may_differ_about_is_refused() {
    let key = test_keys::mine(SigningAlg::ES256);
    let kid = &key.jwk.kid;
    for bad in [
        format!(r#"{{"alg":"ES256","alg":"none","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"none","alg":"ES256","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"ES256","kid":"other","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}","crit":["b64"],"b64":false}}"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}","crit":[]}}"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}","typ":1}}"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}"}} trailing"#),
        format!("\u{feff}{{\"alg\":\"ES256\",\"kid\":\"{kid}\"}}"),
    ] {
        assert_eq!(
            refused(&signed_text(&key, &bad, "{}")),
            ForeignError::Malformed,
            "{bad}"
        );
    }
    let invalid_utf8 = [&b"{\"alg\":\"ES256\",\"x\":\""[..], &[0xff], b"\"}"].concat();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(invalid_utf8), part(&claims()));
    let token = format!(
        "{message}.{}",
        URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).unwrap())
    );
    assert_eq!(refused(&token), ForeignError::Malformed);
}

#[test]
fn a_token_has_a_greatest_length() {
    let key = test_keys::mine(SigningAlg::ES256);
    let head = header(SigningAlg::ES256, &key.jwk.kid);
    let fits = signed(&key, &head, &json!({"fill": "x".repeat(11_000)}));
    assert!(fits.len() <= MAX_FOREIGN_JWT_BYTES);
    assert!(verify_foreign(&fits, &keys(), SigningAlg::ALL).is_ok());
    let long = signed(&key, &head, &json!({"fill": "x".repeat(13_000)}));
    assert_eq!(refused(&long), ForeignError::Malformed);
    assert_eq!(peek(&long), None);
}

#[test]
fn a_peek_says_what_an_unverified_token_claims() {
    let key = test_keys::other(SigningAlg::ES256);
    let seen = peek(&signed(&key, &json!({"alg": "ES256", "kid": "k"}), &claims())).unwrap();
    assert_eq!(
        (seen.header.kid.as_deref(), &seen.claims["iss"]),
        (Some("k"), &json!("c"))
    );
    for bad in ["", "a.b", "a.b.c", "opaque"] {
        assert_eq!(peek(bad), None);
    }
}
