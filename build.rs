//! Migrations and message files are compiled in by macros that do not notice a new file.

fn main() {
    println!("cargo::rerun-if-changed=migrations\ncargo::rerun-if-changed=templates/locales");
}
