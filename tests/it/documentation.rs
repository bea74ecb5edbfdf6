//! `docs/errors.md` and `docs/routes.md` say what the code does. `UPDATE_DOCS=1 cargo test` writes them.

use std::fmt::Write as _;
use std::path::Path;

use gatepost::admin::SECTIONS;
use gatepost::domain::error_code::ErrorCode;
use gatepost::oidc::Caller;
use gatepost::oidc::ENDPOINTS;

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own setting, not the product's"
)]
pub(crate) fn expect_fresh(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var("UPDATE_DOCS").is_ok_and(|v| !v.is_empty()) {
        std::fs::write(&path, text).expect("docs/ can be written to");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "docs/{name} is stale; write it with UPDATE_DOCS=1 cargo test --test it documentation"
    );
}

/// The doc comment of each variant of [`ErrorCode`], from its source.
fn meanings() -> Vec<String> {
    let source = include_str!("../../src/domain/error_code.rs");
    let body = source.split("pub enum ErrorCode {").nth(1).expect("the enum");
    let body = body.split("\n}").next().expect("its end");
    let mut meanings = Vec::new();
    let mut comment = String::new();
    for line in body.lines().map(str::trim) {
        match line.strip_prefix("/// ") {
            Some(text) => {
                if !comment.is_empty() {
                    comment.push(' ');
                }
                comment.push_str(text);
            }
            None if line.ends_with(',') => meanings.push(std::mem::take(&mut comment)),
            None => {}
        }
    }
    meanings
}

#[test]
fn the_page_about_errors_is_fresh() {
    let meanings = meanings();
    assert_eq!(
        meanings.len(),
        ErrorCode::ALL.len(),
        "every variant is in ErrorCode::ALL"
    );
    let mut text = String::from(
        "# Error codes\n\nWhat a client can get from the protocol endpoints: as JSON with the status given here, or as \
         parameters of\nthe redirect from `/authorize`. Generated from `src/domain/error_code.rs`.\n\n\
         | `error` | Status | Meaning |\n|---|---|---|\n",
    );
    for (code, meaning) in ErrorCode::ALL.iter().zip(meanings) {
        writeln!(text, "| `{}` | {} | {meaning} |", code.as_str(), code.status()).expect("a string grows");
    }
    expect_fresh("errors.md", &text);
}

/// The paths in `.route("…", …)` of the sources in a folder.
fn routes(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).expect("a folder of the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                for rest in text.split(".route(").skip(1) {
                    if let Some(rest) = rest.trim_start().strip_prefix('"') {
                        found.push(rest.split('"').next().unwrap_or("").to_owned());
                    }
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn the_page_about_routes_is_fresh() {
    let mut text = String::from(
        "# Routes\n\nEverything that is served. Generated from the endpoint table, the console's sections and the \
         routes of the pages.\n\n## Protocol\n\n| Path | In discovery as | For |\n|---|---|---|\n",
    );
    for endpoint in ENDPOINTS {
        let name = endpoint.metadata.map_or("–".to_owned(), |m| format!("`{m}`"));
        let caller = match endpoint.caller {
            Caller::Browser => "browsers, with their session",
            Caller::Server => "servers",
            Caller::Anybody => "servers and applications in browsers (CORS)",
        };
        writeln!(text, "| `{}` | {name} | {caller} |", endpoint.path).expect("a string grows");
    }
    for (title, folder) in [
        ("Pages", "pages"),
        ("Pages of the protocol", "oidc"),
        ("Console", "admin"),
    ] {
        write!(text, "\n## {title}\n\n").expect("a string grows");
        for path in routes(folder) {
            writeln!(text, "- `{path}`").expect("a string grows");
        }
    }
    for section in SECTIONS {
        assert!(
            text.contains(&format!("`{}`", section.path)),
            "{} is missing",
            section.path
        );
    }
    text.push_str(
        "\n## Operation\n\n- `/healthz`\n- `/readyz`\n- `/favicon.ico`\n- `/static/{version}/{*name}`\n",
    );
    expect_fresh("routes.md", &text);
}
