//! Passwords: argon2id on a bounded pool off the runtime, and a table of formats that can be verified.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::PasswordHasher as _;
use argon2::PasswordVerifier as _;
use argon2::Version;
use argon2::password_hash::phc::PasswordHash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

use crate::domain::secret::Secret;

/// A format of stored password hashes. A format is one entry in [`FORMATS`].
pub struct Format {
    /// What stored hashes of this format start with.
    pub prefix: &'static str,
    /// Whether the password is the one that was hashed.
    pub verify: fn(password: &[u8], stored: &str) -> bool,
}

/// Every format that can be verified. What is not in today's format is rehashed at the next sign-in.
pub const FORMATS: &[Format] = &[Format {
    prefix: "$argon2",
    verify: verify_argon2,
}];

fn verify_argon2(password: &[u8], stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        return false;
    };
    Argon2::default().verify_password(password, &hash).is_ok()
}

/// Whether some format knows this stored hash.
pub fn is_known(stored: &str) -> bool {
    FORMATS.iter().any(|f| stored.starts_with(f.prefix))
}

/// Too many passwords are waiting to be hashed already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct Busy;

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// It is the password.
    Right,
    /// It is, and its hash was made with other parameters than today's: store this one.
    RightUpgrade(String),
    /// It is not.
    Wrong,
}

/// Costs and limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashSettings {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Hashes computed at the same time.
    pub workers: usize,
    /// Hashes waiting at the most.
    pub queue: usize,
}

/// Hashes and checks passwords, a few at a time.
#[derive(Debug, Clone)]
pub struct PasswordHashes {
    argon2: Argon2<'static>,
    workers: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    limit: usize,
    /// A hash of nothing anybody knows, checked when there is no account, so that the time taken is the same.
    decoy: Arc<str>,
}

impl PasswordHashes {
    /// With these costs and limits; parameters that argon2 refuses fall back to its defaults (RFC 9106, OWASP).
    pub fn new(settings: &HashSettings) -> Self {
        let params = Params::new(settings.memory_kib, settings.iterations, 1, None).unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = decoy(&argon2);
        Self {
            argon2,
            workers: Arc::new(Semaphore::new(settings.workers.max(1))),
            waiting: Arc::new(AtomicUsize::new(0)),
            limit: settings.queue + settings.workers.max(1),
            decoy: decoy.into(),
        }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, Busy> {
        let argon2 = self.argon2.clone();
        self.run(move || hash_with(&argon2, password.expose().as_bytes()))
            .await
    }

    /// Checks a password; without a stored hash it takes as long and is wrong.
    pub async fn check(&self, password: Secret<String>, stored: Option<String>) -> Result<Check, Busy> {
        let argon2 = self.argon2.clone();
        let decoy = Arc::clone(&self.decoy);
        self.run(move || check_with(&argon2, &password, stored.as_deref(), &decoy))
            .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let _place = Place::take(&self.waiting, self.limit)?;
        let permit = Arc::clone(&self.workers)
            .acquire_owned()
            .await
            .map_err(|_| Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|_| Busy)
    }
}

/// A place in the queue, given back when dropped, also when the request is cancelled.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, limit: usize) -> Result<Self, Busy> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) < limit {
            Ok(place)
        } else {
            Err(Busy)
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A hash in today's format of a password that nobody knows, the one who made it included. Nothing is computed for it.
fn decoy(argon2: &Argon2<'_>) -> String {
    let params = argon2.params();
    let salt = STANDARD_NO_PAD.encode(crate::crypto::random::bytes::<16>());
    let hash = STANDARD_NO_PAD.encode(crate::crypto::random::bytes::<32>());
    let (memory, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
    format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")
}

#[expect(clippy::disallowed_methods, reason = "this is crypto::password_hash")]
fn hash_with(argon2: &Argon2<'_>, password: &[u8]) -> String {
    // fails only for parameters that Params::new refuses, and without randomness
    argon2
        .hash_password(password)
        .expect("checked parameters and an operating system with randomness")
        .to_string()
}

fn check_with(argon2: &Argon2<'_>, password: &Secret<String>, stored: Option<&str>, decoy: &str) -> Check {
    let bytes = password.expose().as_bytes();
    let Some(stored) = stored else {
        verify_argon2(bytes, decoy);
        return Check::Wrong;
    };
    let right = FORMATS
        .iter()
        .find(|f| stored.starts_with(f.prefix))
        .is_some_and(|f| (f.verify)(bytes, stored));
    if !right {
        return Check::Wrong;
    }
    let params = argon2.params();
    let today = format!(
        "$argon2id$v=19$m={},t={},p={}$",
        params.m_cost(),
        params.t_cost(),
        params.p_cost()
    );
    if stored.starts_with(&today) {
        Check::Right
    } else {
        Check::RightUpgrade(hash_with(argon2, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(iterations: u32) -> PasswordHashes {
        PasswordHashes::new(&HashSettings {
            memory_kib: 64,
            iterations,
            workers: 1,
            queue: 2,
        })
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_is_right_and_another_is_wrong() {
        let hashes = hashes(1);
        let stored = hashes.hash(secret("correct horse")).await.unwrap();
        assert_eq!(
            hashes.check(secret("correct horse"), Some(stored.clone())).await,
            Ok(Check::Right)
        );
        assert_eq!(
            hashes.check(secret("battery staple"), Some(stored)).await,
            Ok(Check::Wrong)
        );
        assert_eq!(hashes.check(secret("anything"), None).await, Ok(Check::Wrong));
        assert_eq!(
            hashes.check(secret("x"), Some("$md5$x".to_owned())).await,
            Ok(Check::Wrong)
        );
    }

    #[test]
    fn the_decoy_is_a_hash_that_takes_as_long_as_any() {
        let today = hashes(2);
        let parsed = PasswordHash::new(&today.decoy).unwrap();
        assert_eq!(parsed.algorithm.as_str(), "argon2id");
        assert!(today.decoy.starts_with("$argon2id$v=19$m=64,t=2,p=1$"));
        assert!(parsed.salt.is_some() && parsed.hash.is_some());
    }

    #[tokio::test]
    async fn an_older_hash_is_upgraded_when_the_password_is_right() {
        let stored = hashes(1).hash(secret("correct horse")).await.unwrap();
        let today = hashes(2);
        let Ok(Check::RightUpgrade(new)) = today.check(secret("correct horse"), Some(stored)).await else {
            panic!("expected an upgrade");
        };
        assert_eq!(
            today.check(secret("correct horse"), Some(new)).await,
            Ok(Check::Right)
        );
    }

    #[tokio::test]
    async fn a_full_queue_refuses_instead_of_growing() {
        let hashes = hashes(1);
        let permit = hashes.workers.clone().acquire_owned().await.unwrap();
        let waiting: Vec<_> = (0..3)
            .map(|_| Box::pin(hashes.check(secret("x"), None)))
            .collect();
        let mut waiting = waiting;
        for future in &mut waiting {
            assert!(futures_poll(future.as_mut()).is_none());
        }
        assert_eq!(hashes.check(secret("x"), None).await, Err(Busy));
        drop(waiting);
        drop(permit);
        assert_eq!(hashes.check(secret("x"), None).await, Ok(Check::Wrong));
    }

    fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.poll(&mut context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        }
    }
}
