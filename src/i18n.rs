//! The languages of the product: which one a reader gets, and the text behind a message key.
//!
//! Texts live in `templates/locales/<language>/*.ftl` and are compiled in. This module knows nothing of
//! pages, users or cookies; it is handed what they said and answers with a [`Locale`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;

use fluent_templates::LanguageIdentifier;
use fluent_templates::Loader;
use fluent_templates::fluent_bundle::FluentValue;
use unic_langid::langid;

fluent_templates::static_loader! {
    static TEXTS = {
        locales: "./templates/locales",
        fallback_language: "en",
        // The marks that isolate bidirectional text would end up in titles, mails and copied values.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static GERMAN: LanguageIdentifier = langid!("de");

/// A language the product speaks. Adding one: a variant here and a folder of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English, what everybody gets who asks for nothing we have.
    #[default]
    English,
    /// German.
    German,
}

impl Locale {
    /// Every language with its name in itself, in the order of the language switcher.
    pub const fn all() -> [(Self, &'static str); 2] {
        [(Self::English, "English"), (Self::German, "Deutsch")]
    }

    /// Chooses the language: an explicit choice, then `ui_locales` of the request (OIDC Core §3.1.2.1), then
    /// what the user's profile says, then `Accept-Language` (RFC 9110 §12.5.4), then English.
    pub fn negotiate(
        explicit_cookie: Option<&str>,
        ui_locales: Option<&str>,
        user_locale: Option<&str>,
        accept_language: Option<&str>,
    ) -> Self {
        explicit_cookie
            .and_then(Self::from_tag)
            .or_else(|| ui_locales.and_then(|list| list.split_ascii_whitespace().find_map(Self::from_tag)))
            .or_else(|| user_locale.and_then(Self::from_tag))
            .or_else(|| accept_language.and_then(Self::from_accept_language))
            .unwrap_or_default()
    }

    /// The language of a BCP 47 tag, by its primary subtag and without regard to case: `de-AT` is German.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::all()
            .into_iter()
            .map(|(locale, _)| locale)
            .find(|locale| locale.tag().eq_ignore_ascii_case(primary))
    }

    /// The most wanted language that we have; of equals, the one named first. `q=0` means "not this one".
    fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(locale) = parts.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |weight| weight.trim().parse::<f32>().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(_, found)| weight > found) {
                best = Some((locale, weight));
            }
        }
        best.map(|(locale, _)| locale)
    }

    /// The BCP 47 tag, for `<html lang>` and cookies.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The direction of writing, for `<html dir>`.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
        }
    }

    /// The name of the language in itself.
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The text behind a key. A key without a text answers with the key, so that a mistake can be seen.
    pub fn text(self, key: &str) -> String {
        TEXTS.try_lookup(self.id(), key).unwrap_or_else(|| key.to_owned())
    }

    /// The text behind a key, with its arguments. Whole numbers choose plural forms.
    pub fn text_with(self, key: &str, arguments: &[(&'static str, &dyn Display)]) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = arguments
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), argument(value.to_string())))
            .collect();
        TEXTS
            .try_lookup_with_args(self.id(), key, &arguments)
            .unwrap_or_else(|| key.to_owned())
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

impl Display for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

