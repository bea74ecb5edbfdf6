//! People.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::id::UserId;
use crate::domain::time::Timestamp;

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserStatus {
    /// May sign in.
    Active,
    /// May not; nothing issued to them works.
    Disabled,
}

impl UserStatus {
    /// The column value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// A postal address. OIDC Core §5.1.1.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The whole address as on a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street and house number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Post code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// The standard claims that are not columns of their own. OIDC Core §5.1. An absent member is not released.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// Nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of a profile page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// URL of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// URL of a home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Gender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// `Europe/Berlin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// `en-US`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Whether the number was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_verified: Option<bool>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// `sub`.
    pub id: UserId,
    /// Unique, whatever its case.
    pub username: String,
    /// Unique, whatever its case.
    pub email: Option<String>,
    /// Whether the address was verified.
    pub email_verified: bool,
    /// Full name.
    pub name: Option<String>,
    /// The other standard claims.
    pub profile: Profile,
    /// Active or disabled.
    pub status: UserStatus,
    /// Whether there is a password to sign in with.
    pub has_password: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The last successful sign-in.
    pub last_sign_in_at: Option<Timestamp>,
}

impl User {
    /// The name people see: full name, else user name.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.username)
    }

    /// Up to two letters for the avatar.
    pub fn initials(&self) -> String {
        initials(self.display_name())
    }
}

/// The first letters of the first and last word, in upper case.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split(|c: char| c.is_whitespace() || c == '.' || c == '_')
        .filter(|w| !w.is_empty());
    let first = words.next().and_then(|w| w.chars().next());
    let last = words.next_back().and_then(|w| w.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// What an operator enters to create or change a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserInput {
    /// Required: 1 to 64 letters, digits, `.`, `_`, `-`, `+` or `@`.
    pub username: String,
    /// Optional mail address.
    pub email: Option<String>,
    /// Whether to trust the address.
    pub email_verified: bool,
    /// Full name.
    pub name: Option<String>,
    /// The other standard claims.
    pub profile: Profile,
}

/// A field of [`UserInput`] and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct InvalidUser {
    /// The field's name.
    pub field: &'static str,
    /// The end of a sentence that starts with the field's name.
    pub problem: &'static str,
}

impl UserInput {
    /// Trims every text and drops the empty ones.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        self.username = self.username.trim().to_owned();
        for text in [&mut self.email, &mut self.name] {
            trim(text);
        }
        let profile = &mut self.profile;
        for text in [
            &mut profile.given_name,
            &mut profile.family_name,
            &mut profile.middle_name,
            &mut profile.nickname,
            &mut profile.profile,
            &mut profile.picture,
            &mut profile.website,
            &mut profile.gender,
            &mut profile.birthdate,
            &mut profile.zoneinfo,
            &mut profile.locale,
            &mut profile.phone_number,
        ] {
            trim(text);
        }
        self
    }

    /// Every rule that the input breaks.
    pub fn problems(&self) -> Vec<InvalidUser> {
        let mut problems = Vec::new();
        let mut check = |ok: bool, field, problem| {
            if !ok {
                problems.push(InvalidUser { field, problem });
            }
        };
        let plain = |c: char| c.is_alphanumeric() || "._-+@".contains(c);
        let name_ok = (1..=64).contains(&self.username.chars().count()) && self.username.chars().all(plain);
        check(
            name_ok,
            "username",
            "must have 1 to 64 letters, digits or . _ - + @",
        );
        check(
            self.email.as_deref().is_none_or(is_email),
            "email",
            "must be a mail address such as name@example.com",
        );
        let short = |text: &Option<String>| {
            text.as_deref()
                .is_none_or(|t| t.chars().count() <= 200 && !t.chars().any(char::is_control))
        };
        check(
            short(&self.name),
            "name",
            "must be one line of at most 200 characters",
        );
        let profile = &self.profile;
        for (field, text) in [
            ("given_name", &profile.given_name),
            ("family_name", &profile.family_name),
            ("middle_name", &profile.middle_name),
            ("nickname", &profile.nickname),
            ("gender", &profile.gender),
            ("phone_number", &profile.phone_number),
        ] {
            check(short(text), field, "must be one line of at most 200 characters");
        }
        for (field, text) in [
            ("profile", &profile.profile),
            ("picture", &profile.picture),
            ("website", &profile.website),
        ] {
            let is_link = |t: &str| url::Url::parse(t).is_ok_and(|u| matches!(u.scheme(), "http" | "https"));
            check(
                text.as_deref().is_none_or(is_link),
                field,
                "must be a web address that starts with https://",
            );
        }
        check(
            profile.birthdate.as_deref().is_none_or(is_birthdate),
            "birthdate",
            "must be YYYY-MM-DD, 0000-MM-DD or YYYY",
        );
        problems
    }
}

fn trim(text: &mut Option<String>) {
    *text = text.take().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
}

/// A plain check: one `@`, something on both sides, a dot or `localhost` after it, no spaces.
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let plain = text.len() <= 254
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    plain
        && !local.is_empty()
        && !host.is_empty()
        && !host.contains('@')
        && !host.starts_with('.')
        && !host.ends_with('.')
}

fn is_birthdate(text: &str) -> bool {
    let digits = |t: &str, n| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year] => digits(year, 4),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_taken_from_the_ends_of_a_name() {
        assert_eq!(initials("Amara Ngozi Okafor"), "AO");
        assert_eq!(initials("jonas.meyer"), "JM");
        assert_eq!(initials("bench"), "B");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn input_is_trimmed_and_checked() {
        let input = UserInput {
            username: " amara ".to_owned(),
            email: Some("  ".to_owned()),
            name: Some(" Amara ".to_owned()),
            ..UserInput::default()
        };
        let input = input.trimmed();
        assert_eq!(
            (input.username.as_str(), &input.email, input.name.as_deref()),
            ("amara", &None, Some("Amara"))
        );
        assert_eq!(input.problems(), []);
    }

    #[test]
    fn broken_fields_are_named() {
        let mut input = UserInput {
            username: "a b".to_owned(),
            email: Some("nobody".to_owned()),
            ..UserInput::default()
        };
        input.profile.website = Some("javascript:alert(1)".to_owned());
        input.profile.birthdate = Some("31.1.1980".to_owned());
        let fields: Vec<_> = input.problems().iter().map(|p| p.field).collect();
        assert_eq!(fields, ["username", "email", "website", "birthdate"]);
    }
}
