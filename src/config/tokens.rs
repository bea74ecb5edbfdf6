//! `[tokens]`: how long codes and tokens are valid.

use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// How long codes and tokens are valid.
#[derive(Clone, Debug)]
pub struct TokensConfig {
    /// Authorization codes.
    pub code_lifetime: Lifetime,
    /// Pushed authorization requests, until a browser brings them.
    pub pushed_request_lifetime: Lifetime,
    /// Access tokens.
    pub access_lifetime: Lifetime,
    /// ID tokens.
    pub id_token_lifetime: Lifetime,
    /// Refresh tokens that are not used. Never longer than `refresh_absolute_lifetime`.
    pub refresh_idle_lifetime: Lifetime,
    /// Refresh token families, from the sign-in.
    pub refresh_absolute_lifetime: Lifetime,
    /// How long a lost answer may be asked for again; zero is never.
    pub refresh_repeat_window: Lifetime,
    /// Device codes, RFC 8628.
    pub device_code_lifetime: Lifetime,
    /// CIBA requests, unless they ask for less.
    pub ciba_lifetime: Lifetime,
}

impl TokensConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        // RFC 6749 §4.1.2 recommends ten minutes as the most.
        let code = reader.lifetime("tokens.code_lifetime", Lifetime::from_minutes(10));
        let key = "tokens.pushed_request_lifetime";
        let pushed = reader.lifetime(key, Lifetime::from_minutes(10));
        let pushed = pushed.and_then(|it| reader.not_shorter(key, it, Lifetime::from_secs(5)));
        let access = reader.lifetime("tokens.access_lifetime", Lifetime::from_days(1));
        let id_token = reader.lifetime("tokens.id_token_lifetime", Lifetime::from_days(1));
        let idle = reader.lifetime("tokens.refresh_idle_lifetime", Lifetime::MAX);
        let absolute = reader.lifetime("tokens.refresh_absolute_lifetime", Lifetime::MAX);
        let repeat = reader.lifetime_or_zero("tokens.refresh_repeat_window", Lifetime::from_minutes(5));
        let device = reader.lifetime("tokens.device_code_lifetime", Lifetime::from_minutes(30));
        let ciba = reader.lifetime("tokens.ciba_lifetime", Lifetime::from_hours(1));
        let (idle, absolute) = (idle?, absolute?);
        reader.not_longer(
            "tokens.refresh_idle_lifetime",
            idle,
            "tokens.refresh_absolute_lifetime",
            absolute,
        )?;
        Some(Self {
            code_lifetime: code?,
            pushed_request_lifetime: pushed?,
            access_lifetime: access?,
            id_token_lifetime: id_token?,
            refresh_idle_lifetime: idle,
            refresh_absolute_lifetime: absolute,
            refresh_repeat_window: repeat?,
            device_code_lifetime: device?,
            ciba_lifetime: ciba?,
        })
    }
}
