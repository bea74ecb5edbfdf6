//! Dynamic registration and metadata documents: RFC 7591, RFC 7592, OAuth Client ID Metadata Document.

mod addresses;
mod clean_up;
mod documents;
mod manage;
mod metadata;
mod who_may;
