//! Rich authorization requests: what is asked for in particular. RFC 9396.

use serde_json::Map;
use serde_json::Value;

/// Longest `authorization_details`, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;

/// Most entries.
pub const MAX_ENTRIES: usize = 20;

/// Members that are lists of texts. RFC 9396 §2.2.
const LISTS: &[&str] = &["locations", "actions", "datatypes", "privileges"];

/// Reads the parameter. `is_open` says whether the client may ask for a type. The error is a sentence for the client's
/// developer. RFC 9396 §5.
pub fn parse(json: &str, is_open: impl Fn(&str) -> bool) -> Result<Vec<Value>, &'static str> {
    if json.len() > MAX_BYTES {
        return Err("The authorization_details are longer than 16384 bytes.");
    }
    let entries: Vec<Value> =
        serde_json::from_str(json).map_err(|_| "The authorization_details are not a JSON array.")?;
    if entries.len() > MAX_ENTRIES {
        return Err("The authorization_details have more than 20 entries.");
    }
    for entry in &entries {
        let Value::Object(members) = entry else {
            return Err("An entry of authorization_details is not a JSON object.");
        };
        check(members, &is_open)?;
    }
    Ok(entries)
}

fn check(members: &Map<String, Value>, is_open: &impl Fn(&str) -> bool) -> Result<(), &'static str> {
    let Some(Value::String(kind)) = members.get("type") else {
        return Err("An entry of authorization_details has no type.");
    };
    if !is_open(kind) {
        return Err("The type of authorization_details is unknown, or not registered for the client.");
    }
    let texts = |value: &Value| {
        value
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string))
    };
    let present = LISTS.iter().filter_map(|name| members.get(*name));
    if !present.into_iter().all(texts) {
        return Err("locations, actions, datatypes and privileges must be arrays of strings.");
    }
    if members.get("identifier").is_some_and(|value| !value.is_string()) {
        return Err("The identifier in authorization_details must be a string.");
    }
    Ok(())
}

/// The type of an entry.
pub fn type_of(entry: &Value) -> &str {
    entry.get("type").and_then(Value::as_str).unwrap_or("")
}

/// Whether everything asked for is among what was granted, entry by entry. RFC 9396 §6.
pub fn is_within(asked: &[Value], granted: &[Value]) -> bool {
    asked.iter().all(|entry| granted.contains(entry))
}

/// What an entry says beside its type, member by member, as texts that cannot pretend to be something else.
pub fn facts(entry: &Value) -> Vec<(String, String)> {
    let members = entry.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| name.as_str() != "type")
        .map(|(name, value)| (plain(name), plain(&text(value))))
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let parts = members
                .iter()
                .map(|(name, value)| format!("{name}: {}", text(value)));
            format!("({})", parts.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// Without characters that turn the direction of writing or have no shape.
fn plain(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars()
        .map(|c| if hidden(c) { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: &str) -> Result<Vec<Value>, &'static str> {
        parse(json, |name| name == "payment")
    }

    #[test]
    fn entries_of_a_known_type_are_read_as_they_are() {
        let text =
            r#"[{"type":"payment","actions":["initiate"],"identifier":"x","amount":{"value":"12.00"}}]"#;
        assert_eq!(
            read(text).unwrap(),
            [serde_json::from_str::<Value>(&text[1..text.len() - 1]).unwrap()]
        );
        assert_eq!(read("[]").unwrap(), [] as [Value; 0]);
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let many = format!("[{}]", vec![r#"{"type":"payment"}"#; 21].join(","));
        let long = format!(r#"[{{"type":"payment","x":"{}"}}]"#, "y".repeat(MAX_BYTES));
        for text in [
            "",
            "{}",
            "null",
            "[1]",
            "[[]]",
            "[{}]",
            r#"[{"type":1}]"#,
            r#"[{"type":"other"}]"#,
            r#"{"type":"payment"}"#,
            r#"[{"type":"payment","actions":"initiate"}]"#,
            r#"[{"type":"payment","locations":[1]}]"#,
            r#"[{"type":"payment","datatypes":null}]"#,
            r#"[{"type":"payment","privileges":{}}]"#,
            r#"[{"type":"payment","identifier":7}]"#,
            r#"[{"type":"payment"},{"type":"other"}]"#,
            &many,
            &long,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn narrower_is_entry_by_entry() {
        let (a, b) = (
            json!({"type":"payment","amount":1}),
            json!({"type":"payment","amount":2}),
        );
        assert!(is_within(std::slice::from_ref(&a), &[a.clone(), b.clone()]));
        assert!(!is_within(&[json!({"type":"payment"})], &[a, b]));
    }

    #[test]
    fn every_member_is_shown_and_none_can_hide() {
        let entry = json!({"type":"payment","actions":["a","b"],"amount":{"value":"1","to":[true]},"x":"\u{202e}evil"});
        let expected = [
            ("actions", "a, b"),
            ("amount", "(value: 1, to: true)"),
            ("x", "\u{fffd}evil"),
        ];
        let mut facts = facts(&entry);
        facts.sort();
        let mut shown: Vec<(&str, &str)> = facts.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        for (one, _) in &mut shown {
            assert_ne!(*one, "type");
        }
        assert_eq!(shown.first(), expected.first());
        assert_eq!(shown.last(), expected.last());
        assert_eq!(shown.len(), 3);
    }
}
