//! What every page's samples share, and the rules every page keeps.
//!
//! Each check also writes its pages to `target/samples/`, beside a link to `static/`: serve that folder to look at them.

use std::path::Path;

use askama::Template;

use crate::i18n::Locale;
use crate::pages::client_badge::ClientBadge;
use crate::pages::select_account::KnownAccount;
use crate::web::shell::Flash;
use crate::web::shell::NavGroup;
use crate::web::shell::NavItem;
use crate::web::shell::Shell;
use crate::web::shell::ShellUser;
use crate::web::when::When;

/// The shell of a hosted page.
pub(super) fn door(locale: Locale) -> Shell {
    Shell {
        product: "Northwind".to_owned(),
        locale,
        csrf: "csrf-token".to_owned(),
        return_to: "/login?tx=tx_0000".to_owned(),
        privacy_url: Some("https://northwind.example/privacy".to_owned()),
        terms_url: Some("https://northwind.example/terms".to_owned()),
        help_url: Some("https://northwind.example/help".to_owned()),
        ..Shell::default()
    }
}

/// The shell of an account page.
pub(super) fn account(locale: Locale, here: &str) -> Shell {
    let entries = [
        ("/account", "user", "nav-account-overview"),
        ("/account/password", "key-round", "nav-account-password"),
        ("/account/sessions", "monitor-smartphone", "nav-account-sessions"),
        ("/account/applications", "app-window", "nav-account-applications"),
        ("/account/requests", "inbox", "nav-account-requests"),
    ];
    let item = |(href, icon, key): (&str, &'static str, &str)| NavItem {
        href: href.to_owned(),
        icon,
        label: locale.text(key),
        current: href == here,
    };
    Shell {
        user: Some(ShellUser {
            name: "Amara Okafor".to_owned(),
            email: "amara@northwind.example".to_owned(),
            initials: "AO".to_owned(),
        }),
        nav: vec![NavGroup {
            title: String::new(),
            items: entries.into_iter().map(item).collect(),
        }],
        flash: vec![Flash {
            level: "ok",
            text: locale.text("sessions-ended"),
            secret: None,
        }],
        ..door(locale)
    }
}

pub(super) fn ledger() -> ClientBadge {
    ClientBadge {
        name: "Ledger".to_owned(),
        logo_url: None,
        policy_url: Some("https://ledger.example/privacy".to_owned()),
        terms_url: Some("https://ledger.example/terms".to_owned()),
    }
}

pub(super) fn amara() -> KnownAccount {
    KnownAccount {
        id: "usr_1".to_owned(),
        name: "Amara Okafor".to_owned(),
        email: "amara@northwind.example".to_owned(),
        initials: "AO".to_owned(),
        signed_in: true,
    }
}

pub(super) fn when(text: &str) -> When {
    When {
        iso: "2026-11-20T10:09:00Z".to_owned(),
        text: text.to_owned(),
    }
}

/// Renders every sample in every language and holds it against the rules.
pub(super) fn check<T: Template>(name: &str, samples: impl Fn(Locale) -> Vec<T>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples");
    std::fs::create_dir_all(&folder).expect("target is writable");
    for (locale, _) in Locale::all() {
        for (number, page) in samples(locale).into_iter().enumerate() {
            let html = page.render().expect("renders");
            std::fs::write(folder.join(format!("{name}-{number}-{locale}.html")), &html).expect("writable");
            sound(&format!("{name} {number} {locale}"), &html, locale);
        }
    }
}

