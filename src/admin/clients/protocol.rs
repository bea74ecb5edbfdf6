//! The protocol side of client metadata, to and from the settings form: tables of fields under the names of RFC 7591.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::admin::typed::Typed;
use crate::admin::typed::lines;
use crate::domain::client::ClientMetadata;
use crate::domain::response_type::ResponseType;
use crate::web::params::Params;

/// A field: name, label, hint.
type Field = (&'static str, &'static str, &'static str);
/// A choice: name, label, hint, options with their labels.
type Choice = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const ALGS: &[(&str, &str)] = &[
    ("", "Default"),
    ("RS256", "RS256"),
    ("PS256", "PS256"),
    ("ES256", "ES256"),
    ("EdDSA", "EdDSA"),
];
const ALGS_OR_PLAIN: &[(&str, &str)] = &[
    ("", "Not signed"),
    ("RS256", "RS256"),
    ("PS256", "PS256"),
    ("ES256", "ES256"),
    ("EdDSA", "EdDSA"),
];

/// Choices beside the profile.
pub(super) const PROTOCOL_CHOICES: &[Choice] = &[
    (
        "subject_type",
        "Subject",
        "Pairwise: another one in each sector.",
        &[("public", "Public"), ("pairwise", "Pairwise")],
    ),
    (
        "backchannel_token_delivery_mode",
        "CIBA delivery",
        "For the CIBA grant.",
        &[("", "None"), ("poll", "Poll"), ("ping", "Ping")],
    ),
];
/// Texts beside the profile.
pub(super) const PROTOCOL_TEXTS: &[Field] = &[
    (
        "sector_identifier_uri",
        "Sector identifier",
        "Lists the redirect URIs of the sector.",
    ),
    (
        "backchannel_client_notification_endpoint",
        "CIBA notification endpoint",
        "For the delivery by ping.",
    ),
];
/// Lists beside the profile, one entry per line.
pub(super) const PROTOCOL_LISTS: &[Field] = &[
    (
        "request_uris",
        "Request URIs",
        "Where signed requests may be fetched from. One per line.",
    ),
    (
        "resources",
        "APIs",
        "Registered APIs that it may ask tokens for. One per line.",
    ),
    (
        "authorization_details_types",
        "Authorization details",
        "Types that it may ask for. One per line.",
    ),
];
/// Switches beside the profile.
pub(super) const PROTOCOL_SWITCHES: &[Field] = &[
    (
        "require_pushed_authorization_requests",
        "Take pushed requests only",
        "RFC 9126.",
    ),
    (
        "require_signed_request_object",
        "Take signed requests only",
        "RFC 9101.",
    ),
];
/// Texts about keys.
pub(super) const KEY_TEXTS: &[Field] = &[
    (
        "jwks_uri",
        "Address of its keys",
        "A JWK set. Instead of the keys themselves.",
    ),
    (
        "tls_client_auth_subject_dn",
        "Certificate subject",
        "Such as CN=ledger,O=Example. One of the five.",
    ),
    ("tls_client_auth_san_dns", "Certificate DNS name", ""),
    ("tls_client_auth_san_uri", "Certificate URI", ""),
    ("tls_client_auth_san_ip", "Certificate address", ""),
    ("tls_client_auth_san_email", "Certificate mail address", ""),
    (
        "token_endpoint_auth_signing_alg",
        "Algorithm of its assertions",
        "Empty: any that fits.",
    ),
];
/// Choices about keys.
pub(super) const KEY_CHOICES: &[Choice] = &[
    (
        "request_object_signing_alg",
        "Algorithm of its requests",
        "",
        ALGS,
    ),
    (
        "backchannel_authentication_request_signing_alg",
        "Algorithm of its CIBA requests",
        "",
        ALGS,
    ),
];
/// Texts about sign-out.
pub(super) const LOGOUT_TEXTS: &[Field] = &[
    (
        "backchannel_logout_uri",
        "Back-channel address",
        "Receives a logout token.",
    ),
    (
        "frontchannel_logout_uri",
        "Front-channel address",
        "Loaded in a frame.",
    ),
];
/// Switches about sign-out.
pub(super) const LOGOUT_SWITCHES: &[Field] = &[
    (
        "backchannel_logout_session_required",
        "The logout token must hold sid",
        "",
    ),
    (
        "frontchannel_logout_session_required",
        "Give the frame iss and sid",
        "",
    ),
];
/// Choices about tokens.
pub(super) const TOKEN_CHOICES: &[Choice] = &[
    ("id_token_signed_response_alg", "ID token", "", ALGS),
    ("userinfo_signed_response_alg", "UserInfo", "", ALGS_OR_PLAIN),
    (
        "introspection_signed_response_alg",
        "Introspection",
        "When a signed answer is asked for.",
        ALGS,
    ),
    (
        "authorization_signed_response_alg",
        "Authorization response",
        "For JARM.",
        ALGS,
    ),
    (
        "access_token_format",
        "Access token",
        "",
        &[("jwt", "JWT"), ("opaque", "Opaque")],
    ),
    (
        "rotate_refresh_tokens",
        "Refresh token",
        "",
        &[
            ("", "As the profile says"),
            ("true", "Replaced at each use"),
            ("false", "Stays the same"),
        ],
    ),
];
/// Switches about tokens.
pub(super) const TOKEN_SWITCHES: &[Field] = &[
    ("dpop_bound_access_tokens", "Bind access tokens to a DPoP key", ""),
    (
        "tls_client_certificate_bound_access_tokens",
        "Bind access tokens to the certificate",
        "",
    ),
];

/// Policy profiles with what they are for.
pub(super) const PROFILES: &[(&str, &str)] = &[
    ("oidc", "OpenID Connect"),
    ("fapi2", "FAPI 2.0 Security Profile"),
    ("fapi2-message-signing", "FAPI 2.0 Message Signing"),
    ("fapi-ciba", "FAPI CIBA"),
];

fn choices() -> impl Iterator<Item = &'static str> {
    let all = [PROTOCOL_CHOICES, KEY_CHOICES, TOKEN_CHOICES];
    let names = all.into_iter().flatten().map(|(name, ..)| *name);
    names.chain(["profile"])
}

