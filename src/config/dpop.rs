//! `[dpop]`: proofs of possession.

use crate::config::reader::Reader;

/// Proofs of possession. RFC 9449.
#[derive(Clone, Debug)]
pub struct DpopConfig {
    /// Whether every proof must hold a nonce of ours. RFC 9449 §8.
    pub require_nonce: bool,
}

impl DpopConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let choices = [("optional", false), ("required", true)];
        Some(Self {
            require_nonce: reader.choice("dpop.nonce", &choices)?,
        })
    }
}
