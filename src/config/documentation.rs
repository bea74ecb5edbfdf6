//! Writes `docs/configuration.md` from `default.toml`, whose comments are the documentation.

use std::fmt::Write as _;

use crate::config::merge::DEFAULTS;
use crate::config::merge::variable;

/// The reference of all settings, in Markdown.
pub fn documentation() -> String {
    let mut page = String::from(
        "<!-- Generated from src/config/default.toml. To change it: UPDATE_DOCS=1 cargo test --lib configuration_md -->\n\n\
         # Configuration\n",
    );
    let mut comment: Vec<&str> = Vec::new();
    let mut section = "";
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.strip_prefix(' ').unwrap_or(text));
        } else if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            add(
                &mut page,
                format_args!("\n## {section}\n\n{}\n", comment.join("\n")),
            );
            comment.clear();
        } else if let Some((name, default)) = line.split_once(" = ") {
            let key = format!("{section}.{name}");
            let meaning = comment.join("\n");
            let default = if default == "\"\"" {
                "not set".to_owned()
            } else {
                format!("`{default}`")
            };
            let variable = variable(&key);
            add(
                &mut page,
                format_args!("\n### {key}\n\n{meaning}\n\nDefault: {default}. Environment: `{variable}`.\n"),
            );
            comment.clear();
        } else if !comment.is_empty() {
            // A comment that belongs to no key: the introduction.
            add(&mut page, format_args!("\n{}\n", comment.join("\n")));
            comment.clear();
        }
    }
    page
}

fn add(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::documentation;

    #[test]
    fn configuration_md_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
        let update = std::env::vars_os().any(|(name, _)| name == "UPDATE_DOCS");
        if update {
            std::fs::write(path, documentation()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == documentation(),
            "docs/configuration.md is stale: run UPDATE_DOCS=1 cargo test --lib configuration_md and commit it"
        );
    }

    #[test]
    fn every_key_has_a_meaning() {
        assert!(!documentation().contains("\n\n\n"));
    }
}
