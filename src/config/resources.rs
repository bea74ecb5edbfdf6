//! `[resources]`: what our own resources demand of the tokens they are shown.

use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// What the UserInfo endpoint demands. RFC 9470.
#[derive(Clone, Debug)]
pub struct ResourcesConfig {
    /// Authentication contexts that will do; none: any.
    pub userinfo_acr_values: Vec<String>,
    /// How long ago the person may have authenticated; zero: any time.
    pub userinfo_max_age: Lifetime,
}

impl ResourcesConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let key = "resources.userinfo_acr_values";
        let acr_values = reader.list(key);
        let max_age = reader.lifetime_or_zero("resources.userinfo_max_age", Lifetime::MAX);
        let acr_values = acr_values?;
        // they stand in a header, between quotes and with spaces between them
        let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\');
        if !acr_values.iter().all(|value| value.bytes().all(plain)) {
            let remedy = "Try [\"1\"]";
            reader.refuse(
                key,
                "must be texts of visible ASCII characters without quotes and spaces",
                remedy,
            );
            return None;
        }
        Some(Self {
            userinfo_acr_values: acr_values,
            userinfo_max_age: max_age?,
        })
    }
}
