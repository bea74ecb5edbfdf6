//! The shape of the source: which way imports run, who names which library, which template belongs to which page.

use std::collections::BTreeMap;
use std::path::Path;

/// A file's path below the root, with `/`, and its text.
type Source = (String, String);

fn files(folder: &str, ending: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root).expect("below the root");
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                found.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no *{ending}");
    found.sort();
    found
}

/// The text without its unit tests and comments: both may name anything.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    product
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// The module that a file belongs to: the first part of its path below `src/`.
fn module(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

/// Module by module, what each may name of ours, besides itself. What is not here may name nothing.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("i18n", &[]),
    ("config", &["domain"]),
    ("clock", &["domain"]),
    ("telemetry", &["config"]),
    ("crypto", &["domain"]),
    ("store", &["domain"]),
    ("mail", &["domain", "config"]),
    ("fetch", &["domain", "config"]),
    ("error", &["domain", "i18n", "crypto", "store"]),
    (
        "ops",
        &[
            "domain", "config", "clock", "i18n", "crypto", "store", "mail", "fetch", "error",
        ],
    ),
    // `app` is `app::state`, the type that handlers receive
    (
        "web",
        &[
            "domain", "config", "i18n", "crypto", "store", "error", "ops", "app",
        ],
    ),
    ("health", &["app", "error"]),
    ("oidc", SURFACE),
    ("pages", SURFACE),
    ("admin", SURFACE),
    (
        "jobs",
        &[
            "domain", "config", "clock", "crypto", "store", "mail", "fetch", "error", "ops",
        ],
    ),
    (
        "app",
        &[
            "domain", "config", "clock", "crypto", "store", "fetch", "error", "ops", "web", "health", "oidc",
            "pages", "admin",
        ],
    ),
    ("dev", &["domain", "clock", "crypto", "web"]),
    (
        "cli",
        &[
            "domain",
            "config",
            "clock",
            "telemetry",
            "crypto",
            "store",
            "mail",
            "error",
            "ops",
            "app",
            "jobs",
            "dev",
        ],
    ),
];

/// Surfaces never name one another.
const SURFACE: &[&str] = &[
    "domain", "config", "i18n", "crypto", "store", "fetch", "error", "ops", "web", "app",
];

/// What a line names of ours: `crate::x` in a `use` or inline.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        end.map_or(rest, |end| &rest[..end])
    })
}

