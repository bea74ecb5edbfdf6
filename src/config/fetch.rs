//! `[fetch]`: requests that Gatepost makes to addresses which applications name.

use rustls::pki_types::CertificateDer;

use crate::config::address_range::AddressRange;
use crate::config::pem;
use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// What the outgoing client may reach, and whom it trusts.
#[derive(Clone, Debug)]
pub struct FetchConfig {
    /// Private addresses that may be reached nevertheless.
    pub allowed_private: Vec<AddressRange>,
    /// Authorities that are trusted besides those of the system.
    pub ca: Vec<CertificateDer<'static>>,
    /// How long one request may take, from the name to the last byte.
    pub timeout: Lifetime,
}

impl FetchConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let allowed_private = reader.ranges("fetch.allowed_private");
        let ca = pem::certificates(reader, "fetch.ca");
        let timeout = reader.lifetime("fetch.timeout", Lifetime::from_secs(30));
        Some(Self {
            allowed_private: allowed_private?,
            ca: ca?,
            timeout: timeout?,
        })
    }
}
