//! Reads typed values for the sections, and collects what is wrong with them.
//!
//! Each method answers `None` after noting a problem, so that a section reads all its keys before
//! it gives up, and all mistakes are reported together.

use std::ops::RangeInclusive;
use std::str::FromStr;

use url::Url;

use crate::config::address_range::AddressRange;
use crate::config::leaf::Leaf;
use crate::config::merge::Merged;
use crate::config::problem::Problem;
use crate::domain::lifetime::Lifetime;
use crate::domain::lifetime::LifetimeError;
use crate::domain::secret::Secret;

/// The merged settings, and the problems found so far.
pub(super) struct Reader {
    pub(super) merged: Merged,
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    /// Notes that the value of `key` is refused.
    pub(super) fn refuse(&mut self, key: &str, message: &str, remedy: &str) {
        let problem = self.merged.problem(key, message, remedy);
        self.problems.push(*problem);
    }

    /// A text without surrounding white space; may be empty.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        if let Some(Leaf::Text(text)) = self.leaf(key) {
            return Some(text.trim().to_owned());
        }
        self.refuse(key, "must be a text", "Try the value in quotes");
        None
    }

    /// A text that may be unset: `Some(None)` when it is empty.
    pub(super) fn optional(&mut self, key: &str) -> Option<Option<String>> {
        self.text(key)
            .map(|text| Some(text).filter(|text| !text.is_empty()))
    }

    /// A secret that may be unset: `Some(None)` when it is empty. White space in it is kept.
    pub(super) fn secret(&mut self, key: &str) -> Option<Option<Secret<String>>> {
        if let Some(Leaf::Text(text)) = self.leaf(key) {
            return Some(Some(text).filter(|text| !text.is_empty()).map(Secret::new));
        }
        self.refuse(key, "must be a text", "Try the value in quotes");
        None
    }

    /// A list of texts, or one text with commas.
    pub(super) fn list(&mut self, key: &str) -> Option<Vec<String>> {
        let items: Option<Vec<String>> = match self.leaf(key) {
            // from the environment: with commas, or as it would stand in a file
            Some(Leaf::Text(text)) => Some(
                serde_json::from_str(&text).unwrap_or_else(|_| text.split(',').map(str::to_owned).collect()),
            ),
            Some(Leaf::List(items)) => items
                .into_iter()
                .map(|item| {
                    if let Leaf::Text(text) = item {
                        Some(text)
                    } else {
                        None
                    }
                })
                .collect(),
            _ => None,
        };
        let Some(items) = items else {
            self.refuse(key, "must be a list of texts", "Try [\"first\", \"second\"]");
            return None;
        };
        Some(
            items
                .iter()
                .map(|item| item.trim().to_owned())
                .filter(|item| !item.is_empty())
                .collect(),
        )
    }

    /// A list of addresses and ranges of them.
    pub(super) fn ranges(&mut self, key: &str) -> Option<Vec<AddressRange>> {
        let mut ranges = Vec::new();
        let mut wrong = Vec::new();
        for text in self.list(key)? {
            match text.parse() {
                Ok(range) => ranges.push(range),
                Err(_) => wrong.push(format!("\"{text}\"")),
            }
        }
        if wrong.is_empty() {
            return Some(ranges);
        }
        let message = format!(
            "must be addresses or ranges without bits beyond the prefix, unlike {}",
            wrong.join(", ")
        );
        self.refuse(key, &message, "Try [\"10.0.0.0/8\", \"192.0.2.7\"]");
        None
    }

    /// A whole number in a range.
    pub(super) fn number<T>(&mut self, key: &str, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i128> + PartialOrd + std::fmt::Display,
    {
        let number = match self.leaf(key) {
            Some(Leaf::Integer(number)) => Some(number),
            Some(Leaf::Text(text)) => i128::from_str(text.trim()).ok(),
            _ => None,
        };
        let number = number.and_then(|number| T::try_from(number).ok());
        if let Some(number) = number.filter(|number| range.contains(number)) {
            return Some(number);
        }
        let message = format!("must be a whole number from {} to {}", range.start(), range.end());
        self.refuse_with_default(key, &message);
        None
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let flag = match self.leaf(key) {
            Some(Leaf::Flag(flag)) => Some(flag),
            Some(Leaf::Text(text)) => text.trim().parse().ok(),
            _ => None,
        };
        if flag.is_none() {
            self.refuse_with_default(key, "must be true or false");
        }
        flag
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*value);
        }
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        self.refuse_with_default(key, &format!("must be one of {}", names.join(", ")));
        None
    }

    /// A lifetime of at least a second and at most `longest`.
    pub(super) fn lifetime(&mut self, key: &str, longest: Lifetime) -> Option<Lifetime> {
        let lifetime = self.lifetime_or_zero(key, longest)?;
        if lifetime.is_zero() {
            self.refuse_with_default(key, "must not be zero");
            return None;
        }
        Some(lifetime)
    }

    /// A lifetime of at most `longest`, where zero means "off".
    pub(super) fn lifetime_or_zero(&mut self, key: &str, longest: Lifetime) -> Option<Lifetime> {
        let parsed = match self.leaf(key) {
            Some(Leaf::Text(text)) => text.trim().parse::<Lifetime>(),
            Some(Leaf::Integer(_)) => Err(LifetimeError::NoUnit),
            _ => Err(LifetimeError::Malformed),
        };
        match parsed {
            Ok(lifetime) if lifetime <= longest => return Some(lifetime),
            Ok(_) => self.refuse(
                key,
                &format!("must not be longer than {longest}"),
                &format!("Try \"{longest}\""),
            ),
            Err(error) => self.refuse_with_default(key, &error.to_string()),
        }
        None
    }

    /// Refuses `key` unless its value is at least `shortest`.
    pub(super) fn not_shorter(&mut self, key: &str, value: Lifetime, shortest: Lifetime) -> Option<Lifetime> {
        if value < shortest {
            self.refuse(
                key,
                &format!("must not be shorter than {shortest}"),
                &format!("Try \"{shortest}\""),
            );
            return None;
        }
        Some(value)
    }

    /// Refuses `key` unless its value is at most that of `limit_key`.
    pub(super) fn not_longer(
        &mut self,
        key: &str,
        value: Lifetime,
        limit_key: &str,
        limit: Lifetime,
    ) -> Option<()> {
        if value <= limit {
            return Some(());
        }
        let remedy = format!("Try \"{limit}\", or a longer {limit_key}");
        self.refuse(
            key,
            &format!("must not be longer than {limit_key} ({limit})"),
            &remedy,
        );
        None
    }

    /// A web address that may be unset: `Some(None)` when it is empty.
    pub(super) fn web_address(&mut self, key: &str) -> Option<Option<Url>> {
        let Some(text) = self.optional(key)? else {
            return Some(None);
        };
        let url = Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if url.is_none() {
            self.refuse(
                key,
                "must be a web address",
                "Try one that starts with \"https://\"",
            );
        }
        url.map(Some)
    }

    /// Refuses, and offers the default as an example of a good value.
    pub(super) fn refuse_with_default(&mut self, key: &str, message: &str) {
        let remedy = match self.merged.defaults.get(key) {
            Some(default) => format!("Try {}, the default", default.masked(key)),
            None => "See docs/configuration.md".to_owned(),
        };
        self.refuse(key, message, &remedy);
    }

    fn leaf(&self, key: &str) -> Option<Leaf> {
        self.merged.settings.get(key).map(|setting| setting.leaf.clone())
    }
}
