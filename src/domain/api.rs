//! APIs: resource servers that tokens can be for. RFC 8707.

use serde::Deserialize;
use serde::Serialize;
use url::Url;

use crate::domain::audience::Audience;
use crate::domain::client::Client;
use crate::domain::id::ApiId;
use crate::domain::id::ClientId;
use crate::domain::scope::STANDARD_SCOPES;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;

/// A name of the protocol and what it means to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// The scope, or the type of `authorization_details`.
    pub name: String,
    /// What the consent page says; may be empty.
    pub description: String,
}

impl Described {
    /// Reads `invoices:read See your invoices`.
    pub fn parse(line: &str) -> Self {
        let line = line.trim();
        let (name, description) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Self {
            name: name.to_owned(),
            description: description.trim().to_owned(),
        }
    }

    /// The form that [`Described::parse`] reads.
    pub fn line(&self) -> String {
        format!("{} {}", self.name, self.description)
            .trim_end()
            .to_owned()
    }
}

/// What an operator says of an API.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ApiSettings {
    /// The `resource` of requests and `aud` of tokens: an absolute URI without fragment. It never changes.
    pub identifier: String,
    /// The name people see.
    pub name: String,
    /// What can be asked for there.
    pub scopes: Vec<Described>,
    /// Types of `authorization_details` that it understands. RFC 9396 §2.
    pub details_types: Vec<Described>,
    /// The client by which the API itself introspects the tokens that are for it. RFC 7662 §2.
    pub client_id: Option<ClientId>,
}

/// A registered API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// The row.
    pub id: ApiId,
    /// What its operator says.
    pub settings: ApiSettings,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A field that breaks a rule, and how.
pub type Problem = (&'static str, &'static str);

impl ApiSettings {
    /// The first rule that is broken. `issuer` is ours and cannot be an API.
    pub fn problem(&self, issuer: &str) -> Option<Problem> {
        if !is_identifier(&self.identifier) {
            let text = "must be an absolute URI without fragment, in at most 500 visible ASCII characters";
            return Some(("identifier", text));
        }
        if self.identifier.trim_end_matches('/') == issuer {
            return Some(("identifier", "must not be the issuer itself"));
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 100 {
            return Some(("name", "must have 1 to 100 characters"));
        }
        if let Some(text) = described_problem(&self.scopes) {
            return Some(("scopes", text));
        }
        if self
            .scopes
            .iter()
            .any(|s| STANDARD_SCOPES.contains(&s.name.as_str()))
        {
            return Some(("scopes", "must not be those of OpenID Connect"));
        }
        described_problem(&self.details_types).map(|text| ("details_types", text))
    }
}

/// An absolute URI without fragment (RFC 8707 §2) or credentials.
pub fn is_identifier(text: &str) -> bool {
    let visible = text.len() <= 500 && text.bytes().all(|b| b.is_ascii_graphic());
    let absolute = Url::parse(text)
        .is_ok_and(|uri| uri.fragment().is_none() && uri.username().is_empty() && uri.password().is_none());
    visible && absolute
}

fn described_problem(list: &[Described]) -> Option<&'static str> {
    if list.len() > 100 {
        return Some("must not be more than 100");
    }
    for (index, one) in list.iter().enumerate() {
        // the grammar of scopes serves for types too: both stand in JSON and in forms
        let named = one
            .name
            .parse::<ScopeSet>()
            .is_ok_and(|set| set.iter().count() == 1);
        if !named || one.name.len() > 200 {
            return Some("must each have a name of visible ASCII characters without quotes and backslashes");
        }
        if one.description.chars().count() > 200 || one.description.chars().any(char::is_control) {
            return Some("must each have a description of at most 200 characters");
        }
        if list.iter().take(index).any(|earlier| earlier.name == one.name) {
            return Some("must each be named once");
        }
    }
    None
}

/// Every registered API, as it is kept in memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registered(Vec<Api>);

impl Registered {
    /// By identifier.
    pub fn new(apis: Vec<Api>) -> Self {
        Self(apis)
    }

    /// Each API.
    pub fn iter(&self) -> impl Iterator<Item = &Api> {
        self.0.iter()
    }

    /// The API with this identifier, compared exactly.
    pub fn find(&self, identifier: &str) -> Option<&Api> {
        self.0.iter().find(|api| api.settings.identifier == identifier)
    }

    /// Whether a client may ask for tokens for this API. RFC 8707 §2.
    pub fn is_open_to(&self, client: &Client, identifier: &str) -> bool {
        let listed = client.metadata.resources.iter().any(|r| r == identifier);
        listed && self.find(identifier).is_some()
    }

    /// What of a scope a token for these APIs holds: their own scopes and those of OpenID Connect. RFC 8707 §2.2.
    #[must_use]
    pub fn scope_at(&self, scope: &ScopeSet, resource: &[String]) -> ScopeSet {
        let apis: Vec<&Api> = resource.iter().filter_map(|r| self.find(r)).collect();
        let offered = |name: &str| {
            apis.iter()
                .any(|api| api.settings.scopes.iter().any(|s| s.name == name))
        };
        scope.retain(|name| STANDARD_SCOPES.contains(&name) || offered(name))
    }

