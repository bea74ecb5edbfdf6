//! Client metadata to and from the settings form. The fields carry the names of RFC 7591.

use crate::admin::typed::Typed;
use crate::admin::typed::lines;
use crate::admin::typed::some;
use crate::domain::client::ApplicationType;
use crate::domain::client::AuthMethod;
use crate::domain::client::ClientLifetimes;
use crate::domain::client::ClientMetadata;
use crate::domain::lifetime::Lifetime;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::response_type::ResponseType;
use crate::domain::scope::ScopeSet;
use crate::web::params::Params;

/// One URI per line; each that cannot stand is named.
pub(super) fn uris(text: &str, field: &'static str, typed: &mut Typed) -> Vec<RedirectUri> {
    let mut uris = Vec::new();
    for line in lines(text) {
        match RedirectUri::parse(&line) {
            Ok(uri) => uris.push(uri),
            Err(error) => typed.wrong(field, &format!("“{line}” {error}")),
        }
    }
    uris
}

/// Scopes, separated by spaces.
pub(super) fn scope(text: &str, typed: &mut Typed) -> ScopeSet {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .parse()
        .unwrap_or_else(|error| {
            typed.wrong("scope", &format!("{error}"));
            ScopeSet::default()
        })
}

/// Lifetimes of the form: field, label, hint.
pub(super) const LIFETIMES: &[(&str, &str, &str)] = &[
    ("lifetimes.code", "Authorization code", "At most 10m."),
    ("lifetimes.access_token", "Access token", "At most 24h."),
    ("lifetimes.id_token", "ID token", "At most 24h."),
    ("lifetimes.refresh_idle", "Refresh token, unused", ""),
    ("lifetimes.refresh_absolute", "Refresh-token family", ""),
    (
        "lifetimes.refresh_repeat_window",
        "Repeat of a lost answer",
        "0s switches it off.",
    ),
];

/// Web addresses of the form: field, label.
pub(super) const LINKS: &[(&str, &str)] = &[
    ("client_uri", "Home page"),
    ("logo_uri", "Logo"),
    ("policy_uri", "Privacy policy"),
    ("tos_uri", "Terms of service"),
    ("initiate_login_uri", "Where others may start a sign-in"),
];

/// Fields of the form that stand in no table.
const FIELDS: &[&str] = &[
    "client_name",
    "operator_name",
    "redirect_uris",
    "post_logout_redirect_uris",
    "token_endpoint_auth_method",
    "scope",
    "grant_types",
    "default_max_age",
];

/// Whether the form has a place for what is wrong with a field.
pub(super) fn has_place(field: &str) -> bool {
    let tables = LIFETIMES.iter().map(|(name, ..)| *name);
    let tables = tables.chain(LINKS.iter().map(|(name, _)| *name));
    tables.chain(FIELDS.iter().copied()).any(|name| name == field)
}