#[test]
fn imports_run_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        let own = module(&path);
        if matches!(own, "lib" | "main") {
            continue;
        }
        let allowed = MAY_NAME.iter().find(|(name, _)| *name == own);
        let Some((_, allowed)) = allowed else {
            wrong.push(format!(
                "{path}: the module {own} has no line in this test's table"
            ));
            continue;
        };
        for line in code(&text) {
            for name in named(line) {
                if name != own && !allowed.contains(&name) {
                    wrong.push(format!("{path}: {}", line.trim()));
                }
                let state_only = own != "app" && own != "cli" && name == "app";
                if state_only && !line.contains("crate::app::state") {
                    wrong.push(format!("{path}: {} (only app::state)", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_import_of_ours_has_its_own_line() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        let grouped = |line: &&str| {
            let line = line.trim();
            line.starts_with("use crate::{") || line.starts_with("use crate::") && line.contains('{')
        };
        wrong.extend(
            code(&text)
                .filter(grouped)
                .map(|line| format!("{path}: {}", line.trim())),
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn only_the_module_in_charge_names_a_library() {
    let in_charge: &[(&[&str], &[&str])] = &[
        (&["store"], &["sea_orm", "sqlx"]),
        (
            &["crypto"],
            &[
                "rsa",
                "argon2",
                "jsonwebtoken",
                "aws_lc_rs",
                "rand_core",
                "x509_parser",
            ],
        ),
        // one outgoing client with its rules; the demo application has one that reaches this machine only
        (&["fetch", "dev"], &["hyper", "rustls_native_certs"]),
        // the configuration checks that an address is one
        (&["mail", "config"], &["lettre"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        for (owners, libraries) in in_charge {
            for line in code(&text).filter(|_| !owners.contains(&module(&path))) {
                for library in *libraries {
                    let uses = [
                        format!("use {library}::"),
                        format!(" {library}::"),
                        format!("({library}::"),
                    ];
                    if uses.iter().any(|u| line.contains(u.as_str())) {
                        wrong.push(format!("{path}: {}", line.trim()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn only_client_authentication_proves_a_client() {
    let all = files("src", ".rs");
    let proving = all
        .iter()
        .filter(|(_, text)| text.contains("AuthenticatedClient::proved("));
    let paths: Vec<&str> = proving.map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["src/oidc/client_auth/mod.rs"]);
}

/// Template → the sources whose `#[template(path = …)]` names it.
fn named_templates() -> BTreeMap<String, Vec<String>> {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in files("src", ".rs") {
        for rest in text.split("template(path = \"").skip(1) {
            let template = rest.split('"').next().unwrap_or("");
            named.entry(template.to_owned()).or_default().push(path.clone());
        }
    }
    named
}

/// Templates that others extend or import.
fn is_shared(template: &str, all: &[Source]) -> bool {
    all.iter().any(|(_, text)| {
        text.contains(&format!("extends \"{template}\""))
            || text.contains(&format!("import \"{template}\""))
            || text.contains(&format!("include \"{template}\""))
    })
}

#[test]
fn every_template_belongs_to_one_source() {
    let named = named_templates();
    let all = files("templates", ".html");
    for (path, _) in &all {
        let template = path.strip_prefix("templates/").expect("below templates/");
        if !template.starts_with("pages/") && !template.starts_with("admin/") {
            continue;
        }
        if is_shared(template, &all) {
            continue;
        }
        let sources = named.get(template).map_or(&[][..], Vec::as_slice);
        assert_eq!(sources.len(), 1, "{template} is named by {sources:?}");
        if template.starts_with("admin/") {
            assert!(
                sources[0].starts_with("src/admin/"),
                "{template} is named by {}",
                sources[0]
            );
        }
    }
}

#[test]
fn a_page_and_its_template_have_the_same_name() {
    // where the protocol shows a page, its source stands with the protocol
    let protocol: &[(&str, &str)] = &[
        ("pages/check_session.html", "src/oidc/check_session.rs"),
        ("pages/error.html", "src/web/error_page.rs"),
        ("pages/form_post.html", "src/oidc/response_mode/form_post.rs"),
        ("pages/logged_out.html", "src/oidc/logout/logged_out.rs"),
        ("pages/logout.html", "src/oidc/logout/confirm.rs"),
    ];
    for (template, sources) in named_templates().iter().filter(|(t, _)| t.starts_with("pages/")) {
        let twin = format!("src/{}.rs", template.trim_end_matches(".html"));
        let known = protocol
            .iter()
            .find(|(t, _)| t == template)
            .map(|(_, source)| *source);
        assert_eq!(sources[0], known.unwrap_or(&twin), "{template}");
    }
}

#[test]
fn no_style_and_no_script_stands_in_a_template() {
    let mut wrong = Vec::new();
    for (path, text) in files("templates", ".html") {
        for (number, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            let script = lower
                .split("<script")
                .skip(1)
                .any(|s| !s.contains("src=") || !s.contains("></script>"));
            let handler = lower.split(" on").skip(1).any(|rest| {
                let name: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
                !name.is_empty() && rest[name.len()..].starts_with("=\"")
            });
            if lower.contains(" style=")
                || lower.contains("<style")
                || lower.contains("javascript:")
                || script
                || handler
            {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_file_is_about_one_thing_and_tests_stay_readable() {
    let long = |(path, text): &Source| {
        let lines = text.lines().count();
        (lines > 400).then(|| format!("{path} has {lines} lines"))
    };
    let wrong: Vec<String> = files("tests", ".rs").iter().filter_map(long).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
