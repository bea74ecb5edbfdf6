//! The binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    // fails only when a provider is installed already, which is then the same one
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    gatepost::cli::start::start()
}
