//! How people, roles and clients are shown.

use serde_json::Value;
use serde_json::json;

use crate::domain::client::Client;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::domain::user::User;

/// A person for machines: the standard claims under their own names.
pub(super) fn user(user: &User) -> Value {
    let mut json = json!({
        "id": user.id, "username": user.username, "email": user.email, "email_verified": user.email_verified,
        "name": user.name, "status": user.status.as_str(), "has_password": user.has_password,
        "created_at": user.created_at.rfc3339(), "updated_at": user.updated_at.rfc3339(),
        "last_sign_in_at": user.last_sign_in_at.map(Timestamp::rfc3339),
    });
    merge(&mut json, json!(user.profile));
    json
}

/// A role for machines.
pub(super) fn role(role: &Role) -> Value {
    json!({
        "id": role.id, "name": role.name, "client_id": role.client_id, "description": role.description,
        "members": role.members, "created_at": role.created_at.rfc3339(),
    })
}

/// A client for machines: its metadata under the names of RFC 7591, and what is ours.
pub(super) fn client(client: &Client) -> Value {
    let mut json = json!({ "client_id": client.id });
    merge(&mut json, json!(client.metadata));
    merge(
        &mut json,
        json!({
            "enabled": client.enabled, "created_at": client.created_at.rfc3339(),
            "updated_at": client.updated_at.rfc3339(), "origin": client.provenance.origin.as_str(),
        }),
    );
    json
}

/// Adds the members of one object to another.
pub(super) fn merge(into: &mut Value, from: Value) {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
}

/// An object as lines of `name = value`.
pub(super) fn lines(json: &Value) -> String {
    let members = json.as_object().into_iter().flatten();
    let line = |(name, value): (&String, &Value)| format!("{name} = {}\n", plain(value));
    members.filter(|(_, value)| !value.is_null()).map(line).collect()
}

/// A value as people write it: texts without quotes, lists with commas.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_reads_as_lines() {
        let json = json!({ "a": "x y", "b": ["1", "2"], "c": null, "d": true });
        assert_eq!(lines(&json), "a = x y\nb = 1, 2\nd = true\n");
    }
}
