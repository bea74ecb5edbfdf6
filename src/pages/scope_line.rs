//! A scope in plain words, for consent and for the page of connected apps.

use crate::config::Config;
use crate::domain::client::Client;
use crate::domain::scope::ScopeSet;
use crate::domain::user::User;
use crate::i18n::Locale;

/// What one scope lets a client do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeLine {
    /// `openid`: usually left out, since every sign-in has it.
    OpenId,
    /// `profile`.
    Profile,
    /// `email`, with the address that will be seen.
    Email {
        /// The address itself, where the user has one.
        address: Option<String>,
    },
    /// `address`.
    Address,
    /// `phone`, with the number that will be seen.
    Phone {
        /// The number itself, where the user has one.
        number: Option<String>,
    },
    /// `offline_access`.
    Offline {
        /// Days without use after which the client is no longer connected.
        days: u32,
    },
    /// `roles`.
    Roles,
    /// `groups`.
    Groups,
    /// A scope the administrator described, or one nobody did. A client never supplies this text.
    Other {
        /// The scope's name.
        scope: String,
        /// The administrator's words.
        description: Option<String>,
    },
}

impl ScopeLine {
    /// A symbol of `static/icons.svg`.
    pub fn icon(&self) -> &'static str {
        match self {
            Self::OpenId => "fingerprint",
            Self::Profile => "id-card",
            Self::Email { .. } => "at-sign",
            Self::Address => "house",
            Self::Phone { .. } => "phone",
            Self::Offline { .. } => "refresh-cw",
            Self::Roles => "shield",
            Self::Groups => "users-round",
            Self::Other { .. } => "key-round",
        }
    }

    /// What it allows, as a verb phrase.
    pub fn title(&self, locale: &Locale) -> String {
        match self {
            Self::OpenId => locale.text("scope-openid"),
            Self::Profile => locale.text("scope-profile"),
            Self::Email { .. } => locale.text("scope-email"),
            Self::Address => locale.text("scope-address"),
            Self::Phone { .. } => locale.text("scope-phone"),
            Self::Offline { .. } => locale.text("scope-offline"),
            Self::Roles => locale.text("scope-roles"),
            Self::Groups => locale.text("scope-groups"),
            Self::Other {
                description: Some(description),
                ..
            } => description.clone(),
            Self::Other {
                scope,
                description: None,
            } => locale.text_with("scope-other", &[("scope", scope)]),
        }
    }

    /// The value or the duration behind it.
    pub fn detail(&self, locale: &Locale) -> Option<String> {
        match self {
            Self::Profile => Some(locale.text("scope-profile-detail")),
            Self::Email { address } => address.clone(),
            Self::Phone { number } => number.clone(),
            Self::Offline { days } => Some(locale.text_with("scope-offline-detail", &[("days", days)])),
            Self::Other {
                description: None, ..
            } => Some(locale.text("scope-other-detail")),
            Self::Other {
                scope,
                description: Some(_),
            } => Some(scope.clone()),
            Self::OpenId | Self::Address | Self::Roles | Self::Groups => None,
        }
    }
}

/// A set of scopes in plain words, with the values that would be seen. `openid` says nothing on its own.
pub fn describe(scope: &ScopeSet, user: Option<&User>, client: &Client, config: &Config) -> Vec<ScopeLine> {
    let idle = client.metadata.lifetimes.refresh_idle.map(u64::from);
    let idle_days = idle
        .unwrap_or(config.tokens.refresh_idle_lifetime.as_secs())
        .div_ceil(86_400);
    scope
        .iter()
        .filter(|name| *name != "openid")
        .map(|name| match name {
            "profile" => ScopeLine::Profile,
            "email" => ScopeLine::Email {
                address: user.and_then(|u| u.email.clone()),
            },
            "address" => ScopeLine::Address,
            "phone" => ScopeLine::Phone {
                number: user.and_then(|u| u.profile.phone_number.clone()),
            },
            "offline_access" => ScopeLine::Offline {
                days: u32::try_from(idle_days).unwrap_or(u32::MAX),
            },
            "roles" => ScopeLine::Roles,
            "groups" => ScopeLine::Groups,
            other => ScopeLine::Other {
                scope: other.to_owned(),
                description: None,
            },
        })
        .collect()
}
