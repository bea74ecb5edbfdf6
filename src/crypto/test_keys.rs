//! Keys for the unit tests of this folder: two of each algorithm, made once, since RSA keys take their time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::LazyLock;

use serde_json::Value;
use serde_json::json;

use crate::crypto::keys;
use crate::crypto::keys::SigningKey;
use crate::domain::signing_alg::SigningAlg;
use crate::domain::time::Timestamp;

type Pairs = BTreeMap<SigningAlg, (Arc<SigningKey>, Vec<u8>)>;

static MINE: LazyLock<Pairs> = LazyLock::new(make);
static OTHER: LazyLock<Pairs> = LazyLock::new(make);

fn make() -> Pairs {
    let one = |alg: &SigningAlg| {
        let made = keys::generate(*alg, 2048).unwrap();
        let der = made.private_der.expose().clone();
        let key = SigningKey::parse(made.jwk, &made.private_der, Timestamp::from_secs(0), None).unwrap();
        (*alg, (Arc::new(key), der))
    };
    SigningAlg::ALL.iter().map(one).collect()
}

/// A key.
pub(in crate::crypto) fn mine(alg: SigningAlg) -> Arc<SigningKey> {
    Arc::clone(&MINE[&alg].0)
}

/// Another key.
pub(in crate::crypto) fn other(alg: SigningAlg) -> Arc<SigningKey> {
    Arc::clone(&OTHER[&alg].0)
}

/// The public part of [`mine`], as a client would publish it.
pub(in crate::crypto) fn public(alg: SigningAlg) -> Value {
    serde_json::to_value(&mine(alg).jwk).unwrap()
}

/// A key set of [`mine`] of every algorithm.
pub(in crate::crypto) fn jwks() -> Value {
    json!({ "keys": SigningAlg::ALL.iter().map(|alg| public(*alg)).collect::<Vec<_>>() })
}
