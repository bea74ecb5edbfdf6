//! `docs/security-cases.md`.

use std::fmt::Write as _;

use crate::coverage::cell;
use crate::coverage::covered;
use crate::documentation::expect_fresh;

/// Why a case has no test.
enum Case {
    /// It has one, named by its marker.
    Tested(&'static str),
    /// It cannot happen here, or not yet; why.
    #[expect(dead_code, reason = "used as soon as a case does not apply")]
    NotHere(&'static str, &'static str),
}

/// Every case: its id, and what was wrong elsewhere.
const CASES: &[(&str, Case)] = &[
    (
        "A1",
        Case::Tested("a redirect URI with user information before the host was taken for the registered one"),
    ),
];

#[test]
fn the_page_about_security_cases_is_fresh() {
    let covered = covered("Security");
    let mut text = String::from(
        "# Security cases\n\nPublished failures of other providers, and the tests that show that Gatepost does not \
         share them. Generated from\n`tests/it/coverage/security.rs` and the `/// Security:` lines of the tests.\n\n\
         | Case | What was wrong elsewhere | Tests |\n|---|---|---|\n",
    );
    let mut missing = Vec::new();
    for (id, case) in CASES {
        let tests = covered.get(*id).map_or(&[][..], Vec::as_slice);
        let (what, proof) = match case {
            Case::Tested(what) => {
                if tests.is_empty() {
                    missing.push(*id);
                }
                (what, cell(tests))
            }
            Case::NotHere(what, why) => (what, format!("Does not apply: {why}.")),
        };
        writeln!(text, "| {id} | {what} | {proof} |").expect("a string grows");
    }
    let unknown: Vec<&String> = covered
        .keys()
        .filter(|id| !CASES.iter().any(|(known, _)| known == id))
        .collect();
    assert!(unknown.is_empty(), "no such cases: {unknown:?}");
    assert!(missing.is_empty(), "cases without a test: {missing:?}");
    expect_fresh("security-cases.md", &text);
}
