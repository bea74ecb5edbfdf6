//! Key sets of others.

use super::*;
use crate::crypto::jose::ForeignError;
use crate::crypto::jose::ForeignKeys;
use crate::crypto::jose::MAX_KEYS;
use crate::crypto::jose::verify_foreign;
use crate::crypto::test_keys;

fn with(base: &Value, name: &str, value: Value) -> Value {
    let mut jwk = base.clone();
    jwk[name] = value;
    jwk
}

fn without(base: &Value, name: &str) -> Value {
    let mut jwk = base.clone();
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}

fn set(keys: &[Value]) -> Value {
    json!({ "keys": keys })
}

#[test]
fn a_set_with_anything_secret_or_broken_is_refused_whole() {
    let rsa = test_keys::public(SigningAlg::RS256);
    let ec = test_keys::public(SigningAlg::ES256);
    let ed = test_keys::public(SigningAlg::EdDSA);
    let mut bad: Vec<Value> = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]
        .iter()
        .map(|name| with(&rsa, name, json!("AQAB")))
        .collect();
    let short = |text: &Value| json!(text.as_str().unwrap()[..40]);
    let small = URL_SAFE_NO_PAD.encode([0xff; 128]);
    let almost = URL_SAFE_NO_PAD.encode([&[0x7f][..], &[0xff; 255]].concat());
    let zero_first = URL_SAFE_NO_PAD.encode([&[0][..], &[0xff; 256]].concat());
    let huge = URL_SAFE_NO_PAD.encode([0xff; 1_025]);
    bad.extend([small, almost, zero_first, huge].map(|n| with(&rsa, "n", json!(n))));
    bad.extend([
        with(&ec, "d", json!("AQAB")),
        with(&ed, "d", json!(null)),
        json!({"kty": "oct", "k": "c2VjcmV0"}),
        json!({"kty": "oct"}),
        json!({"kty": "AKP", "priv": "AA"}),
        without(&rsa, "kty"),
        with(&rsa, "kty", json!(1)),
        without(&rsa, "n"),
        with(&rsa, "n", json!(1)),
        with(&rsa, "n", json!("not base64url!")),
        with(&rsa, "e", json!("")),
        with(&rsa, "kid", json!(1)),
        with(&rsa, "kid", json!(null)),
        with(&rsa, "key_ops", json!("verify")),
        without(&ec, "y"),
        with(&ec, "x", short(&ec["x"])),
        with(&ec, "y", ec["x"].clone()),
        with(&ed, "x", short(&ed["x"])),
        json!("key"),
        json!(null),
    ]);
    for jwk in bad {
        assert!(
            ForeignKeys::from_value(&set(std::slice::from_ref(&jwk))).is_err(),
            "{jwk}"
        );
        assert!(
            ForeignKeys::from_value(&set(&[ec.clone(), jwk.clone()])).is_err(),
            "{jwk}"
        );
    }
    for bad in [json!({}), json!({"keys": {}}), json!([]), json!(null), json!(ec)] {
        assert!(ForeignKeys::from_value(&bad).is_err(), "{bad}");
    }
    for bad in ["", "{", "jwks"] {
        assert!(ForeignKeys::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_set_has_a_greatest_number_of_keys() {
    let ec = test_keys::public(SigningAlg::ES256);
    assert!(ForeignKeys::from_value(&set(&vec![ec.clone(); MAX_KEYS])).is_ok());
    assert!(ForeignKeys::from_value(&set(&vec![ec; MAX_KEYS + 1])).is_err());
}

#[test]
fn keys_for_something_else_are_passed_over() {
    let ec = test_keys::public(SigningAlg::ES256);
    let other = [
        with(&ec, "use", json!("enc")),
        with(&ec, "key_ops", json!(["deriveKey"])),
        with(&ec, "alg", json!("ECDH-ES")),
        with(&ec, "crv", json!("P-521")),
        json!({"kty": "OKP", "crv": "X25519", "x": "AA"}),
        json!({"kty": "future", "z": 1}),
    ];
    let keys = ForeignKeys::from_value(&set(&other)).unwrap();
    assert!(keys.is_empty());
    assert!(!keys.has(SigningAlg::ES256));
    let keys = ForeignKeys::parse(&set(&[&other[..], &[ec]].concat()).to_string()).unwrap();
    assert!(keys.has(SigningAlg::ES256) && !keys.has(SigningAlg::RS256) && !keys.is_empty());
    assert!(ForeignKeys::parse(r#"{"keys": []}"#).unwrap().is_empty());
}

#[test]
fn a_key_serves_the_algorithm_that_its_owner_names_or_all_that_fit() {
    let key = test_keys::mine(SigningAlg::PS256);
    let token = signed(&key, &json!({"alg": "PS256", "kid": key.jwk.kid}), &json!({}));
    let jwk = test_keys::public(SigningAlg::PS256);
    let verify = |jwk: Value| {
        let keys = ForeignKeys::from_value(&set(&[jwk])).unwrap();
        verify_foreign(&token, &keys, SigningAlg::ALL).map(|_| ())
    };
    assert_eq!(verify(jwk.clone()), Ok(()));
    assert_eq!(verify(without(&without(&jwk, "alg"), "use")), Ok(()));
    assert_eq!(
        verify(with(&jwk, "alg", json!("RS256"))),
        Err(ForeignError::UnknownKey)
    );
    // the algorithm of another type of key
    let keys = ForeignKeys::from_value(&set(&[without(&jwk, "alg")])).unwrap();
    let rs = keys.has(SigningAlg::RS256) && keys.has(SigningAlg::PS256);
    assert!(rs && !keys.has(SigningAlg::ES256) && !keys.has(SigningAlg::EdDSA));
    let ed = with(&test_keys::public(SigningAlg::EdDSA), "alg", json!("Ed25519"));
    assert!(
        ForeignKeys::from_value(&set(&[ed]))
            .unwrap()
            .has(SigningAlg::EdDSA)
    );
}

#[test]
fn keys_without_a_name_are_all_tried() {
    let mine = test_keys::mine(SigningAlg::ES256);
    let unnamed = |key: &SigningKey| without(&serde_json::to_value(&key.jwk).unwrap(), "kid");
    let keys = [unnamed(&test_keys::other(SigningAlg::ES256)), unnamed(&mine)];
    let keys = ForeignKeys::from_value(&set(&keys)).unwrap();
    for head in [json!({"alg": "ES256"}), json!({"alg": "ES256", "kid": "some"})] {
        assert!(verify_foreign(&signed(&mine, &head, &json!({})), &keys, SigningAlg::ALL).is_ok());
    }
    // a token without a name may be by any key of the set
    let all = ForeignKeys::from_value(&test_keys::jwks()).unwrap();
    let token = signed(&mine, &json!({"alg": "ES256"}), &json!({}));
    assert!(verify_foreign(&token, &all, SigningAlg::ALL).is_ok());
    let other = test_keys::other(SigningAlg::ES256);
    let token = signed(&other, &json!({"alg": "ES256"}), &json!({}));
    assert_eq!(
        verify_foreign(&token, &all, SigningAlg::ALL).unwrap_err(),
        ForeignError::UnknownKey
    );
}

#[test]
fn ed25519_is_another_name_for_eddsa_and_nothing_else() {
    let keys = ForeignKeys::from_value(&test_keys::jwks()).unwrap();
    let mine = test_keys::mine(SigningAlg::EdDSA);
    let head = json!({"alg": "Ed25519", "kid": mine.jwk.kid});
    let token = signed(&mine, &head, &json!({"sub": "a"}));
    let read = verify_foreign(&token, &keys, &[SigningAlg::EdDSA]).unwrap();
    assert_eq!(read.claims["sub"], "a");
    let refused = |token: &str, allowed| verify_foreign(token, &keys, allowed).unwrap_err();
    assert_eq!(refused(&token, &[SigningAlg::ES256]), ForeignError::Algorithm);
    let forged = signed(&test_keys::other(SigningAlg::EdDSA), &head, &json!({"sub": "a"}));
    assert_eq!(refused(&forged, &[SigningAlg::EdDSA]), ForeignError::Signature);
    let rsa = test_keys::mine(SigningAlg::RS256);
    let confused = signed(&rsa, &json!({"alg": "Ed25519", "kid": rsa.jwk.kid}), &json!({}));
    assert_eq!(refused(&confused, &[SigningAlg::EdDSA]), ForeignError::UnknownKey);
}
