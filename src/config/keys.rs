//! `[keys]`: how signing keys are published.

use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// Publication of signing keys.
#[derive(Clone, Debug)]
pub struct KeysConfig {
    /// `max-age` of the published key set.
    pub jwks_max_age: Lifetime,
    /// How long a new key is published before it signs. Never shorter than `jwks_max_age`.
    pub publish_before: Lifetime,
}

impl KeysConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let jwks_max_age = reader.lifetime("keys.jwks_max_age", Lifetime::from_days(1));
        let publish_before = reader.lifetime("keys.publish_before", Lifetime::from_days(30));
        let (jwks_max_age, publish_before) = (jwks_max_age?, publish_before?);
        reader.not_longer(
            "keys.jwks_max_age",
            jwks_max_age,
            "keys.publish_before",
            publish_before,
        )?;
        Some(Self {
            jwks_max_age,
            publish_before,
        })
    }
}
