//! Signing a person in.

use crate::crypto::password_hash::Check;
use crate::crypto::random;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::id::BrowserId;
use crate::domain::id::RequestId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::password::MAX_BYTES;
use crate::domain::secret::Secret;
use crate::domain::session::AccountSession;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::domain::user::UserStatus;
use crate::error::Failure;
use crate::ops::Ops;
use crate::store;
use crate::store::sessions::NewSession;

/// `amr` of a password. RFC 8176 §2.
const PASSWORD_AMR: &[&str] = &["pwd"];

/// What somebody typed, and where.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// User name or mail address.
    pub username: &'a str,
    /// The password.
    pub password: Secret<String>,
    /// "Keep me signed in".
    pub remember: bool,
    /// The browser.
    pub browser: &'a BrowserId,
    /// Accounts signed in to it already.
    pub accounts: &'a [AccountSession],
    /// Where from.
    pub origin: &'a Origin,
    /// In which request.
    pub request_id: Option<RequestId>,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Signed in, in this session.
    Done {
        /// The session.
        session: SessionId,
        /// The person.
        user: UserId,
    },
    /// Unknown, wrong, without password, or disabled: nobody is told which.
    Wrong,
    /// Too many failures; try again then.
    Throttled(Timestamp),
}

/// Checks a password and begins a session, or renews the one this person has in this browser.
pub async fn with_password(ops: &Ops, attempt: Attempt<'_>) -> Result<SignIn, Failure> {
    let now = ops.now();
    let buckets = buckets(ops, attempt.username, attempt.origin);
    if let Some(until) = throttled(ops, &buckets, now).await? {
        return Ok(SignIn::Throttled(until));
    }
    let candidate = store::users::find_for_sign_in(&ops.db, attempt.username).await?;
    let usable = candidate.filter(|c| c.user.status == UserStatus::Active && c.password_hash.is_some());
    let too_long = attempt.password.expose().len() > MAX_BYTES;
    let password = if too_long {
        Secret::new(String::new())
    } else {
        attempt.password.clone()
    };
    // an account that cannot sign in costs the same hash as one that can
    let check = ops
        .passwords
        .check(password, usable.as_ref().and_then(|c| c.password_hash.clone()))
        .await?;
    match (usable, check) {
        (Some(candidate), Check::Right) if !too_long => {
            begin(ops, &attempt, &candidate.user, None, now).await
        }
        (Some(candidate), Check::RightUpgrade(new)) if !too_long => {
            let old = candidate.password_hash.unwrap_or_default();
            begin(ops, &attempt, &candidate.user, Some((old, new)), now).await
        }
        (candidate, _) => {
            let user = candidate.map(|c| c.user);
            note_failure(ops, &attempt, &buckets, user.as_ref(), now).await?;
            Ok(SignIn::Wrong)
        }
    }
}

/// A bucket of failures: its name, how many it takes, and how long its window is.
struct Bucket {
    name: String,
    limit: i64,
    window: crate::domain::lifetime::Lifetime,
}

fn buckets(ops: &Ops, username: &str, origin: &Origin) -> [Bucket; 2] {
    let throttle = &ops.config.login;
    // the account's bucket is hashed: what people type there is sometimes their password
    let account = crate::domain::secret::TokenHash::of(&Secret::new(username.trim().to_lowercase()));
    [
        Bucket {
            name: format!("sign-in account {}", account.as_str()),
            limit: i64::from(throttle.account_failures),
            window: throttle.account_window,
        },
        Bucket {
            name: format!("sign-in address {}", origin.ip),
            limit: i64::from(throttle.address_failures),
            window: throttle.address_window,
        },
    ]
}

async fn throttled(ops: &Ops, buckets: &[Bucket; 2], now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    for bucket in buckets {
        if let Some((failures, until)) = store::throttle::failures(&ops.db, &bucket.name, now).await?
            && failures >= bucket.limit
        {
            return Ok(Some(until));
        }
    }
    Ok(None)
}

async fn note_failure(
    ops: &Ops,
    attempt: &Attempt<'_>,
    buckets: &[Bucket; 2],
    user: Option<&User>,
    now: Timestamp,
) -> Result<(), Failure> {
    let tx = ops.db.begin().await?;
    for bucket in buckets {
        store::throttle::fail(&tx, &bucket.name, now, now + bucket.window).await?;
    }
    let context = Context {
        actor: Actor::System,
        origin: attempt.origin.clone(),
        request_id: attempt.request_id.clone(),
    };
    // the name that was typed is not kept where it is nobody's: it is sometimes a password
    let subject = user.map_or("unknown", |u| u.id.as_str());
    ops.audit(
        &tx,
        &context,
        AuditEvent::new("user.sign_in_failed", "user", subject),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn begin(
    ops: &Ops,
    attempt: &Attempt<'_>,
    user: &User,
    upgrade: Option<(String, String)>,
    now: Timestamp,
) -> Result<SignIn, Failure> {
    let login = &ops.config.login;
    let tx = ops.db.begin().await?;
    let known = attempt.accounts.iter().find(|a| a.user_id == user.id);
    let mut session = None;
    if let Some(known) = known {
        let idle = now + login.session_idle_lifetime;
        if store::sessions::reauthenticated(&tx, &known.id, PASSWORD_AMR, now, idle).await? {
            session = Some(known.id.clone());
        }
    }
    let session = if let Some(session) = session {
        session
    } else {
        let id = SessionId::from_bits(random::id_bits(now));
        store::sessions::insert(&tx, &new_session(ops, attempt, user, &id, now)).await?;
        id
    };
    if let Some((old, new)) = upgrade {
        store::users::upgrade_password(&tx, &user.id, &old, &new).await?;
    }
    store::users::signed_in(&tx, &user.id, now).await?;
    let [account, _] = buckets(ops, attempt.username, attempt.origin);
    store::throttle::clear(&tx, &account.name).await?;
    let context = Context {
        actor: Actor::User(user.id.clone()),
        origin: attempt.origin.clone(),
        request_id: attempt.request_id.clone(),
    };
    ops.audit(
        &tx,
        &context,
        AuditEvent::new("user.signed_in", "user", user.id.as_str()),
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(SignIn::Done {
        session,
        user: user.id.clone(),
    })
}

fn new_session<'a>(
    ops: &Ops,
    attempt: &'a Attempt<'_>,
    user: &'a User,
    id: &'a SessionId,
    now: Timestamp,
) -> NewSession<'a> {
    let login = &ops.config.login;
    let absolute = if attempt.remember {
        login.remember_lifetime
    } else {
        login.session_absolute_lifetime
    };
    let idle = if attempt.remember {
        login.remember_lifetime
    } else {
        login.session_idle_lifetime
    };
    NewSession {
        id,
        browser: attempt.browser,
        user: &user.id,
        amr: PASSWORD_AMR,
        remembered: attempt.remember,
        origin: attempt.origin,
        now,
        idle_expires_at: now + idle,
        expires_at: now + absolute,
    }
}