fn texts() -> impl Iterator<Item = &'static str> {
    let all = [PROTOCOL_TEXTS, KEY_TEXTS, LOGOUT_TEXTS];
    all.into_iter().flatten().map(|(name, ..)| *name)
}

fn lists() -> impl Iterator<Item = &'static str> {
    PROTOCOL_LISTS.iter().map(|(name, ..)| *name)
}

fn switches() -> impl Iterator<Item = &'static str> {
    let all = [PROTOCOL_SWITCHES, LOGOUT_SWITCHES, TOKEN_SWITCHES];
    all.into_iter().flatten().map(|(name, ..)| *name)
}

/// Whether the form has a place for what is wrong with a field.
pub(super) fn has_place(field: &str) -> bool {
    let of_tables = choices().chain(texts()).chain(lists()).chain(switches());
    of_tables
        .chain(["jwks", "response_types"])
        .any(|name| name == field)
}

/// Adds what is stored to what the form shows.
pub(super) fn stored(metadata: &ClientMetadata, mut typed: Typed) -> Typed {
    let all = json!(metadata);
    for name in choices().chain(texts()) {
        let text = match all.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(on)) => on.to_string(),
            Some(_) | None => String::new(),
        };
        typed = typed.with(name, text);
    }
    for name in lists() {
        let entries = all.get(name).and_then(Value::as_array).into_iter().flatten();
        let text: Vec<&str> = entries.filter_map(Value::as_str).collect();
        typed = typed.with(name, text.join("\n"));
    }
    for name in switches() {
        typed = typed.ticked(name, all.get(name) == Some(&Value::Bool(true)));
    }
    for kind in &metadata.response_types {
        typed = typed.with("response_types", kind.as_str());
    }
    let keys = metadata.jwks.as_ref().map(|keys| format!("{keys:#}"));
    typed.with("jwks", keys.unwrap_or_default())
}

