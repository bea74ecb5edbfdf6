//! Passwords, from a prompt or from standard input; never from the arguments, which every process can read.

use std::io::IsTerminal as _;
use std::io::Read as _;

use clap::Args;

use crate::cli::error::CliError;
use crate::domain::password::MAX_BYTES;
use crate::domain::secret::Secret;

/// Where the password comes from.
#[derive(Debug, Args)]
pub(in crate::cli) struct PasswordArgs {
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordArgs {
    /// Asks twice, or reads standard input.
    pub(super) fn read(&self) -> Result<Secret<String>, CliError> {
        if self.password_stdin {
            return read_all(std::io::stdin().lock());
        }
        if !std::io::stdin().is_terminal() {
            return Err(CliError::usage(
                "There is no terminal to ask at. Give the password with --password-stdin.",
            ));
        }
        let ask = |prompt| {
            let answer = rpassword::prompt_password(prompt);
            answer.map_err(|error| CliError::new(format!("The password could not be read: {error}.")))
        };
        let password = Secret::new(ask("Password: ")?);
        if Secret::new(ask("The same again: ")?) != password {
            return Err(CliError::new("The two passwords differ. Nothing was changed."));
        }
        Ok(password)
    }
}

/// Everything but one line break at the end, which `echo` adds.
fn read_all(input: impl std::io::Read) -> Result<Secret<String>, CliError> {
    let mut text = String::new();
    let limit = u64::try_from(MAX_BYTES * 2).unwrap_or(u64::MAX);
    let read = input.take(limit).read_to_string(&mut text);
    read.map_err(|error| {
        CliError::new(format!(
            "The password could not be read from standard input: {error}."
        ))
    })?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(CliError::new("Standard input holds no password."));
    }
    Ok(Secret::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_at_the_end_is_not_part_of_a_password() {
        for (input, password) in [
            ("a b ", "a b "),
            ("a b\n", "a b"),
            ("a b\r\n", "a b"),
            ("a\nb\n\n", "a\nb\n"),
        ] {
            assert_eq!(
                read_all(input.as_bytes()).unwrap().expose(),
                password,
                "{input:?}"
            );
        }
        assert!(read_all(&b"\n"[..]).is_err());
        assert!(read_all(&b"\xff\xfe"[..]).is_err());
    }
}
