//! `[ciba]`: requests that applications make without a browser.

use crate::config::reader::Reader;

/// Client-Initiated Backchannel Authentication.
#[derive(Clone, Debug)]
pub struct CibaConfig {
    /// For conformance tests only: requests are answered by whoever asks for it.
    pub automated_approval: bool,
}

impl CibaConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self {
            automated_approval: reader.flag("ciba.automated_approval")?,
        })
    }
}