/// The metadata with what the form asks for; each field that cannot be read is named.
pub(super) fn sent(form: &Params, metadata: ClientMetadata, typed: &mut Typed) -> ClientMetadata {
    let mut members = match json!(metadata) {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    for (name, value) in asked(form, &metadata, typed) {
        members.remove(name);
        if value.is_null() {
            continue;
        }
        let single = Map::from_iter([(name.to_owned(), value.clone())]);
        match serde_json::from_value::<ClientMetadata>(single.into()) {
            Ok(_) => {
                members.insert(name.to_owned(), value);
            }
            Err(_) => typed.wrong(name, "cannot be read"),
        }
    }
    serde_json::from_value(members.into()).unwrap_or(metadata)
}

/// Each field of the form as a member; `null` for one that is empty.
fn asked(form: &Params, before: &ClientMetadata, typed: &mut Typed) -> Vec<(&'static str, Value)> {
    let mut members: Vec<(&'static str, Value)> = Vec::new();
    for name in choices().chain(texts()) {
        let value = match form.text(name).as_str() {
            "" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => text.into(),
        };
        members.push((name, value));
    }
    members.extend(lists().map(|name| (name, json!(lines(&form.text(name))))));
    members.extend(switches().map(|name| (name, form.get(name).is_some().into())));
    let browser = before.uses("authorization_code") || before.uses("implicit");
    let ticked: Vec<&str> = form.all("response_types").filter(|_| browser).collect();
    if !(ticked.is_empty() && browser) {
        members.push(("response_types", json!(ticked)));
    }
    let keys = form.text("jwks");
    let keys = match serde_json::from_str(&keys) {
        _ if keys.trim().is_empty() => Value::Null,
        Ok(keys) => keys,
        Err(_) => {
            typed.wrong("jwks", "is not JSON");
            Value::Null
        }
    };
    members.push(("jwks", keys));
    members
}

/// Response types with whether they are ticked.
pub(super) fn response_types() -> impl Iterator<Item = &'static str> {
    ResponseType::ALL.iter().map(|kind| kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::Profile;
    use crate::domain::client::from_outside::known_members;

    #[test]
    fn every_field_is_a_member_and_every_profile_is_offered() {
        for name in choices().chain(texts()).chain(lists()).chain(switches()) {
            assert!(known_members().contains(&name), "{name}");
            assert!(has_place(name));
        }
        let profiles: Vec<&str> = Profile::ALL.iter().map(|profile| profile.rules().name).collect();
        assert_eq!(
            PROFILES.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            profiles
        );
    }

    #[test]
    fn the_form_saves_what_it_shows() {
        let before: ClientMetadata = serde_json::from_value(json!({
            "client_name": "Bank", "profile": "fapi2", "redirect_uris": ["https://a.test/cb"],
            "jwks": { "keys": [{ "kty": "EC" }] }, "dpop_bound_access_tokens": true, "subject_type": "pairwise",
            "rotate_refresh_tokens": false, "request_uris": ["https://a.test/r#x"], "id_token_signed_response_alg": "ES256",
            "grant_types": ["authorization_code", "implicit"], "response_types": ["code", "code id_token"],
        }))
        .unwrap();
        let shown = stored(&before, Typed::default());
        let names = choices().chain(texts()).chain(lists()).chain(["jwks"]);
        let mut form: Vec<String> = names
            .map(|name| format!("{name}={}", crate::admin::link::encode(shown.v(name))))
            .collect();
        form.extend(
            switches()
                .filter(|name| shown.on(name))
                .map(|name| format!("{name}=on")),
        );
        form.push("response_types=code&response_types=code%20id_token".to_owned());
        let form = Params::parse(form.join("&").as_bytes()).unwrap();
        let mut typed = Typed::default();
        assert_eq!(sent(&form, before.clone(), &mut typed), before);
        assert!(!typed.is_refused());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let form = Params::parse(b"jwks=%7B&profile=strict&id_token_signed_response_alg=none").unwrap();
        let mut typed = Typed::default();
        sent(&form, ClientMetadata::default(), &mut typed);
        for field in ["jwks", "profile", "id_token_signed_response_alg"] {
            assert!(!typed.e(field).is_empty(), "{field}");
        }
    }
}
