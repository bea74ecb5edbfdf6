//! The binary: everything is in the library.

use std::process::ExitCode;

/// Gives memory back to the system: hashing a password takes 19 MiB for a moment.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // fails only when a provider is installed already, which is then the same one
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    gatepost::cli::start::start()
}
