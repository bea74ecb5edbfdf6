//! `[crypto]`: the master key, or where it is kept; and the size of new signing keys.
//!
//! Making the key file is not done here: `config` only reads.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;

use crate::config::database::DatabaseConfig;
use crate::config::reader::Reader;
use crate::domain::secret::Secret;

/// Keys.
#[derive(Clone, Debug)]
pub struct CryptoConfig {
    /// The key under which stored secrets are sealed.
    pub master_key: MasterKeySource,
    /// Size of new RSA signing keys in bits: 2048, 3072 or 4096.
    pub rsa_bits: usize,
}

/// Where the master key comes from.
#[derive(Clone, Debug)]
pub enum MasterKeySource {
    /// The key itself was given.
    Given(Secret<[u8; 32]>),
    /// It is in this file, or will be: where it does not exist, the first start makes it.
    File(PathBuf),
}

/// Either base64 alphabet, with or without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The master key in a text, such as the content of its file: base64 of exactly 32 bytes.
pub fn decode_master_key(text: &str) -> Option<Secret<[u8; 32]>> {
    let text = text.trim();
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()?;
    bytes.try_into().ok().map(Secret::new)
}

const NOT_A_KEY: &str = "must be 32 bytes in base64";
const HOW_TO_MAKE_ONE: &str = "Try the output of: openssl rand -base64 32";

impl CryptoConfig {
    pub(super) fn read(reader: &mut Reader, database: Option<&DatabaseConfig>) -> Option<Self> {
        let master_key = read_master_key(reader, database);
        let rsa_bits = read_rsa_bits(reader);
        Some(Self {
            master_key: master_key?,
            rsa_bits: rsa_bits?,
        })
    }
}

fn read_rsa_bits(reader: &mut Reader) -> Option<usize> {
    let key = "crypto.rsa_bits";
    let bits = reader.number(key, 0..=1_000_000_usize)?;
    if matches!(bits, 2_048 | 3_072 | 4_096) {
        return Some(bits);
    }
    reader.refuse_with_default(key, "must be 2048, 3072 or 4096");
    None
}

fn read_master_key(reader: &mut Reader, database: Option<&DatabaseConfig>) -> Option<MasterKeySource> {
    let (key, file_key) = ("crypto.master_key", "crypto.master_key_file");
    match reader.merged.winning_file(key, file_key) {
        Ok(Some(path)) => {
            check_file(reader, file_key, &path)?;
            return Some(MasterKeySource::File(path));
        }
        Ok(None) => {}
        Err(problem) => {
            reader.problems.push(*problem);
            return None;
        }
    }
    if let Some(text) = reader.secret(key)? {
        let given = decode_master_key(text.expose());
        if given.is_none() {
            reader.refuse(key, NOT_A_KEY, HOW_TO_MAKE_ONE);
        }
        return given.map(MasterKeySource::Given);
    }
    let path = match database?.url.sqlite_file() {
        Some(file) => {
            let mut path = file.into_os_string();
            path.push(".master-key");
            PathBuf::from(path)
        }
        None => PathBuf::from("gatepost.master-key"),
    };
    check_file(reader, key, &path)?;
    Some(MasterKeySource::File(path))
}

/// A file that exists must be readable and hold a key: better said now than at the first token.
fn check_file(reader: &mut Reader, key: &str, path: &Path) -> Option<()> {
    let shown = path.display();
    match std::fs::read_to_string(path) {
        Ok(text) if decode_master_key(&text).is_some() => return Some(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(()),
        Ok(_) => {
            let message = format!("is read from {shown}, whose content {NOT_A_KEY}");
            reader.refuse(
                key,
                &message,
                "Restore the file from a backup: a new key cannot open what is stored",
            );
        }
        Err(error) => {
            let message = format!("is read from {shown}, which cannot be read: {error}");
            reader.refuse(
                key,
                &message,
                "Check the path, and that the user Gatepost runs as may read it",
            );
        }
    }
    None
}
