//! Mails, written with their cause and sent later from the outbox.

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::random;
use crate::domain::id::OutboxId;
use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::i18n::Locale;
use crate::ops::Ops;
use crate::ops::links::Link;
use crate::store;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::outbox::NewDelivery;

/// Seals the payload of outbox rows.
pub const PURPOSE: &str = "outbox mail";

/// How long a mail is tried.
const GIVE_UP_AFTER: Lifetime = Lifetime::from_days(2);

/// A mail, ready to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

async fn queue(ops: &Ops, tx: &Tx, mail: &Mail, now: Timestamp) -> Result<(), StoreError> {
    let payload = serde_json::to_vec(mail).unwrap_or_default();
    let new = NewDelivery {
        id: &OutboxId::from_bits(random::id_bits(now)),
        kind: "mail",
        payload_sealed: &ops.master.seal(PURPOSE, &payload),
        target: &mail.to,
        now,
        expires_at: now + GIVE_UP_AFTER,
    };
    store::outbox::push(tx, &new).await
}

fn locale_of(user: &User) -> Locale {
    Locale::negotiate(None, None, user.profile.locale.as_deref(), None)
}

/// How a letter addresses somebody. What a mail program would make a link of is taken apart: a name is not a place for
/// advertising in mails of ours.
fn addressed(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let inside = c == '.' && rest.peek().is_some_and(|next| !next.is_whitespace());
        let apart = inside || c.is_control() || "<>/\\:@".contains(c);
        plain.push(if apart { ' ' } else { c });
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn letter(ops: &Ops, locale: Locale, user: &User, paragraphs: &[&str]) -> String {
    let product = &ops.config.branding.product_name;
    let short = || user.username.split('@').next().unwrap_or_default();
    let name = addressed(user.name.as_deref().unwrap_or_else(short));
    let mut text = locale.text_with("mail-greeting", &[("name", &name)]);
    for paragraph in paragraphs {
        text.push_str("\n\n");
        text.push_str(paragraph);
    }
    text.push_str("\n\n");
    text.push_str(&locale.text_with("mail-signature", &[("product", product)]));
    text.push('\n');
    text
}

/// The link with which a person chooses a new password.
pub(in crate::ops) async fn queue_reset(
    ops: &Ops,
    tx: &Tx,
    user: &User,
    link: &Link,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(to) = user.email.clone() else {
        return Ok(());
    };
    let locale = locale_of(user);
    let minutes = link.expires_at.secs_since(now) / 60;
    let body = locale.text("mail-reset-body");
    let expiry = locale.text_with("mail-reset-expiry", &[("minutes", &minutes)]);
    let mail = Mail {
        to,
        subject: locale.text_with(
            "mail-reset-subject",
            &[("product", &ops.config.branding.product_name)],
        ),
        text: letter(ops, locale, user, &[&body, link.url.expose(), &expiry]),
    };
    queue(ops, tx, &mail, now).await
}

/// Tells a person that their password was changed.
pub(in crate::ops) async fn queue_password_changed(
    ops: &Ops,
    tx: &Tx,
    user: &User,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(to) = user.email.clone().filter(|_| ops.config.mail.is_on()) else {
        return Ok(());
    };
    let locale = locale_of(user);
    let body = locale.text_with("mail-changed-body", &[("when", &now)]);
    let warning = locale.text("mail-changed-not-you");
    let link = format!("{}/forgot", ops.issuer());
    let mail = Mail {
        to,
        subject: locale.text_with(
            "mail-changed-subject",
            &[("product", &ops.config.branding.product_name)],
        ),
        text: letter(ops, locale, user, &[&body, &warning, &link]),
    };
    queue(ops, tx, &mail, now).await
}
