//! Metadata that a client brings itself, by registration (RFC 7591 §2) or as a document at its `client_id`.
//!
//! What it may set is every member that we know, less those of [`OPERATOR_ONLY`]; what we do not know is ignored, as
//! RFC 7591 §2 says. What a specification calls the default is filled in here.

use serde::Deserialize as _;
use serde::Deserializer;
use serde::de::Error as _;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::client::ClientMetadata;
use crate::domain::client::InvalidMetadata;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::response_type::ResponseType;
use crate::domain::scope::STANDARD_SCOPES;

/// Members that only the operator sets: they give rights, or soften a policy of the installation.
pub const OPERATOR_ONLY: &[&str] = &[
    "profile",
    "access_token_format",
    "rotate_refresh_tokens",
    "resources",
    "federated_credentials",
    "token_exchange",
    "skip_consent",
    "operator_name",
    "lifetimes",
];

/// What is let in.
#[derive(Debug, Clone, Copy)]
pub struct Allowed<'a> {
    /// Grants that may be registered.
    pub grant_types: &'a [String],
    /// `token_endpoint_auth_method` where none is named.
    pub auth_method: &'a str,
}

/// The names of the members that we know, as serde knows them.
pub fn known_members() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // fails always: it is asked for its field names, and given nothing
    let _ = ClientMetadata::deserialize(FieldNames(&mut names));
    names
}

