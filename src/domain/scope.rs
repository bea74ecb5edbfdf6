//! Scopes: what a client asks for and what it is given.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

/// A scope that is not `1*( %x21 / %x23-5B / %x5D-7E )` (RFC 6749 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("scope holds a character that RFC 6749 does not allow")]
pub struct InvalidScope;

/// An ordered set of scope tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeSet(Vec<String>);

/// What every installation offers.
pub const STANDARD_SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "roles",
    "groups",
];

impl ScopeSet {
    /// Whether `scope` is in the set.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|s| s == scope)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each scope once, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether everything here is in `other` too.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// What is in both, in this set's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|s| other.contains(s)).cloned().collect())
    }

    /// The scopes that a rule lets through.
    #[must_use]
    pub fn retain(&self, rule: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|s| rule(s)).cloned().collect())
    }

    /// Everything in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for scope in other.iter() {
            if !all.contains(scope) {
                all.0.push(scope.to_owned());
            }
        }
        all
    }

    /// The set without `scope`.
    #[must_use]
    pub fn without(&self, scope: &str) -> Self {
        Self(self.0.iter().filter(|s| *s != scope).cloned().collect())
    }
}

impl FromStr for ScopeSet {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let mut set = Self::default();
        for scope in text.split(' ').filter(|s| !s.is_empty()) {
            if !scope
                .bytes()
                .all(|b| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
            {
                return Err(InvalidScope);
            }
            if !set.contains(scope) {
                set.0.push(scope.to_owned());
            }
        }
        Ok(set)
    }
}

impl TryFrom<String> for ScopeSet {
    type Error = InvalidScope;

    fn try_from(text: String) -> Result<Self, InvalidScope> {
        text.parse()
    }
}

impl From<ScopeSet> for String {
    fn from(set: ScopeSet) -> String {
        set.to_string()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> ScopeSet {
        text.parse().unwrap()
    }

    #[test]
    fn scopes_keep_their_order_and_appear_once() {
        assert_eq!(set("openid  email openid").to_string(), "openid email");
        assert!(set("").is_empty());
    }

    #[test]
    fn characters_outside_the_grammar_are_refused() {
        for text in ["a\"b", "a\\b", "ä", "a\tb", "a\0"] {
            assert_eq!(text.parse::<ScopeSet>(), Err(InvalidScope), "{text:?}");
        }
    }

    #[test]
    fn narrowing_and_joining() {
        assert_eq!(
            set("openid admin email").intersection(&set("email openid")),
            set("openid email")
        );
        assert_eq!(set("openid").union(&set("email openid")), set("openid email"));
        assert!(set("email").is_subset_of(&set("openid email")));
        assert!(!set("admin").is_subset_of(&set("openid email")));
    }
}
