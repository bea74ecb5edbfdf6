//! One value as it stands in a source, before it is known to be valid; and how it may be shown.

use figment::value::Num;
use figment::value::Value;
use url::Url;

/// A value of a setting as written. The environment has texts only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i128),
    /// `true` or `false`.
    Flag(bool),
    /// A list.
    List(Vec<Leaf>),
    /// Anything else, by the name of its type.
    Other(&'static str),
}

impl Leaf {
    /// Whether this stands for "not set".
    pub(super) fn is_unset(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// The value as it would stand in a file, with everything secret masked.
    pub(super) fn masked(&self, key: &str) -> String {
        match self {
            _ if self.is_unset() => "\"\"".to_owned(),
            _ if is_secret(key) => MASK.to_owned(),
            Self::Text(text) if text.contains("-----BEGIN ") => "(certificates)".to_owned(),
            Self::Text(text) if key == "database.url" => format!("\"{}\"", mask_database_url(text)),
            Self::Text(text) => format!("{text:?}"),
            Self::Integer(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.masked(key)).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Other(kind) => format!("({kind})"),
        }
    }
}

impl From<Value> for Leaf {
    fn from(value: Value) -> Self {
        match value {
            Value::String(_, text) => Self::Text(text),
            Value::Num(_, Num::F32(_) | Num::F64(_)) => Self::Other("a number with a fraction"),
            Value::Num(_, number) => number
                .to_i128()
                .or_else(|| number.to_u128().and_then(|number| i128::try_from(number).ok()))
                .map_or(Self::Other("a number"), Self::Integer),
            Value::Array(_, items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Bool(_, flag) => Self::Flag(flag),
            Value::Char(_, character) => Self::Text(character.to_string()),
            Value::Dict(..) => Self::Other("a table"),
            Value::Empty(..) => Self::Other("nothing"),
        }
    }
}

/// Shown instead of a secret.
const MASK: &str = "[secret]";

/// Keys whose values are shown nowhere.
fn is_secret(key: &str) -> bool {
    matches!(
        key,
        "crypto.master_key" | "admin.bootstrap_password" | "mail.smtp_password" | "tls.key"
    )
}

/// A database address without its password; all of it is masked when it is unclear where the
/// password stands, as in an address with an unescaped "#" in the password.
pub(super) fn mask_database_url(text: &str) -> String {
    if text.starts_with("sqlite:") {
        return text.to_owned();
    }
    let Ok(mut url) = Url::parse(text) else {
        return MASK.to_owned();
    };
    let after_host = [Some(url.path()), url.query(), url.fragment()];
    let unclear = after_host.into_iter().flatten().any(|part| part.contains('@'));
    let named = url
        .query_pairs()
        .any(|(name, _)| name.to_ascii_lowercase().contains("passw"));
    if unclear || named || url.cannot_be_a_base() {
        return MASK.to_owned();
    }
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return MASK.to_owned();
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::Leaf;
    use super::mask_database_url;

    #[test]
    fn a_database_address_is_shown_without_its_password() {
        for (text, shown) in [
            ("sqlite://gatepost.db?mode=rwc", "sqlite://gatepost.db?mode=rwc"),
            ("postgres://ann@db/gatepost", "postgres://ann@db/gatepost"),
            (
                "postgres://ann:hunter2@db:5432/gatepost",
                "postgres://ann:***@db:5432/gatepost",
            ),
            (
                "postgres://ann:hun@ter2@db/gatepost",
                "postgres://ann:***@db/gatepost",
            ),
            ("postgres://ann:12#hunter2@db/gatepost", "[secret]"),
            ("postgres://ann:hun/ter2@db/gatepost", "[secret]"),
            ("postgres://db/gatepost?user=ann&password=hunter2", "[secret]"),
            ("ann:hunter2@db", "[secret]"),
            ("hunter2", "[secret]"),
        ] {
            assert_eq!(mask_database_url(text), shown, "{text}");
        }
    }

    #[test]
    fn a_secret_is_masked_and_an_empty_one_is_shown_as_empty() {
        let secret = Leaf::Text("hunter2".to_owned());
        for key in [
            "crypto.master_key",
            "admin.bootstrap_password",
            "mail.smtp_password",
            "tls.key",
        ] {
            assert_eq!(secret.masked(key), "[secret]");
            assert_eq!(Leaf::Integer(12_345_678).masked(key), "[secret]");
            assert_eq!(Leaf::Text(" ".to_owned()).masked(key), "\"\"");
        }
        assert_eq!(secret.masked("mail.smtp_host"), "\"hunter2\"");
    }

    #[test]
    fn other_values_are_shown_as_in_a_file() {
        let list = Leaf::List(vec![Leaf::Text("a".to_owned()), Leaf::Integer(3)]);
        assert_eq!(list.masked("http.trusted_proxies"), "[\"a\", 3]");
        assert_eq!(Leaf::Other("a table").masked("http.listen"), "(a table)");
    }
}
