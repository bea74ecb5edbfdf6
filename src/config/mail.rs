//! `[mail]`: the server that mails go out through, and their sender.

use std::net::IpAddr;

use lettre::message::Mailbox;

use crate::config::reader::Reader;
use crate::domain::secret::Secret;

/// Outgoing mail.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The server; none: mail is off.
    pub server: Option<SmtpServer>,
    /// The sender of every mail.
    pub from: Mailbox,
}

/// The server that mails go out through.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// How to sign in there, if it asks. Never sent in the clear to another machine.
    pub credentials: Option<SmtpCredentials>,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// Not at all.
    None,
}

/// User and password at the mail server.
#[derive(Clone, Debug)]
pub struct SmtpCredentials {
    /// User name.
    pub username: String,
    /// Password.
    pub password: Secret<String>,
}

impl MailConfig {
    /// Whether mails can be sent at all.
    pub const fn is_on(&self) -> bool {
        self.server.is_some()
    }

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let host = read_host(reader);
        let port = reader.number("mail.smtp_port", 1..=u16::MAX);
        let modes = [
            ("starttls", SmtpTls::StartTls),
            ("implicit", SmtpTls::Implicit),
            ("none", SmtpTls::None),
        ];
        let tls = reader.choice("mail.smtp_tls", &modes);
        let credentials = read_credentials(reader);
        let from = read_from(reader);
        let (host, tls, credentials) = (host?, tls?, credentials?);
        if tls == SmtpTls::None && credentials.is_some() && !host.as_deref().is_none_or(is_this_machine) {
            let message = "would send mail.smtp_password in the clear to another machine";
            reader.refuse(
                "mail.smtp_tls",
                message,
                "Try \"starttls\", or \"implicit\" with port 465",
            );
            return None;
        }
        let (port, from) = (port?, from?);
        let server = host.map(|host| SmtpServer {
            host,
            port,
            tls,
            credentials,
        });
        Some(Self { server, from })
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn read_host(reader: &mut Reader) -> Option<Option<String>> {
    let key = "mail.smtp_host";
    let host = reader.optional(key)?;
    let is_host = |host: &str| {
        let name = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        name || host.parse::<IpAddr>().is_ok()
    };
    if host.as_deref().is_some_and(|host| !is_host(host)) {
        let message = "must be the name of a server alone, without scheme and port";
        reader.refuse(
            key,
            message,
            "Try \"smtp.example.com\", and mail.smtp_port for the port",
        );
        return None;
    }
    Some(host)
}

fn read_credentials(reader: &mut Reader) -> Option<Option<SmtpCredentials>> {
    let username = reader.optional("mail.smtp_username");
    let password = reader.secret("mail.smtp_password");
    match (username?, password?) {
        (None, None) => Some(None),
        (Some(username), Some(password)) => Some(Some(SmtpCredentials { username, password })),
        (Some(_), None) => {
            let remedy = "Set mail.smtp_password or mail.smtp_password_file";
            reader.refuse("mail.smtp_username", "is set without a password", remedy);
            None
        }
        (None, Some(_)) => {
            let remedy = "Set mail.smtp_username";
            reader.refuse("mail.smtp_password", "is set without mail.smtp_username", remedy);
            None
        }
    }
}

fn read_from(reader: &mut Reader) -> Option<Mailbox> {
    let key = "mail.from";
    let mailbox = reader.text(key)?.parse().ok();
    if mailbox.is_none() {
        reader.refuse(
            key,
            "must be a mail address",
            "Try \"Gatepost <no-reply@example.com>\"",
        );
    }
    mailbox
}
