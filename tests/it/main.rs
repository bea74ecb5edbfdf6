//! The integration tests: one binary, whose modules are the folders beside this file.
//!
//! `TEST_DB` chooses the database (`sqlite`, the default, or `postgres` with `TEST_DATABASE_URL`);
//! `scripts/test.sh` runs everything on both.

mod architecture;
mod browser;
mod documentation;
mod harness;
mod protocol;
mod rp;
mod store;