/// Notes the names that a struct asks for.
struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("only names are known"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// What a client may see and send back of its own metadata.
pub fn shown(metadata: &ClientMetadata) -> Map<String, Value> {
    let mut members = members_of(metadata);
    members.retain(|name, _| !OPERATOR_ONLY.contains(&name.as_str()));
    members
}

/// The same metadata with the operator's members of `kept`.
#[must_use]
pub fn keeping(metadata: ClientMetadata, kept: &ClientMetadata) -> ClientMetadata {
    let mut members = members_of(kept);
    members.retain(|name, _| OPERATOR_ONLY.contains(&name.as_str()));
    members.extend(shown(&metadata));
    serde_json::from_value(members.into()).unwrap_or(metadata)
}

fn members_of(metadata: &ClientMetadata) -> Map<String, Value> {
    match json!(metadata) {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

/// Reads what a client brings, or says everything that cannot stand. The rules of [`ClientMetadata::problems`] come
/// after.
pub fn read(
    given: &Map<String, Value>,
    allowed: &Allowed<'_>,
) -> Result<ClientMetadata, Vec<InvalidMetadata>> {
    let mut problems = Vec::new();
    if given.contains_key("software_statement") {
        let text = "cannot be used: no issuer of software statements is trusted here";
        problems.push(InvalidMetadata::new("software_statement", text));
    }
    let mut members = Map::new();
    for name in known_members() {
        // RFC 7592 §2.2: null is as good as nothing
        let Some(value) = given.get(*name).filter(|value| !value.is_null()) else {
            continue;
        };
        if OPERATOR_ONLY.contains(name) {
            problems.push(InvalidMetadata::new(name, "can be set by the operator only"));
        } else if let Some(problem) = unreadable(name, value) {
            problems.push(InvalidMetadata::new(name, problem));
        } else {
            members.insert((*name).to_owned(), value.clone());
        }
    }
    fill_in(&mut members, allowed);
    match serde_json::from_value::<ClientMetadata>(members.into()) {
        Ok(mut metadata) if problems.is_empty() => {
            name(&mut metadata);
            limits(&metadata, allowed, &mut problems);
            if problems.is_empty() {
                Ok(metadata)
            } else {
                Err(problems)
            }
        }
        Ok(_) => Err(problems),
        Err(_) => {
            if problems.is_empty() {
                problems.push(InvalidMetadata::new("client metadata", "cannot be read"));
            }
            Err(problems)
        }
    }
}

/// Why one member cannot be read on its own, in words that repeat nothing of it.
fn unreadable(name: &str, value: &Value) -> Option<String> {
    let single = Map::from_iter([(name.to_owned(), value.clone())]);
    serde_json::from_value::<ClientMetadata>(single.into()).err()?;
    let mut uris = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let bad_uri = uris.find_map(|uri| RedirectUri::parse(uri).err());
    let redirects = name == "redirect_uris" || name == "post_logout_redirect_uris";
    Some(match bad_uri {
        Some(error) if redirects => format!("holds a URI that {error}"),
        Some(_) | None => "has the wrong JSON type, or a value that is not supported here".to_owned(),
    })
}

/// RFC 7591 §2 and OIDC Registration §2: what is left out follows from the rest, or is the default.
fn fill_in(members: &mut Map<String, Value>, allowed: &Allowed<'_>) {
    members
        .entry("token_endpoint_auth_method")
        .or_insert_with(|| allowed.auth_method.into());
    // ours, and stricter than the specifications: who wants it says so; public clients must always
    members.entry("require_pkce").or_insert(false.into());
    match (members.get("grant_types"), members.get("response_types")) {
        (None, Some(types)) => {
            let types: Vec<ResponseType> = serde_json::from_value(types.clone()).unwrap_or_default();
            let mut grants: Vec<&str> = types.iter().flat_map(|kind| kind.grant_types()).collect();
            grants.sort_unstable();
            grants.dedup();
            members.insert("grant_types".to_owned(), json!(grants));
        }
        (Some(grants), None) => {
            let has = |grant: &str| grants.as_array().is_some_and(|all| all.contains(&grant.into()));
            let types: &[&str] = match (has("authorization_code"), has("implicit")) {
                (true, _) => &["code"],
                (false, true) => &["id_token"],
                (false, false) => &[],
            };
            members.insert("response_types".to_owned(), json!(types));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

/// A client without a name is called by where it lives.
fn name(metadata: &mut ClientMetadata) {
    if metadata.client_name.trim().is_empty() {
        let host = metadata.redirect_uris.first().map(RedirectUri::display_host);
        metadata.client_name = host.unwrap_or_else(|| "Unnamed client".to_owned());
    }
}

/// What a stranger may not have.
fn limits(metadata: &ClientMetadata, allowed: &Allowed<'_>, problems: &mut Vec<InvalidMetadata>) {
    if !metadata
        .grant_types
        .iter()
        .all(|grant| allowed.grant_types.contains(grant))
    {
        let known = allowed.grant_types.join(", ");
        let text = format!("may hold only {known} for clients that register themselves");
        problems.push(InvalidMetadata::new("grant_types", text));
    }
    if metadata
        .scope
        .iter()
        .any(|scope| !STANDARD_SCOPES.contains(&scope))
    {
        let text = format!("may hold only {}", STANDARD_SCOPES.join(", "));
        problems.push(InvalidMetadata::new("scope", text));
    }
    // OIDC Core §4: https, also on this machine
    if metadata
        .initiate_login_uri
        .as_ref()
        .is_some_and(|uri| !uri.starts_with("https://"))
    {
        problems.push(InvalidMetadata::new("initiate_login_uri", "must be an https URL"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::AuthMethod;

    fn allowed(grant_types: &[String]) -> Allowed<'_> {
        Allowed {
            grant_types,
            auth_method: "client_secret_basic",
        }
    }

    fn grants() -> Vec<String> {
        ["authorization_code", "implicit", "refresh_token"]
            .map(str::to_owned)
            .to_vec()
    }

    fn outcome(json: &str) -> Result<ClientMetadata, Vec<&'static str>> {
        let given: Map<String, Value> = serde_json::from_str(json).unwrap();
        read(&given, &allowed(&grants())).map_err(|all| all.into_iter().map(|p| p.field).collect())
    }

    #[test]
    fn the_known_members_are_those_of_the_struct() {
        let known = known_members();
        assert!(known.contains(&"redirect_uris") && known.contains(&"tls_client_auth_san_dns"));
        for name in OPERATOR_ONLY {
            assert!(known.contains(name), "{name}");
        }
        let written = members_of(&ClientMetadata::default());
        assert!(written.keys().all(|name| known.contains(&name.as_str())));
    }

    #[test]
    fn defaults_are_those_of_the_specifications() {
        let client =
            outcome(r#"{"redirect_uris":["https://a.test/cb"],"client_name#ja":"x","vendor":{}}"#).unwrap();
        assert_eq!(client.grant_types, ["authorization_code"]);
        assert_eq!(client.response_types, [ResponseType::CODE]);
        assert_eq!(client.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
        assert_eq!(
            (client.client_name.as_str(), client.require_pkce),
            ("a.test", false)
        );
        assert!(STANDARD_SCOPES.iter().all(|scope| client.scope.contains(scope)));
    }

    #[test]
    fn grants_and_response_types_follow_from_each_other() {
        let client = outcome(r#"{"response_types":["code id_token","id_token"]}"#).unwrap();
        assert_eq!(client.grant_types, ["authorization_code", "implicit"]);
        let types = |json| {
            outcome(json)
                .unwrap()
                .response_types
                .iter()
                .map(|t| t.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(types(r#"{"grant_types":["implicit"]}"#), ["id_token"]);
        assert_eq!(
            types(r#"{"grant_types":["refresh_token","authorization_code"]}"#),
            ["code"]
        );
        assert_eq!(types(r#"{"grant_types":[]}"#), [""; 0]);
    }

    #[test]
    fn what_a_stranger_may_not_have_is_refused_by_name() {
        for (json, field) in [
            (r#"{"skip_consent":true}"#, "skip_consent"),
            (r#"{"lifetimes":{"access_token":86400}}"#, "lifetimes"),
            (r#"{"profile":"oidc"}"#, "profile"),
            (r#"{"grant_types":["client_credentials"]}"#, "grant_types"),
            (r#"{"scope":"openid admin"}"#, "scope"),
            (r#"{"redirect_uris":["javascript:alert(1)"]}"#, "redirect_uris"),
            (r#"{"redirect_uris":"https://a.test/cb"}"#, "redirect_uris"),
            (
                r#"{"initiate_login_uri":"http://localhost/start"}"#,
                "initiate_login_uri",
            ),
            (r#"{"software_statement":"a.b.c"}"#, "software_statement"),
            (
                r#"{"id_token_signed_response_alg":"none"}"#,
                "id_token_signed_response_alg",
            ),
            (r#"{"response_types":["token"]}"#, "response_types"),
        ] {
            assert_eq!(outcome(json).unwrap_err(), [field], "{json}");
        }
    }

    #[test]
    fn the_operators_members_are_not_shown_and_survive() {
        let stored = ClientMetadata {
            client_name: "Ledger".to_owned(),
            skip_consent: true,
            operator_name: Some("Us".to_owned()),
            require_pkce: false,
            ..ClientMetadata::default()
        };
        let sent = shown(&stored);
        assert!(!sent.contains_key("skip_consent"));
        let read = read(&sent, &allowed(&grants())).unwrap();
        assert_eq!(keeping(read, &stored), stored);
    }
}
