//! `[login]`: sessions, links, passwords, and when failed sign-ins are slowed down.

use std::num::NonZeroUsize;

use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// Sign-in, sessions and passwords.
#[derive(Clone, Debug)]
pub struct LoginConfig {
    /// How long a browser stays signed in unused. Never longer than `session_absolute_lifetime`.
    pub session_idle_lifetime: Lifetime,
    /// How long a browser stays signed in at most.
    pub session_absolute_lifetime: Lifetime,
    /// The same, when "keep me signed in" is ticked.
    pub remember_lifetime: Lifetime,
    /// From the application's request to the end of the sign-in.
    pub transaction_lifetime: Lifetime,
    /// Links for a new password.
    pub reset_link_lifetime: Lifetime,
    /// Links that verify a mail address.
    pub verification_link_lifetime: Lifetime,
    /// The link for creating the first administrator.
    pub setup_link_lifetime: Lifetime,
    /// Failed sign-ins for one account, within `account_window`, after which it must wait.
    pub account_failures: u32,
    /// The time over which failures of one account are counted.
    pub account_window: Lifetime,
    /// Failed sign-ins from one network address, within `address_window`, after which it must wait.
    pub address_failures: u32,
    /// The time over which failures from one address are counted.
    pub address_window: Lifetime,
    /// The fewest characters of a password used without a second factor.
    pub password_min_length: usize,
    /// Memory of one password hash, in KiB.
    pub argon2_memory_kib: u32,
    /// Passes over that memory.
    pub argon2_iterations: u32,
    /// How many passwords are hashed at the same time.
    pub hash_workers: NonZeroUsize,
    /// How many sign-ins may wait to be hashed.
    pub hash_queue: usize,
}

/// OWASP's weakest equivalent recommendation for argon2id: 7 MiB, five passes.
const LEAST_HASH_WORK_KIB: u64 = 7_168 * 5;

impl LoginConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let longest_link = Lifetime::from_days(30);
        let idle = reader.lifetime("login.session_idle_lifetime", Lifetime::MAX);
        let absolute = reader.lifetime("login.session_absolute_lifetime", Lifetime::MAX);
        let remember = reader.lifetime("login.remember_lifetime", Lifetime::MAX);
        let transaction = reader.lifetime("login.transaction_lifetime", Lifetime::from_days(1));
        let reset = reader.lifetime("login.reset_link_lifetime", longest_link);
        let verification = reader.lifetime("login.verification_link_lifetime", longest_link);
        let setup = reader.lifetime("login.setup_link_lifetime", longest_link);
        let account = read_throttle(reader, "login.account_failures", "login.account_window");
        let address = read_throttle(reader, "login.address_failures", "login.address_window");
        let password_min_length = reader.number("login.password_min_length", 8..=128_usize);
        let argon2 = read_argon2(reader);
        let hash_workers = reader.number("login.hash_workers", 0..=1_024_usize);
        let hash_queue = reader.number("login.hash_queue", 1..=1_000_000_usize);
        let (idle, absolute, remember) = (idle?, absolute?, remember?);
        let session = "login.session_absolute_lifetime";
        let in_order = [
            reader.not_longer("login.session_idle_lifetime", idle, session, absolute),
            reader.not_longer(session, absolute, "login.remember_lifetime", remember),
        ];
        if in_order.contains(&None) {
            return None;
        }
        let (account_failures, account_window) = account?;
        let (address_failures, address_window) = address?;
        let (argon2_memory_kib, argon2_iterations) = argon2?;
        Some(Self {
            session_idle_lifetime: idle,
            session_absolute_lifetime: absolute,
            remember_lifetime: remember,
            transaction_lifetime: transaction?,
            reset_link_lifetime: reset?,
            verification_link_lifetime: verification?,
            setup_link_lifetime: setup?,
            account_failures,
            account_window,
            address_failures,
            address_window,
            password_min_length: password_min_length?,
            argon2_memory_kib,
            argon2_iterations,
            hash_workers: NonZeroUsize::new(hash_workers?).unwrap_or_else(cores),
            hash_queue: hash_queue?,
        })
    }
}

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Memory in KiB and passes.
fn read_argon2(reader: &mut Reader) -> Option<(u32, u32)> {
    let memory = reader.number("login.argon2_memory_kib", 7_168..=4_194_304_u32);
    let iterations = reader.number("login.argon2_iterations", 1..=100_u32);
    let (memory, iterations) = (memory?, iterations?);
    if u64::from(memory) * u64::from(iterations) < LEAST_HASH_WORK_KIB {
        let message = format!("is too little for {iterations} passes (login.argon2_iterations)");
        reader.refuse_with_default("login.argon2_memory_kib", &message);
        return None;
    }
    Some((memory, iterations))
}

/// How many failures within how long, for `login.SUBJECT_failures` and `login.SUBJECT_window`.
fn read_throttle(reader: &mut Reader, failures: &str, window: &str) -> Option<(u32, Lifetime)> {
    let failures = reader.number(failures, 1..=1_000_000);
    let window = reader.lifetime(window, Lifetime::from_days(1));
    Some((failures?, window?))
}