    /// What a scope means: at these APIs, else at whichever has it.
    pub fn scope_description(&self, scope: &str, resource: &[String]) -> Option<&str> {
        let named = resource.iter().filter_map(|r| self.find(r));
        let mut scopes = named.chain(&self.0).flat_map(|api| &api.settings.scopes);
        let known = scopes.find(|s| s.name == scope && !s.description.is_empty());
        known.map(|s| s.description.as_str())
    }

    /// A type of `authorization_details`, and the API that understands it.
    pub fn details_type(&self, name: &str) -> Option<(&Api, &Described)> {
        self.0.iter().find_map(|api| {
            let known = api.settings.details_types.iter().find(|t| t.name == name)?;
            Some((api, known))
        })
    }

    /// Whether a client may ask for this type. RFC 9396 §10.
    pub fn details_type_is_open_to(&self, client: &Client, name: &str) -> bool {
        let listed = client
            .metadata
            .authorization_details_types
            .iter()
            .any(|t| t == name);
        listed && self.details_type(name).is_some()
    }

    /// Every type. RFC 9396 §10.
    pub fn details_types(&self) -> impl Iterator<Item = &str> {
        let types = self.0.iter().flat_map(|api| &api.settings.details_types);
        types.map(|t| t.name.as_str())
    }

    /// Whether a client may hear what a token says: an API that the token is for introspects by it, or the audience
    /// names the client itself. RFC 7662 §2.1.
    pub fn is_heard_by(&self, client: &ClientId, audience: &Audience) -> bool {
        audience.iter().any(|aud| {
            let api = self.find(aud);
            aud == client.as_str() || api.is_some_and(|api| api.settings.client_id.as_ref() == Some(client))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(identifier: &str, scopes: &[&str]) -> ApiSettings {
        ApiSettings {
            identifier: identifier.to_owned(),
            name: "Invoices".to_owned(),
            scopes: scopes.iter().map(|s| Described::parse(s)).collect(),
            ..ApiSettings::default()
        }
    }

    fn api(identifier: &str, scopes: &[&str]) -> Api {
        Api {
            id: ApiId::from_bits(1),
            settings: settings(identifier, scopes),
            created_at: Timestamp::from_secs(0),
            updated_at: Timestamp::from_secs(0),
        }
    }

    #[test]
    fn an_identifier_is_an_absolute_uri_without_fragment() {
        for good in ["https://api.test", "https://api.test/v1?x=y", "urn:example:api"] {
            assert!(is_identifier(good), "{good}");
        }
        for bad in [
            "",
            "api",
            "/v1",
            "https://api.test/#x",
            "https://api.test/#",
            "https://u:p@api.test",
            "https://a b",
        ] {
            assert!(!is_identifier(bad), "{bad}");
        }
    }

    #[test]
    fn broken_rules_are_named() {
        let issuer = "https://id.test";
        let field = |settings: &ApiSettings| settings.problem(issuer).map(|(field, _)| field);
        assert_eq!(field(&settings("https://api.test", &["a See a", "b"])), None);
        assert_eq!(field(&settings("https://id.test/", &[])), Some("identifier"));
        assert_eq!(field(&settings("api", &[])), Some("identifier"));
        for scope in ["openid", "a\"b", "ä", ""] {
            assert_eq!(
                field(&settings("https://api.test", &[scope])),
                Some("scopes"),
                "{scope}"
            );
        }
        assert_eq!(field(&settings("https://api.test", &["a", "a"])), Some("scopes"));
    }

    #[test]
    fn a_token_holds_scopes_of_its_apis_and_of_openid_connect() {
        let known = Registered::new(vec![
            api("https://a.test", &["read Read", "only-a"]),
            api("https://b.test", &["read", "only-b"]),
        ]);
        let scope: ScopeSet = "openid read only-a only-b other".parse().unwrap();
        let at = |resource: &[&str]| {
            let resource: Vec<String> = resource.iter().map(|r| (*r).to_owned()).collect();
            known.scope_at(&scope, &resource).to_string()
        };
        assert_eq!(at(&["https://a.test"]), "openid read only-a");
        assert_eq!(
            at(&["https://b.test", "https://a.test"]),
            "openid read only-a only-b"
        );
        assert_eq!(at(&[]), "openid");
        assert_eq!(
            known.scope_description("read", &["https://b.test".to_owned()]),
            Some("Read")
        );
    }

    #[test]
    fn a_line_is_a_name_and_its_meaning() {
        let one = Described::parse("  invoices:read   See your invoices ");
        assert_eq!(
            (one.name.as_str(), one.line()),
            ("invoices:read", "invoices:read See your invoices".to_owned())
        );
        assert_eq!(Described::parse("x").line(), "x");
    }
}
