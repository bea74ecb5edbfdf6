//! The integration tests: one binary, whose modules are the folders beside this file.
//!
//! `TEST_DB` chooses the database (`sqlite`, the default, or `postgres` with `TEST_DATABASE_URL`);
//! `scripts/test.sh` runs everything on both.

#![expect(
    clippy::panic,
    clippy::large_futures,
    clippy::wildcard_enum_match_arm,
    clippy::struct_field_names,
    reason = "a test fails by panicking, its futures run once, and it names what it expects"
)]

mod architecture;
mod browser;
mod certificates;
mod certification;
mod console;
mod coverage;
mod documentation;
mod fetch;
mod harness;
mod jwks_cache;
mod node;
mod protocol;
mod rp;
mod store;
mod tls;
