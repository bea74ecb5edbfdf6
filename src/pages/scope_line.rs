//! A scope in plain words, for consent and for the page of connected apps.

use serde_json::Value;

use crate::config::Config;
use crate::domain::api::Registered;
use crate::domain::authorization_details;
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
    /// One thing in particular. RFC 9396.
    Details {
        /// The type of `authorization_details`.
        kind: String,
        /// The administrator's words.
        description: Option<String>,
        /// Everything that the entry says, name and value.
        facts: Vec<(String, String)>,
    },
}

/// Members of `authorization_details` with a name in words. RFC 9396 §2.2.
const DETAIL_KEYS: &[(&str, &str)] = &[
    ("locations", "details-locations"),
    ("actions", "details-actions"),
    ("datatypes", "details-datatypes"),
    ("privileges", "details-privileges"),
    ("identifier", "details-identifier"),
];

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
            Self::Details { .. } => "scroll-text",
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
            }
            | Self::Details {
                description: Some(description),
                ..
            } => description.clone(),
            Self::Details { kind, .. } => locale.text_with("scope-other", &[("scope", kind)]),
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
            Self::Details { facts, .. } => Some(in_words(*locale, facts)),
            Self::OpenId | Self::Address | Self::Roles | Self::Groups => None,
        }
    }
}

/// "Actions: initiate · Amount: 12.00".
fn in_words(locale: Locale, facts: &[(String, String)]) -> String {
    let fact = |(name, value): &(String, String)| {
        let known = DETAIL_KEYS.iter().find(|(key, _)| key == name);
        let label = known.map_or_else(|| name.clone(), |(_, key)| locale.text(key));
        format!("{label}: {value}")
    };
    facts.iter().map(fact).collect::<Vec<_>>().join(" · ")
}

/// `authorization_details` in plain words: nothing that is asked for stays unsaid. RFC 9396 §14.
pub fn describe_details(entries: &[Value], apis: &Registered) -> Vec<ScopeLine> {
    entries
        .iter()
        .map(|entry| {
            let kind = authorization_details::type_of(entry);
            let known = apis
                .details_type(kind)
                .map(|(_, described)| &described.description);
            ScopeLine::Details {
                kind: kind.to_owned(),
                description: known.filter(|text| !text.is_empty()).cloned(),
                facts: authorization_details::facts(entry),
            }
        })
        .collect()
}

/// Administrators' words for scopes of APIs, those of `resource` first.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// What is registered.
    pub apis: &'a Registered,
    /// The APIs that a request names.
    pub resource: &'a [String],
}

/// A set of scopes in plain words, with the values that would be seen. `openid` says nothing on its own.
pub fn describe(
    scope: &ScopeSet,
    user: Option<&User>,
    client: &Client,
    config: &Config,
    words: Words<'_>,
) -> Vec<ScopeLine> {
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
                description: words
                    .apis
                    .scope_description(other, words.resource)
                    .map(str::to_owned),
            },
        })
        .collect()
}
