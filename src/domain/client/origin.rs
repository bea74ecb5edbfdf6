//! Where a client comes from.

use crate::domain::time::Timestamp;

/// Who brought a client here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientOrigin {
    /// The operator, by console or command line.
    #[default]
    Operator,
    /// The client itself. RFC 7591.
    Dynamic,
    /// Its `client_id`, which is the address of its metadata. OAuth Client ID Metadata Document §3.
    MetadataDocument,
}

impl ClientOrigin {
    /// The column value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Dynamic => "dynamic",
            Self::MetadataDocument => "metadata_document",
        }
    }

    /// Reads the column.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Operator, Self::Dynamic, Self::MetadataDocument]
            .into_iter()
            .find(|origin| origin.as_str() == text)
    }
}

/// Where a client comes from, and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Provenance {
    /// Who brought it.
    pub origin: ClientOrigin,
    /// When tokens were issued to it first; noted only where the operator did not bring it.
    pub used_at: Option<Timestamp>,
    /// Until when its metadata document need not be fetched again.
    pub fresh_until: Option<Timestamp>,
}
