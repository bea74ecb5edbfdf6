//! Keys of a client, for private_key_jwt and signed requests.

use serde_json::Value;
use serde_json::json;

use crate::node::play;

/// A key pair as JWKs: `private` is for the description's `key`, `public` for the registration's `jwks`.
pub(crate) struct KeyPair {
    pub(crate) private: Value,
    pub(crate) public: Value,
}

impl KeyPair {
    /// A fresh one for this algorithm.
    pub(crate) async fn make(alg: &str, kid: &str) -> Self {
        let about = json!({ "alg": alg, "kid": kid });
        let made = play("keygen", &about, async |_, _| json!({})).await;
        let mut made = made.expect("a key pair");
        Self {
            private: made["private"].take(),
            public: made["public"].take(),
        }
    }
}

#[tokio::test]
async fn a_client_can_make_a_key_pair_of_every_algorithm() {
    for (alg, kty) in [
        ("RS256", "RSA"),
        ("PS256", "RSA"),
        ("ES256", "EC"),
        ("EdDSA", "OKP"),
    ] {
        let pair = KeyPair::make(alg, "k1").await;
        for key in [&pair.private, &pair.public] {
            assert_eq!(
                (&key["kty"], &key["alg"], &key["kid"]),
                (&kty.into(), &alg.into(), &"k1".into())
            );
        }
        assert!(pair.private["d"].is_string() && pair.public["d"].is_null());
    }
}
