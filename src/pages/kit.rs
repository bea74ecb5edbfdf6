//! Every component once, in the console's shell: so that each macro is compiled, checked and can be looked at.

use askama::Template;

use crate::i18n::Locale;
use crate::pages::samples;
use crate::web::shell::Flash;
use crate::web::shell::NavGroup;
use crate::web::shell::NavItem;
use crate::web::shell::Shell;
use crate::web::when::When;

#[derive(Template)]
#[template(path = "ui/kit.html")]
struct KitPage {
    shell: Shell,
    when: When,
    next: Option<String>,
    previous: Option<String>,
    options: Vec<(&'static str, &'static str)>,
}

fn nav(locale: Locale) -> Vec<NavGroup> {
    let groups: [(&str, &[(&'static str, &str)]); 5] = [
        ("", &[("layout-dashboard", "nav-overview")]),
        (
            "nav-group-people",
            &[
                ("users", "nav-users"),
                ("shield", "nav-roles"),
                ("users-round", "nav-groups"),
            ],
        ),
        ("nav-group-applications", &[("app-window", "nav-clients")]),
        (
            "nav-group-activity",
            &[
                ("monitor-smartphone", "nav-sessions"),
                ("git-branch", "nav-families"),
                ("scroll-text", "nav-audit"),
            ],
        ),
        ("nav-group-system", &[("key-round", "nav-keys")]),
    ];
    let item = |(icon, key): &(&'static str, &str)| NavItem {
        href: format!("/admin/{key}"),
        icon,
        label: locale.text(key),
        current: *key == "nav-families",
    };
    groups
        .into_iter()
        .map(|(title, items)| NavGroup {
            title: if title.is_empty() {
                String::new()
            } else {
                locale.text(title)
            },
            items: items.iter().map(item).collect(),
        })
        .collect()
}

fn samples(locale: Locale) -> Vec<KitPage> {
    let flash = |level, text: &str| Flash {
        level,
        text: text.to_owned(),
        secret: None,
    };
    vec![KitPage {
        shell: Shell {
            nav: nav(locale),
            flash: vec![
                flash("ok", "Family revoked."),
                flash("bad", "That name is taken."),
            ],
            ..samples::account(locale, "")
        },
        when: samples::when("4 min ago"),
        next: Some("?after=x".to_owned()),
        previous: None,
        options: vec![("", "Any"), ("active", "Active"), ("disabled", "Disabled")],
    }]
}

#[test]
fn every_component_keeps_the_rules() {
    samples::check("kit", samples);
}
