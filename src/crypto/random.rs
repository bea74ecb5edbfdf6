//! The one source of tokens and identifiers.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// Random bytes from the operating system's generator.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // the library's generator fails only when the operating system has no randomness at all
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A token of 256 random bits, 43 base64url characters.
pub fn token() -> Secret<String> {
    Secret::new(URL_SAFE_NO_PAD.encode(bytes::<32>()))
}

/// The bits of an identifier: 48 bits of time in milliseconds, so that ids sort by age, and 80 random ones.
pub fn id_bits(now: Timestamp) -> u128 {
    let millis = u128::try_from(now.as_micros() / 1000).unwrap_or(0) & 0xffff_ffff_ffff;
    let mut low = [0; 16];
    low[6..].copy_from_slice(&bytes::<10>());
    (millis << 80) | u128::from_be_bytes(low)
}

/// Eight letters that are hard to mistake and spell no word. RFC 8628 §6.1.
pub fn user_code() -> String {
    const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let mut code = String::with_capacity(8);
    while code.len() < 8 {
        for byte in bytes::<16>() {
            // 240 is the largest multiple of 20: every letter is as likely as any other
            if byte < 240 && code.len() < 8 {
                code.push(char::from(LETTERS[usize::from(byte % 20)]));
            }
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time() {
        let (early, late) = (
            id_bits(Timestamp::from_secs(1_000)),
            id_bits(Timestamp::from_secs(1_001)),
        );
        assert!(early < late);
        assert_ne!(id_bits(Timestamp::from_secs(5)), id_bits(Timestamp::from_secs(5)));
    }

    #[test]
    fn a_user_code_has_eight_consonants() {
        let code = user_code();
        assert_eq!(code.len(), 8);
        assert!(code.chars().all(|c| "BCDFGHJKLMNPQRSTVWXZ".contains(c)), "{code}");
        assert_ne!(code, user_code());
    }

    #[test]
    fn tokens_are_long_and_differ() {
        assert_eq!(token().expose().len(), 43);
        assert_ne!(token().expose(), token().expose());
    }
}