fn sound(page: &str, html: &str, locale: Locale) {
    assert_eq!(html.matches("<h1").count(), 1, "{page}: one h1");
    assert_eq!(html.matches("<main").count(), 1, "{page}: one main");
    assert!(
        html.contains(&format!("<html lang=\"{locale}\" dir=\"ltr\">")),
        "{page}: language"
    );
    assert!(!html.contains("<title> ·"), "{page}: a title");
    let mut ids = std::collections::BTreeSet::new();
    for tag in tags(html) {
        let tag_name = tag.split([' ', '\n']).next().unwrap_or_default();
        assert_ne!(tag_name, "style", "{page}: no style element");
        assert!(
            tag_name != "script" || tag.contains(" src="),
            "{page}: no inline script"
        );
        assert!(!tag.contains(" style="), "{page}: no style attribute: {tag}");
        let handler = tag.split('"').step_by(2).any(|outside| outside.contains(" on"));
        assert!(!handler, "{page}: no handler attribute: {tag}");
        if let Some(id) = attribute(tag, "id") {
            assert!(ids.insert(id.to_owned()), "{page}: id {id} stands twice");
        }
        let is_field = matches!(tag_name, "input" | "select" | "textarea");
        if is_field && attribute(tag, "type") != Some("hidden") {
            let labelled = attribute(tag, "aria-label").is_some_and(|label| !label.is_empty())
                || attribute(tag, "id").is_some_and(|id| html.contains(&format!("for=\"{id}\"")))
                || inside_label(html, tag);
            assert!(labelled, "{page}: no label for {tag}");
        }
        for described in attribute(tag, "aria-describedby")
            .unwrap_or_default()
            .split(' ')
            .filter(|id| !id.is_empty())
        {
            assert!(
                html.contains(&format!("id=\"{described}\"")),
                "{page}: {described} describes, but is not there"
            );
        }
    }
    for form in html
        .split("<form")
        .skip(1)
        .filter(|form| form.contains("method=\"post\""))
    {
        let form = form.split("</form>").next().unwrap_or_default();
        assert!(
            form.contains("name=\"csrf\"") || form.contains("id=\"form-post\""),
            "{page}: csrf in every form"
        );
    }
    let missing: Vec<_> = untranslated(html).collect();
    assert!(missing.is_empty(), "{page}: keys without text: {missing:?}");
}

/// The insides of all opening tags.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .filter(|piece| !piece.starts_with(['/', '!']))
        .filter_map(|piece| piece.split('>').next())
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\""))
        .nth(1)
        .and_then(|rest| rest.split('"').next())
}

fn inside_label(html: &str, tag: &str) -> bool {
    html.split("<label")
        .skip(1)
        .filter_map(|rest| rest.split("</label>").next())
        .any(|label| label.contains(tag))
}

/// Texts between tags that look like a message key instead of words.
fn untranslated(html: &str) -> impl Iterator<Item = &str> {
    html.split('>')
        .filter_map(|piece| piece.split('<').next())
        .map(str::trim)
        .filter(|text| {
            text.contains('-')
                && !text.contains([' ', '.'])
                && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        })
        .filter(|text| *text != "ledger-web")
}

#[test]
fn static_files_keep_their_budgets_and_raw_colours_stay_in_the_tokens() {
    let text = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("static").join(name);
        std::fs::read_to_string(path).expect("the file is part of the source")
    };
    let styles = text("tokens.css").len() + text("app.css").len();
    assert!(styles <= 24 * 1024, "{styles} bytes of CSS");
    for script in ["app.js", "login.js", "form_post.js"] {
        assert!(text(script).len() <= 8 * 1024, "{script}");
    }
    let style = text("app.css");
    let raw = style
        .split('#')
        .skip(1)
        .find(|rest| rest.chars().take(3).all(|c| c.is_ascii_hexdigit()));
    assert!(
        raw.is_none(),
        "raw colour in app.css: #{}",
        raw.unwrap_or_default()
    );
}

#[test]
fn every_icon_that_is_named_is_in_the_sprite() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sprite = std::fs::read_to_string(root.join("static/icons.svg")).expect("the sprite");
    let mut folders = vec![root.join("templates"), root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for name in text
                .split("icon(\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                assert!(
                    sprite.contains(&format!("id=\"{name}\"")),
                    "{}: no icon {name}",
                    path.display()
                );
            }
        }
    }
}
