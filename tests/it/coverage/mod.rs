//! Which test covers which demand. A test says so in its doc comment: `/// Certification: oidcc-codereuse, …` names
//! modules of the conformance suite, `/// Security: B6, …` published failures of other providers. From these lines
//! `docs/certification-tests.md` and `docs/security-cases.md` are written, and a demand without a test fails here.

mod certification;
mod security;

use std::collections::BTreeMap;
use std::path::Path;

/// Demand → the tests that name it, as `module::test`.
type Covered = BTreeMap<String, Vec<String>>;

/// The tests whose doc comment has a line `/// {marker}: a, b`.
fn covered(marker: &str) -> Covered {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut found = Covered::new();
    let mut open = vec![root.clone()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).expect("a folder of the tests") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("coverage/mod.rs") {
                let below = path
                    .strip_prefix(&root)
                    .expect("below the root")
                    .with_extension("");
                let module = below.to_string_lossy().replace('/', "::");
                let module = module.trim_end_matches("::mod").to_owned();
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                collect(&text, marker, &module, &mut found);
            }
        }
    }
    for tests in found.values_mut() {
        tests.sort();
    }
    found
}

fn collect(text: &str, marker: &str, module: &str, found: &mut Covered) {
    let prefix = format!("/// {marker}: ");
    let mut waiting: Vec<String> = Vec::new();
    let mut in_list = false;
    for line in text.lines().map(str::trim) {
        if let Some(list) = line.strip_prefix(&prefix) {
            waiting.extend(names(list));
            in_list = list.ends_with(',');
        } else if let (true, Some(list)) = (in_list, line.strip_prefix("/// ")) {
            waiting.extend(names(list));
            in_list = list.ends_with(',');
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| !line.starts_with("//")) {
            let function = rest.split('(').next().unwrap_or(rest);
            for name in waiting.drain(..) {
                found
                    .entry(name)
                    .or_default()
                    .push(format!("{module}::{function}"));
            }
        }
    }
    assert!(waiting.is_empty(), "{module}: a marker stands before no function");
}

fn names(list: &str) -> impl Iterator<Item = String> {
    let all = list.trim_end_matches('.').split(',').map(str::trim);
    all.filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The cell of a table that lists tests.
fn cell(tests: &[String]) -> String {
    let quoted: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
    quoted.join("<br>")
}