/// A number only where writing it as a number gives the same text back: "007" is a name, 7 is a count.
fn argument(text: String) -> FluentValue<'static> {
    match text.parse::<u32>() {
        Ok(number) if number.to_string() == text => FluentValue::from(number),
        _ => FluentValue::from(text),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn accepts(header: &str) -> Locale {
        Locale::negotiate(None, None, None, Some(header))
    }

    #[test]
    fn an_explicit_choice_wins_over_everything() {
        assert_eq!(
            Locale::negotiate(Some("de"), Some("en"), Some("en"), Some("en")),
            Locale::German
        );
    }

    #[test]
    fn an_unknown_choice_falls_through_to_the_next_source() {
        assert_eq!(
            Locale::negotiate(Some("fr"), Some("de"), Some("en"), Some("en")),
            Locale::German
        );
        assert_eq!(
            Locale::negotiate(None, Some("fr pl"), Some("de"), Some("en")),
            Locale::German
        );
        assert_eq!(
            Locale::negotiate(None, None, Some("xx"), Some("de")),
            Locale::German
        );
        assert_eq!(Locale::negotiate(None, None, None, None), Locale::English);
    }

    #[test]
    fn ui_locales_is_an_ordered_list_without_regard_to_case_or_region() {
        assert_eq!(
            Locale::negotiate(None, Some("fr-CA DE-at en"), None, Some("en")),
            Locale::German
        );
        assert_eq!(
            Locale::negotiate(None, Some("en-US de"), None, Some("de")),
            Locale::English
        );
    }

    #[test]
    fn accept_language_follows_the_weights() {
        assert_eq!(accepts("fr, en;q=0.4, de-CH;q=0.8"), Locale::German);
        assert_eq!(accepts("de;q=0.5, en;q=0.5"), Locale::German);
        assert_eq!(accepts("de;q=0, *"), Locale::English);
        assert_eq!(accepts("de;q=nonsense, en;q=0.1"), Locale::English);
        assert_eq!(accepts(",;;q=,"), Locale::English);
    }

    #[test]
    fn numbers_choose_plural_forms_and_names_stay_names() {
        let wait =
            |minutes: u32| Locale::English.text_with("login-error-throttled", &[("minutes", &minutes)]);
        assert!(wait(1).ends_with("1 minute."), "{}", wait(1));
        assert!(wait(4).contains("4 minutes"), "{}", wait(4));
        let title = Locale::German.text_with("login-title", &[("client", &"007")]);
        assert!(title.contains("007"), "{title}");
    }

    #[test]
    fn arguments_are_not_wrapped_in_isolation_marks() {
        let title = Locale::English.text_with("login-title", &[("client", &"Ledger")]);
        assert_eq!(title, "Sign in to Ledger");
    }

    /// Key to argument names, read from the files themselves.
    fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("templates/locales")
            .join(language);
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = None;
        for file in std::fs::read_dir(folder).expect("the folder is part of the source") {
            let text = std::fs::read_to_string(file.expect("readable").path()).expect("UTF-8");
            for line in text.lines() {
                if let Some((key, _)) = line
                    .split_once(" =")
                    .filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
                {
                    assert!(
                        found.insert(key.to_owned(), BTreeSet::new()).is_none(),
                        "{language}: {key} stands twice"
                    );
                    current = Some(key.to_owned());
                }
                let Some(key) = &current else { continue };
                for piece in line.split('$').skip(1) {
                    let name: String = piece
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
                        .collect();
                    found.entry(key.clone()).or_default().insert(name);
                }
            }
        }
        found
    }

    #[test]
    fn both_languages_have_the_same_keys_and_arguments() {
        let english = messages("en");
        let german = messages("de");
        let only = |a: &BTreeMap<String, BTreeSet<String>>, b: &BTreeMap<String, BTreeSet<String>>| {
            a.keys()
                .filter(|key| !b.contains_key(*key))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(only(&english, &german), Vec::<String>::new(), "missing in German");
        assert_eq!(
            only(&german, &english),
            Vec::<String>::new(),
            "missing in English"
        );
        for (key, arguments) in &english {
            assert_eq!(Some(arguments), german.get(key), "arguments of {key}");
        }
    }

    #[test]
    fn no_message_is_empty_or_broken() {
        for (locale, _) in Locale::all() {
            for (key, names) in messages(locale.tag()) {
                let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = names
                    .into_iter()
                    .map(|name| (Cow::Owned(name), FluentValue::from(2)))
                    .collect();
                let text = TEXTS
                    .try_lookup_with_args(locale.id(), &key, &arguments)
                    .unwrap_or_default();
                assert!(
                    !text.trim().is_empty(),
                    "{locale}: {key} is empty or does not parse"
                );
                assert!(
                    !text.contains(['{', '}']),
                    "{locale}: {key} has an unresolved part: {text}"
                );
            }
        }
    }
}
