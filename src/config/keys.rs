//! `[keys]`: which signing keys there are, how they are published and when they are replaced.

use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;
use crate::domain::signing_alg::SigningAlg;

/// Signing keys.
#[derive(Clone, Debug)]
pub struct KeysConfig {
    /// The algorithms that there are keys for, the default first.
    pub algorithms: Vec<SigningAlg>,
    /// `max-age` of the published key set.
    pub jwks_max_age: Lifetime,
    /// How long a new key is published before it signs. Never shorter than `jwks_max_age`.
    pub publish_before: Lifetime,
    /// How old a key becomes before another follows by itself; `None`: only when somebody asks.
    pub rotation_interval: Option<Lifetime>,
}

impl KeysConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let algorithms = read_algorithms(reader);
        let jwks_max_age = reader.lifetime("keys.jwks_max_age", Lifetime::from_days(1));
        let publish_before = reader.lifetime("keys.publish_before", Lifetime::from_days(30));
        let rotation_interval = reader.lifetime_or_zero("keys.rotation_interval", Lifetime::from_days(3_650));
        let (jwks_max_age, publish_before) = (jwks_max_age?, publish_before?);
        reader.not_longer(
            "keys.jwks_max_age",
            jwks_max_age,
            "keys.publish_before",
            publish_before,
        )?;
        let rotation_interval = Some(rotation_interval?).filter(|interval| !interval.is_zero());
        if let Some(interval) = rotation_interval {
            reader.not_longer(
                "keys.publish_before",
                publish_before,
                "keys.rotation_interval",
                interval,
            )?;
        }
        Some(Self {
            algorithms: algorithms?,
            jwks_max_age,
            publish_before,
            rotation_interval,
        })
    }
}

fn read_algorithms(reader: &mut Reader) -> Option<Vec<SigningAlg>> {
    let key = "keys.algorithms";
    let names = reader.list(key)?;
    if let Some(unknown) = names.iter().find(|name| SigningAlg::parse(name).is_none()) {
        let message = format!("names {unknown}; known are RS256, PS256, ES256 and EdDSA");
        reader.refuse_with_default(key, &message);
        return None;
    }
    if !names.iter().any(|name| name == SigningAlg::RS256.as_str()) {
        reader.refuse(
            key,
            "must contain RS256, which every OpenID Connect client may rely on",
            "Try the same list with \"RS256\" added",
        );
        return None;
    }
    let listed = |alg: &SigningAlg| names.iter().any(|name| name == alg.as_str());
    Some(SigningAlg::ALL.iter().copied().filter(listed).collect())
}
