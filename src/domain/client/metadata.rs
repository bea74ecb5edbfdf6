//! Client metadata under the names of RFC 7591, and the rules it must keep.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::redirect_uri::InvalidRedirectUri;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::scope::ScopeSet;

/// How a client proves who it is. RFC 7591 §2, `token_endpoint_auth_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// A public client: it has no secret and must use PKCE.
    None,
    /// HTTP Basic. RFC 6749 §2.3.1.
    #[default]
    ClientSecretBasic,
    /// In the form. RFC 6749 §2.3.1.
    ClientSecretPost,
}

impl AuthMethod {
    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
        }
    }
}

/// Where the client runs. OIDC Registration §2, `application_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// On a web server or in a browser.
    #[default]
    Web,
    /// On a person's device.
    Native,
}

/// Client metadata under the names of RFC 7591 and OIDC Registration, with extensions of our own at the end.
///
/// One model behind the console's form, the command line, and the stored row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientMetadata {
    /// The name people see.
    pub client_name: String,
    /// Where authorization responses may go; matched exactly.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may go after sign-out; matched exactly.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Authentication at the token endpoint.
    pub token_endpoint_auth_method: AuthMethod,
    /// Grants the client may use.
    pub grant_types: Vec<String>,
    /// Response types the client may use.
    pub response_types: Vec<String>,
    /// Scopes the client may ask for, separated by spaces.
    pub scope: ScopeSet,
    /// Web or native.
    pub application_type: ApplicationType,
    /// The client's home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// A picture shown at sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// The client's privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// The client's terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Where third parties may start a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Mail addresses of those responsible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// `max_age` in seconds when a request names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Puts `auth_time` into every ID token. We always do.
    pub require_auth_time: bool,
    /// Ours: PKCE is required (always so for public clients).
    pub require_pkce: bool,
    /// Ours: a client of the operator's own, for which nobody is asked to consent.
    pub skip_consent: bool,
    /// Ours: who runs the client, as the consent page says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_name: Option<String>,
    /// Ours: lifetimes in seconds that differ from the installation's.
    #[serde(skip_serializing_if = "ClientLifetimes::is_empty")]
    pub lifetimes: ClientLifetimes,
}

/// Lifetimes in seconds; what is absent follows the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ClientLifetimes {
    /// Authorization codes; at most 600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// Access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<u32>,
    /// ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<u32>,
    /// A refresh token that is not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_idle: Option<u32>,
    /// A refresh-token family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_absolute: Option<u32>,
    /// How long a lost refresh answer may be repeated; 0 switches it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_repeat_window: Option<u32>,
}

impl ClientLifetimes {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for ClientMetadata {
    /// The defaults of RFC 7591 §2, and ours.
    fn default() -> Self {
        Self {
            client_name: String::new(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            token_endpoint_auth_method: AuthMethod::default(),
            grant_types: vec!["authorization_code".to_owned()],
            response_types: vec!["code".to_owned()],
            scope: "openid profile email address phone offline_access roles groups"
                .parse()
                .unwrap_or_default(),
            application_type: ApplicationType::default(),
            client_uri: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            initiate_login_uri: None,
            contacts: Vec::new(),
            default_max_age: None,
            require_auth_time: false,
            require_pkce: true,
            skip_consent: false,
            operator_name: None,
            lifetimes: ClientLifetimes::default(),
        }
    }
}

/// Why metadata cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct InvalidMetadata {
    /// The metadata member.
    pub field: &'static str,
    /// What is wrong with it and what to do, as the end of a sentence that starts with the member's name.
    pub problem: String,
}

impl InvalidMetadata {
    /// A problem with one member.
    pub fn new(field: &'static str, problem: impl Into<String>) -> Self {
        Self {
            field,
            problem: problem.into(),
        }
    }
}

/// Grants this installation can serve, from the token endpoint's table.
pub struct Offered<'a> {
    /// `grant_types_supported`.
    pub grant_types: &'a [&'a str],
}

/// Longest lifetime of an access or ID token in seconds: a retired key stays published for as long.
pub const MAX_TOKEN_LIFETIME_SECS: u32 = 86_400;