/// The stored metadata as the form shows it.
pub(super) fn stored(metadata: &ClientMetadata) -> Typed {
    let join = |uris: &[RedirectUri]| {
        uris.iter()
            .map(RedirectUri::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let time = |secs: Option<u32>| {
        secs.map(|s| Lifetime::from_secs(s.into()).to_string())
            .unwrap_or_default()
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let native = metadata.application_type == ApplicationType::Native;
    let typed = Typed::default()
        .with("client_name", &metadata.client_name)
        .with("redirect_uris", join(&metadata.redirect_uris))
        .with(
            "post_logout_redirect_uris",
            join(&metadata.post_logout_redirect_uris),
        )
        .with("scope", metadata.scope.to_string())
        .with(
            "token_endpoint_auth_method",
            metadata.token_endpoint_auth_method.as_str(),
        )
        .with("application_type", if native { "native" } else { "web" })
        .ticked("require_pkce", metadata.require_pkce)
        .ticked("skip_consent", metadata.skip_consent)
        .with("operator_name", text(&metadata.operator_name))
        .with("client_uri", text(&metadata.client_uri))
        .with("logo_uri", text(&metadata.logo_uri))
        .with("policy_uri", text(&metadata.policy_uri))
        .with("tos_uri", text(&metadata.tos_uri))
        .with("initiate_login_uri", text(&metadata.initiate_login_uri))
        .with("default_max_age", time(metadata.default_max_age))
        .with("lifetimes.code", time(metadata.lifetimes.code))
        .with("lifetimes.access_token", time(metadata.lifetimes.access_token))
        .with("lifetimes.id_token", time(metadata.lifetimes.id_token))
        .with("lifetimes.refresh_idle", time(metadata.lifetimes.refresh_idle))
        .with(
            "lifetimes.refresh_absolute",
            time(metadata.lifetimes.refresh_absolute),
        )
        .with(
            "lifetimes.refresh_repeat_window",
            time(metadata.lifetimes.refresh_repeat_window),
        );
    metadata
        .grant_types
        .iter()
        .fold(typed, |typed, grant| typed.with("grant_types", grant))
}

/// The metadata that the form asks for; what the form does not show stays as it was.
pub(super) fn sent(form: &Params, before: ClientMetadata, typed: &mut Typed) -> ClientMetadata {
    let text = |name: &str| some(&form.text(name));
    let grant_types: Vec<String> = form.all("grant_types").map(str::to_owned).collect();
    let signs_in = grant_types.iter().any(|g| g == "authorization_code");
    ClientMetadata {
        client_name: form.text("client_name"),
        redirect_uris: uris(&form.text("redirect_uris"), "redirect_uris", typed),
        post_logout_redirect_uris: uris(
            &form.text("post_logout_redirect_uris"),
            "post_logout_redirect_uris",
            typed,
        ),
        token_endpoint_auth_method: auth_method(form, before.token_endpoint_auth_method),
        response_types: if signs_in == before.uses("authorization_code") {
            before.response_types.clone()
        } else if signs_in {
            vec![ResponseType::CODE]
        } else {
            Vec::new()
        },
        grant_types,
        scope: scope(&form.text("scope"), typed),
        application_type: match form.get("application_type") {
            Some("native") => ApplicationType::Native,
            _ => ApplicationType::Web,
        },
        client_uri: text("client_uri"),
        logo_uri: text("logo_uri"),
        policy_uri: text("policy_uri"),
        tos_uri: text("tos_uri"),
        initiate_login_uri: text("initiate_login_uri"),
        default_max_age: seconds(form, "default_max_age", typed),
        require_pkce: form.get("require_pkce").is_some(),
        skip_consent: form.get("skip_consent").is_some(),
        operator_name: text("operator_name"),
        lifetimes: ClientLifetimes {
            code: seconds(form, "lifetimes.code", typed),
            access_token: seconds(form, "lifetimes.access_token", typed),
            id_token: seconds(form, "lifetimes.id_token", typed),
            refresh_idle: seconds(form, "lifetimes.refresh_idle", typed),
            refresh_absolute: seconds(form, "lifetimes.refresh_absolute", typed),
            refresh_repeat_window: seconds(form, "lifetimes.refresh_repeat_window", typed),
        },
        ..before
    }
}

fn auth_method(form: &Params, before: AuthMethod) -> AuthMethod {
    let wanted = form.get("token_endpoint_auth_method").unwrap_or("");
    let mut all = AuthMethod::ALL.iter().copied();
    all.find(|method| method.as_str() == wanted).unwrap_or(before)
}

fn seconds(form: &Params, field: &'static str, typed: &mut Typed) -> Option<u32> {
    let text = form.text(field);
    if text.is_empty() {
        return None;
    }
    match text.parse::<Lifetime>() {
        Ok(lifetime) => Some(u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX)),
        Err(error) => {
            typed.wrong(field, &error.to_string());
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_saves_what_it_shows() {
        let before = ClientMetadata {
            client_name: "Ledger".to_owned(),
            redirect_uris: vec![RedirectUri::parse("https://a.test/cb").unwrap()],
            lifetimes: ClientLifetimes {
                access_token: Some(5_400),
                ..ClientLifetimes::default()
            },
            contacts: vec!["ops@a.test".to_owned()],
            ..ClientMetadata::default()
        };
        let shown = stored(&before);
        assert_eq!(shown.v("lifetimes.access_token"), "1h30m");
        let fields = [
            "client_name",
            "redirect_uris",
            "scope",
            "token_endpoint_auth_method",
            "grant_types",
        ];
        let mut form: Vec<String> = fields
            .iter()
            .map(|f| format!("{f}={}", crate::admin::link::encode(shown.v(f))))
            .collect();
        form.push("require_pkce=on&lifetimes.access_token=1h30m".to_owned());
        let form = Params::parse(form.join("&").as_bytes()).unwrap();
        assert_eq!(sent(&form, before.clone(), &mut Typed::default()), before);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let form = Params::parse(
            b"redirect_uris=https%3A%2F%2Fa.test%2F%2A%0Ahttp%3A%2F%2Fb.test%2F&lifetimes.code=9",
        )
        .unwrap();
        let mut typed = Typed::default();
        sent(&form, ClientMetadata::default(), &mut typed);
        assert!(
            typed.e("redirect_uris").contains("b.test"),
            "{}",
            typed.e("redirect_uris")
        );
        assert!(typed.e("lifetimes.code").contains("unit"));
    }
}
