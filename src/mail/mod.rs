//! Sending mail: over SMTP, not at all, or into memory for tests. What mails say is for `ops`.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use lettre::AsyncSmtpTransport;
use lettre::AsyncTransport as _;
use lettre::Message;
use lettre::Tokio1Executor;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use tokio::sync::OnceCell;

use crate::config::MailConfig;
use crate::config::SmtpServer;
use crate::config::SmtpTls;

/// How long one exchange with the server may take.
const TIMEOUT: Duration = Duration::from_secs(15);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// A mail, ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// There is no mail server in the configuration.
    #[error("mail is switched off")]
    Off,
    /// The mail itself cannot be written down.
    #[error("the mail cannot be composed")]
    Letter(#[source] lettre::error::Error),
    /// The recipient is not an address.
    #[error("the recipient's address is not one")]
    Address(#[source] lettre::address::AddressError),
    /// The server cannot be reached or refused.
    #[error("the mail server did not take the mail")]
    Smtp(#[source] lettre::transport::smtp::Error),
}

/// Where mails go. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Mailer {
    /// To a server.
    Smtp(Arc<Smtp>),
    /// Nowhere: they wait in the outbox.
    Off,
    /// Into a list, for tests.
    Memory(Arc<Mutex<Vec<Letter>>>),
}

/// A mail server. The connection and its trust anchors are made at the first mail, so that they cost no start.
#[derive(Debug)]
pub struct Smtp {
    server: SmtpServer,
    from: Mailbox,
    transport: OnceCell<Transport>,
}

impl Mailer {
    /// What the configuration asks for.
    pub fn new(config: &MailConfig) -> Self {
        match &config.server {
            Some(server) => Self::Smtp(Arc::new(Smtp {
                server: server.clone(),
                from: config.from.clone(),
                transport: OnceCell::new(),
            })),
            None => Self::Off,
        }
    }

    /// Keeps mails in a list that the test reads.
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// Whether mails can be sent at all.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }

    /// What was sent into memory so far; nothing for the others.
    pub fn sent(&self) -> Vec<Letter> {
        match self {
            Self::Memory(sent) => sent.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Smtp(_) | Self::Off => Vec::new(),
        }
    }

    /// Sends one mail.
    pub async fn send(&self, letter: Letter) -> Result<(), MailError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Off => Err(MailError::Off),
            Self::Memory(sent) => {
                sent.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
                Ok(())
            }
        }
    }
}

impl Smtp {
    async fn send(&self, letter: Letter) -> Result<(), MailError> {
        let message = compose(self.from.clone(), letter)?;
        let transport = self
            .transport
            .get_or_try_init(|| async { connect(&self.server) })
            .await;
        transport
            .map_err(MailError::Smtp)?
            .send(message)
            .await
            .map(|_| ())
            .map_err(MailError::Smtp)
    }
}

fn compose(from: Mailbox, letter: Letter) -> Result<Message, MailError> {
    let to = Mailbox::new(None, letter.to.parse().map_err(MailError::Address)?);
    Message::builder()
        .message_id(None) // asks for a generated one; without the call there is none
        .from(from)
        .to(to)
        .subject(letter.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text)
        .map_err(MailError::Letter)
}

fn connect(server: &SmtpServer) -> Result<Transport, lettre::transport::smtp::Error> {
    let builder = match server.tls {
        SmtpTls::StartTls => Transport::starttls_relay(&server.host)?,
        SmtpTls::Implicit => Transport::relay(&server.host)?,
        SmtpTls::None => Transport::builder_dangerous(&server.host),
    };
    let mut builder = builder.port(server.port).timeout(Some(TIMEOUT));
    if let Some(credentials) = &server.credentials {
        let password = credentials.password.expose().clone();
        builder = builder.credentials(Credentials::new(credentials.username.clone(), password));
    }
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str) -> Letter {
        Letter {
            to: to.to_owned(),
            subject: "Grüße".to_owned(),
            text: "Hello,\n\nworld\n".to_owned(),
        }
    }

    #[test]
    fn a_mail_has_sender_recipient_date_and_message_id() {
        let from: Mailbox = "Gatepost <no-reply@id.test>".parse().unwrap();
        let message = compose(from.clone(), letter("amara@example.test")).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        for header in [
            "From: Gatepost <no-reply@id.test>",
            "To: amara@example.test",
            "Message-ID: <",
            "Date: ",
        ] {
            assert!(text.contains(header), "{header} is missing in {text}");
        }
        assert!(matches!(
            compose(from, letter("nobody")),
            Err(MailError::Address(_))
        ));
    }

    #[tokio::test]
    async fn mail_that_is_off_refuses_and_memory_keeps() {
        assert!(matches!(
            Mailer::Off.send(letter("a@b.test")).await,
            Err(MailError::Off)
        ));
        let memory = Mailer::memory();
        memory.send(letter("a@b.test")).await.unwrap();
        assert_eq!(memory.sent(), [letter("a@b.test")]);
    }
}
