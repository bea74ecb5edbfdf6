//! What a new password must be like. NIST SP 800-63B-4 §3.1.1: length and a block list, no composition rules.

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Shorter than the installation asks for; holds the length in characters.
    #[error("Use at least {0} characters.")]
    TooShort(usize),
    /// Longer than 1024 bytes.
    #[error("Use at most 1024 characters.")]
    TooLong,
    /// Among the most used ones, or a simple pattern.
    #[error("That password is among the first that attackers try. Choose another.")]
    Common,
    /// Mostly the person's own name or address, or ours.
    #[error("That password is too close to the account's name or address. Choose another.")]
    Context,
}

/// Longest password in bytes.
pub const MAX_BYTES: usize = 1024;

/// Checks a new password. `context` holds words that it must not consist of: user name, mail address, product.
pub fn check(password: &str, min_length: usize, context: &[&str]) -> Result<(), WeakPassword> {
    if password.chars().count() < min_length {
        return Err(WeakPassword::TooShort(min_length));
    }
    if password.len() > MAX_BYTES {
        return Err(WeakPassword::TooLong);
    }
    let lower = password.to_lowercase();
    if is_pattern(&lower) || is_common(&lower) {
        return Err(WeakPassword::Common);
    }
    let words = context
        .iter()
        .flat_map(|text| text.split(['@', '.', ' ']))
        .filter(|w| w.chars().count() >= 4);
    let rest = words.fold(lower, |rest, word| rest.replace(&word.to_lowercase(), ""));
    if rest.chars().filter(|c| c.is_alphanumeric()).count() < 6 {
        return Err(WeakPassword::Context);
    }
    Ok(())
}

/// One character or a short run repeated, or a run along the alphabet, the digits or the keyboard.
fn is_pattern(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let repeats =
        (1..=4).any(|n| chars.len() > n && chars.iter().zip(chars.iter().skip(n)).all(|(a, b)| a == b));
    let runs = [
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890123456789",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
    ];
    let reversed: String = chars.iter().rev().collect();
    repeats
        || runs
            .iter()
            .any(|run| run.contains(lower) || run.contains(&reversed))
}

/// The words that most leaked passwords are made of; a password that is only these, digits and signs is common.
const COMMON_WORDS: &[&str] = &[
    "password",
    "passwort",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "qwertyuiop",
    "qwerty",
    "qwertz",
    "letmein",
    "welcome",
    "willkommen",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "superman",
    "batman",
    "sunshine",
    "princess",
    "master",
    "admin",
    "administrator",
    "login",
    "secret",
    "changeme",
    "default",
    "hallo",
    "hello",
    "geheim",
    "test",
    "starwars",
    "trustno1",
    "whatever",
    "shadow",
    "summer",
    "winter",
    "sommer",
    "spring",
    "autumn",
    "gatepost",
    "abc",
    "1q2w3e4r",
    "1qaz2wsx",
    "zaq12wsx",
    "asdfghjkl",
    "asdf",
    "user",
    "root",
    "guest",
    "the",
    "my",
    "is",
    "this",
    "your",
];

fn is_common(lower: &str) -> bool {
    let mut rest = lower.to_owned();
    let mut words: Vec<&str> = COMMON_WORDS.to_vec();
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    for word in words {
        rest = rest.replace(word, "");
    }
    rest.chars().all(|c| !c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_phrase_is_accepted() {
        for password in [
            "correct horse battery staple",
            "Wiesen-Schaum-Kraut 7",
            "eek1Ohb9xooCh5u",
        ] {
            assert_eq!(
                check(password, 15, &["amara", "amara@example.test"]),
                Ok(()),
                "{password}"
            );
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_capped_in_bytes() {
        assert_eq!(check("short", 15, &[]), Err(WeakPassword::TooShort(15)));
        assert_eq!(check("äöüßäöüßäöüßäöx7", 15, &[]), Ok(()));
        assert_eq!(check(&"k7".repeat(600), 15, &[]), Err(WeakPassword::TooLong));
    }

    #[test]
    fn what_attackers_try_first_is_refused() {
        for password in [
            "passwordpassword",
            "Password12345678!",
            "aaaaaaaaaaaaaaaa",
            "abcdabcdabcdabcd",
            "qwertyuiopasdfgh",
        ] {
            assert_eq!(check(password, 15, &[]), Err(WeakPassword::Common), "{password}");
        }
    }

    #[test]
    fn the_accounts_own_words_do_not_count() {
        assert_eq!(
            check("AmaraOkafor2026!!", 15, &["amara", "okafor"]),
            Err(WeakPassword::Context)
        );
        assert_eq!(
            check("amara.okafor@example.test", 15, &["amara.okafor@example.test"]),
            Err(WeakPassword::Context)
        );
    }
}
