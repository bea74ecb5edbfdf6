//! Why a new password is refused, in the words of the pages that ask for one.

use crate::domain::password::MAX_BYTES;
use crate::domain::password::WeakPassword;
use crate::i18n::Locale;

/// The rule of the password policy that a new password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPasswordError {
    /// Shorter than the policy's minimum.
    TooShort {
        /// The least number of characters.
        min: usize,
    },
    /// Longer than the policy's maximum.
    TooLong {
        /// The greatest number of characters.
        max: usize,
    },
    /// On the blocklist of common and leaked passwords.
    Common,
    /// Made of the user's own name or address.
    ContainsIdentity,
    /// The same as before.
    SameAsCurrent,
    /// Has a character that cannot be stored, such as NUL.
    BadCharacter,
}

impl NewPasswordError {
    /// What is wrong and what to do.
    pub fn text(self, locale: &Locale) -> String {
        match self {
            Self::TooShort { min } => locale.text_with("password-error-too-short", &[("min", &min)]),
            Self::TooLong { max } => locale.text_with("password-error-too-long", &[("max", &max)]),
            Self::Common => locale.text("password-error-common"),
            Self::ContainsIdentity => locale.text("password-error-identity"),
            Self::SameAsCurrent => locale.text("password-error-same"),
            Self::BadCharacter => locale.text("password-error-characters"),
        }
    }
}

impl From<WeakPassword> for NewPasswordError {
    fn from(weak: WeakPassword) -> Self {
        match weak {
            WeakPassword::TooShort(min) => Self::TooShort { min },
            WeakPassword::TooLong => Self::TooLong { max: MAX_BYTES },
            WeakPassword::Common => Self::Common,
            WeakPassword::Context => Self::ContainsIdentity,
        }
    }
}
