//! `[admin]`: the first administrator.

use crate::config::reader::Reader;
use crate::domain::secret::Secret;
use crate::domain::user::is_email;

/// The first administrator.
#[derive(Clone, Debug)]
pub struct AdminConfig {
    /// Whom to create at a start without an administrator; none: print a set-up link.
    pub bootstrap: Option<BootstrapAdmin>,
}

/// The account to create. Its password has the length that `[login]` asks for.
#[derive(Clone, Debug)]
pub struct BootstrapAdmin {
    /// Mail address.
    pub email: String,
    /// User name.
    pub username: String,
    /// Password; without one, the set-up link is for this account.
    pub password: Option<Secret<String>>,
}

impl AdminConfig {
    /// Reads the account; the password needs `min_length` characters, if that is known.
    pub(super) fn read(reader: &mut Reader, min_length: Option<usize>) -> Option<Self> {
        let email = read_email(reader);
        let username = read_username(reader);
        let password = read_password(reader, min_length);
        let (email, password) = (email?, password?);
        if email.is_none() && password.is_some() {
            let remedy = "Try admin.bootstrap_email = \"admin@example.com\"";
            reader.refuse(
                "admin.bootstrap_password",
                "is set without admin.bootstrap_email",
                remedy,
            );
            return None;
        }
        let username = username?;
        Some(Self {
            bootstrap: email.map(|email| BootstrapAdmin {
                email,
                username,
                password,
            }),
        })
    }
}

fn read_email(reader: &mut Reader) -> Option<Option<String>> {
    let key = "admin.bootstrap_email";
    let email = reader.optional(key)?;
    if email.as_deref().is_some_and(|email| !is_email(email)) {
        reader.refuse(key, "must be a mail address", "Try \"admin@example.com\"");
        return None;
    }
    Some(email)
}

fn read_username(reader: &mut Reader) -> Option<String> {
    let key = "admin.bootstrap_username";
    let username = reader.text(key)?;
    if username.is_empty() || username.chars().any(|c| c.is_whitespace() || c.is_control()) {
        reader.refuse_with_default(key, "must be a name without spaces");
        return None;
    }
    Some(username)
}

fn read_password(reader: &mut Reader, min_length: Option<usize>) -> Option<Option<Secret<String>>> {
    let key = "admin.bootstrap_password";
    let password = reader.secret(key)?;
    let characters = password
        .as_ref()
        .map(|password| password.expose().chars().count());
    if let (Some(characters), Some(least)) = (characters, min_length)
        && characters < least
    {
        let message = format!("must have at least {least} characters, and has {characters}");
        reader.refuse(key, &message, "Try the output of: openssl rand -base64 18");
        return None;
    }
    Some(password)
}
