//! What changed between two snapshots, field by field.

use std::collections::BTreeMap;

use serde_json::Value;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Its path: `profile.given_name`.
    pub(super) field: String,
    /// Its value before; empty for none.
    pub(super) was: String,
    /// Its value after; empty for none.
    pub(super) now: String,
}

/// Every field that differs, by name. Without a snapshot on one side, every field of the other.
pub(super) fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let (mut was, mut now) = (BTreeMap::new(), BTreeMap::new());
    before.inspect(|value| flatten("", value, &mut was));
    after.inspect(|value| flatten("", value, &mut now));
    let mut fields: Vec<&String> = was.keys().chain(now.keys()).collect();
    fields.sort();
    fields.dedup();
    let text = |map: &BTreeMap<String, String>, field: &String| map.get(field).cloned().unwrap_or_default();
    fields
        .into_iter()
        .map(|field| Change {
            field: field.clone(),
            was: text(&was, field),
            now: text(&now, field),
        })
        .filter(|change| change.was != change.now)
        .collect()
}

fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flatten(&path, member, into);
            }
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            into.insert(path.to_owned(), plain(value));
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Null | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(field: &str, was: &str, now: &str) -> Change {
        Change {
            field: field.to_owned(),
            was: was.to_owned(),
            now: now.to_owned(),
        }
    }

    #[test]
    fn only_what_differs_is_listed_with_its_path() {
        let before = json!({ "name": "Ledgr", "scope": "openid", "profile": { "locale": "en" }, "on": true });
        let after =
            json!({ "name": "Ledger", "scope": "openid", "profile": { "nickname": "L" }, "on": false });
        let expected = [
            change("name", "Ledgr", "Ledger"),
            change("on", "yes", "no"),
            change("profile.locale", "en", ""),
            change("profile.nickname", "", "L"),
        ];
        assert_eq!(changes(Some(&before), Some(&after)), expected);
    }

    #[test]
    fn one_snapshot_alone_is_listed_whole() {
        let after = json!({ "redirect_uris": ["https://a.test/cb", "https://b.test/cb"], "email": null });
        let expected = [change(
            "redirect_uris",
            "",
            "https://a.test/cb, https://b.test/cb",
        )];
        assert_eq!(changes(None, Some(&after)), expected);
        assert_eq!(changes(None, None), []);
    }
}
