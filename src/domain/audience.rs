//! Whom a token is for. RFC 7519 §4.1.3.

use serde::Deserialize;
use serde::Serialize;

/// The `aud` claim: one text, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// Whether `who` is meant.
    pub fn contains(&self, who: &str) -> bool {
        self.iter().any(|one| one == who)
    }

    /// Everybody who is meant.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

impl From<Vec<String>> for Audience {
    /// A list of one is written as a text.
    fn from(mut many: Vec<String>) -> Self {
        if many.len() == 1 {
            many.pop().map_or_else(|| Self::Many(Vec::new()), Self::One)
        } else {
            Self::Many(many)
        }
    }
}
