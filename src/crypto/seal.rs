//! Sealing small values: AES-256-GCM, with the purpose as associated data so that a value cannot be moved elsewhere.

use aws_lc_rs::aead::AES_256_GCM;
use aws_lc_rs::aead::Aad;
use aws_lc_rs::aead::LessSafeKey;
use aws_lc_rs::aead::Nonce;
use aws_lc_rs::aead::UnboundKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;
use sha2::Sha256;

use crate::crypto::CryptoError;
use crate::crypto::random;
use crate::domain::secret::Secret;

const NONCE_BYTES: usize = 12;

/// A 256-bit key that seals and opens.
pub struct SealingKey(LessSafeKey);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl SealingKey {
    /// From key bytes.
    pub fn new(key: &Secret<[u8; 32]>) -> Self {
        // 32 bytes are the one length that AES-256 takes
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).expect("AES-256 takes 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// From a token: whoever has it can open what was sealed, and the database alone cannot.
    pub fn of_token(token: &Secret<String>) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"gatepost successor of ");
        hash.update(token.expose().as_bytes());
        Self::new(&Secret::new(hash.finalize().into()))
    }

    /// Seals; gives base64url text of nonce and ciphertext.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        let nonce = random::bytes::<NONCE_BYTES>();
        let mut sealed = plain.to_vec();
        // fails only beyond 64 GiB
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut sealed,
            )
            .expect("the value is far smaller than 64 GiB");
        let mut text = URL_SAFE_NO_PAD.encode(nonce);
        URL_SAFE_NO_PAD.encode_string(sealed, &mut text);
        text
    }

    /// Opens what [`SealingKey::seal`] made for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Secret<Vec<u8>>, CryptoError> {
        const WRONG: CryptoError = CryptoError("a sealed value does not open with this key");
        let (nonce, cipher) = sealed.split_at_checked(NONCE_BYTES * 4 / 3).ok_or(WRONG)?;
        let nonce = URL_SAFE_NO_PAD.decode(nonce).map_err(|_| WRONG)?;
        let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| WRONG)?;
        let mut cipher = URL_SAFE_NO_PAD.decode(cipher).map_err(|_| WRONG)?;
        let length = {
            let plain = self
                .0
                .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut cipher)
                .map_err(|_| WRONG)?;
            plain.len()
        };
        cipher.truncate(length);
        Ok(Secret::new(cipher))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(&Secret::new([byte; 32]))
    }

    #[test]
    fn a_sealed_value_opens_for_its_purpose_and_key_only() {
        let sealed = key(1).seal("signing key", b"private");
        assert_eq!(key(1).open("signing key", &sealed).unwrap().expose(), b"private");
        assert!(key(2).open("signing key", &sealed).is_err());
        assert!(key(1).open("totp", &sealed).is_err());
        assert!(key(1).open("signing key", &sealed[..20]).is_err());
        assert!(key(1).open("signing key", "").is_err());
    }

    #[test]
    fn sealing_twice_gives_different_texts() {
        assert_ne!(key(1).seal("p", b"x"), key(1).seal("p", b"x"));
    }

    #[test]
    fn a_successor_opens_with_the_token_it_was_sealed_under() {
        let (one, two) = (Secret::new("one".to_owned()), Secret::new("two".to_owned()));
        let sealed = SealingKey::of_token(&one).seal("s", b"next");
        assert_eq!(
            SealingKey::of_token(&one).open("s", &sealed).unwrap().expose(),
            b"next"
        );
        assert!(SealingKey::of_token(&two).open("s", &sealed).is_err());
    }
}