impl ClientMetadata {
    /// Every rule that the metadata breaks.
    pub fn problems(&self, offered: &Offered<'_>) -> Vec<InvalidMetadata> {
        let mut problems = Vec::new();
        if self.client_name.trim().is_empty() || self.client_name.chars().count() > 100 {
            problems.push(InvalidMetadata::new(
                "client_name",
                "must have 1 to 100 characters",
            ));
        }
        for grant in &self.grant_types {
            if !offered.grant_types.contains(&grant.as_str()) {
                let known = offered.grant_types.join(", ");
                problems.push(InvalidMetadata::new(
                    "grant_types",
                    format!("holds an unknown grant; known are {known}"),
                ));
            }
        }
        if self.uses("authorization_code") && self.redirect_uris.is_empty() {
            problems.push(InvalidMetadata::new(
                "redirect_uris",
                "must name at least one URI for the code flow",
            ));
        }
        if self.response_types.iter().any(|r| r != "code") {
            problems.push(InvalidMetadata::new("response_types", "may hold only \"code\""));
        }
        if self.is_public() && self.uses("client_credentials") {
            let problem =
                "may hold client_credentials only with a secret; choose another token_endpoint_auth_method";
            problems.push(InvalidMetadata::new("grant_types", problem));
        }
        self.check_links(&mut problems);
        if self.lifetimes.code.is_some_and(|secs| !(1..=600).contains(&secs)) {
            problems.push(InvalidMetadata::new("lifetimes.code", "must be 1 to 600 seconds"));
        }
        let day = 1..=MAX_TOKEN_LIFETIME_SECS;
        for (field, secs) in [
            ("lifetimes.access_token", self.lifetimes.access_token),
            ("lifetimes.id_token", self.lifetimes.id_token),
        ] {
            if secs.is_some_and(|secs| !day.contains(&secs)) {
                problems.push(InvalidMetadata::new(field, "must be 1 to 86400 seconds"));
            }
        }
        problems
    }

    fn check_links(&self, problems: &mut Vec<InvalidMetadata>) {
        let links = [
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("policy_uri", &self.policy_uri),
            ("tos_uri", &self.tos_uri),
            ("initiate_login_uri", &self.initiate_login_uri),
        ];
        for (field, link) in links {
            let Some(link) = link else { continue };
            match RedirectUri::parse(link) {
                Ok(uri) if uri.origin().starts_with("http") => {}
                Ok(_) | Err(InvalidRedirectUri::Scheme) => {
                    problems.push(InvalidMetadata::new(field, "must be an https URL"));
                }
                Err(error) => problems.push(InvalidMetadata::new(field, error.to_string())),
            }
        }
    }

    /// Whether the client may use this grant.
    pub fn uses(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|g| g == grant_type)
    }

    /// Whether the client has no secret.
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: Offered<'static> = Offered {
        grant_types: &["authorization_code", "refresh_token", "client_credentials"],
    };

    fn metadata(json: &str) -> ClientMetadata {
        serde_json::from_str(json).unwrap()
    }

    fn fields(metadata: &ClientMetadata) -> Vec<&'static str> {
        metadata.problems(&OFFERED).into_iter().map(|p| p.field).collect()
    }

    #[test]
    fn the_shortest_registration_gets_the_defaults_of_rfc_7591() {
        let client = metadata(r#"{"client_name":"Ledger","redirect_uris":["https://ledger.test/cb"]}"#);
        assert_eq!(fields(&client), Vec::<&str>::new());
        assert_eq!(client.grant_types, ["authorization_code"]);
        assert_eq!(client.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
        assert!(client.require_pkce);
    }

    #[test]
    fn every_broken_rule_is_named() {
        let client = metadata(
            r#"{"client_name":" ","grant_types":["authorization_code","password"],"response_types":["token"],
                "logo_uri":"javascript:alert(1)","policy_uri":"http://evil.test/","lifetimes":{"code":601}}"#,
        );
        let expected = [
            "client_name",
            "grant_types",
            "redirect_uris",
            "response_types",
            "logo_uri",
            "policy_uri",
            "lifetimes.code",
        ];
        assert_eq!(fields(&client), expected);
    }

    #[test]
    fn a_public_client_has_no_client_credentials() {
        let client = metadata(
            r#"{"client_name":"App","token_endpoint_auth_method":"none","grant_types":["client_credentials"]}"#,
        );
        assert_eq!(fields(&client), ["grant_types"]);
    }

    #[test]
    fn unknown_members_are_refused_by_name() {
        let error = serde_json::from_str::<ClientMetadata>(r#"{"redirect_urls":[]}"#).unwrap_err();
        assert!(error.to_string().contains("redirect_urls"), "{error}");
    }
}
