//! `docs/security-cases.md`.

use std::fmt::Write as _;

use crate::coverage::cell;
use crate::coverage::covered;
use crate::documentation::expect_fresh;

/// A case a line: its id, what was wrong elsewhere, and why it has no test here if it has none.
const CASES: &str = include_str!("security_cases.txt");

#[test]
fn the_page_about_security_cases_is_fresh() {
    let covered = covered("Security");
    let mut text = String::from(
        "# Security cases\n\nPublished failures of other providers, and the tests that show that Gatepost does not \
         share them. Generated from\n`tests/it/coverage/security_cases.txt` and the `/// Security:` lines of the \
         tests.\n\n| Case | What was wrong elsewhere | Tests |\n|---|---|---|\n",
    );
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for line in CASES.lines() {
        let parts: Vec<&str> = line.split(" | ").collect();
        let (id, what) = (parts[0], parts[1]);
        let tests = covered.get(id).map_or(&[][..], Vec::as_slice);
        let proof = match parts.get(2) {
            Some(why) if tests.is_empty() => format!("No test: {why}."),
            Some(_) | None => cell(tests),
        };
        if proof.is_empty() {
            missing.push(id);
        }
        writeln!(text, "| {id} | {what} | {proof} |").expect("a string grows");
        known.push(id);
    }
    let unknown: Vec<&String> = covered
        .keys()
        .filter(|id| !known.contains(&id.as_str()))
        .collect();
    assert!(unknown.is_empty(), "no such cases: {unknown:?}");
    assert!(missing.is_empty(), "cases without a test: {missing:?}");
    expect_fresh("security-cases.md", &text);
}
