//! Which claims a scope or a `claims` parameter releases. OIDC Core §5.4, §5.5.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::domain::scope::ScopeSet;
use crate::domain::user::User;

/// The `claims` request parameter. Unknown members and claims are ignored. OIDC Core §5.5.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// Asked for at the UserInfo endpoint.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, Option<ClaimRequest>>,
    /// Asked for in the ID token.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, Option<ClaimRequest>>,
}

/// How one claim is asked for. OIDC Core §5.5.1.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimRequest {
    /// The client would like it very much; its absence is no error.
    pub essential: bool,
    /// The value it should have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values it may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
}

impl ClaimsRequest {
    /// Reads the parameter; `None` when it is not a JSON object of the right shape.
    pub fn parse(json: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(json).ok()?;
        // a derived struct can be read from an array as well
        value.is_object().then(|| serde_json::from_value(value).ok())?
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The `sub` that the ID token must have, if the request names one.
    pub fn requested_sub(&self) -> Option<&str> {
        self.id_token.get("sub")?.as_ref()?.value.as_ref()?.as_str()
    }
}

/// Claims of each scope. OIDC Core §5.4; `roles` and `groups` are ours.
pub const SCOPE_CLAIMS: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    ("roles", &["roles"]),
    ("groups", &["groups"]),
];

/// A person's roles and groups as they appear in tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memberships {
    /// Global roles and those of the client, by name, sorted.
    pub roles: Vec<String>,
    /// Groups by name, sorted.
    pub groups: Vec<String>,
}

/// Every claim we know of a person. Empty values are left out.
pub fn all_claims(user: &User, memberships: &Memberships) -> Map<String, Value> {
    let mut claims = match serde_json::to_value(&user.profile) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    if claims
        .get("address")
        .is_some_and(|a| a.as_object().is_none_or(Map::is_empty))
    {
        claims.remove("address");
    }
    if !claims.contains_key("phone_number") {
        claims.remove("phone_number_verified");
    } else if !claims.contains_key("phone_number_verified") {
        claims.insert("phone_number_verified".to_owned(), Value::Bool(false));
    }
    if let Some(name) = &user.name {
        claims.insert("name".to_owned(), name.as_str().into());
    }
    claims.insert("preferred_username".to_owned(), user.username.as_str().into());
    claims.insert("updated_at".to_owned(), user.updated_at.as_secs().into());
    if let Some(email) = &user.email {
        claims.insert("email".to_owned(), email.as_str().into());
        claims.insert("email_verified".to_owned(), user.email_verified.into());
    }
    claims.insert("roles".to_owned(), memberships.roles.clone().into());
    claims.insert("groups".to_owned(), memberships.groups.clone().into());
    claims
}

/// What the UserInfo endpoint answers beside `sub`: the claims of the scopes and those asked for one by one.
pub fn userinfo_claims(
    all: &Map<String, Value>,
    scope: &ScopeSet,
    request: &ClaimsRequest,
) -> Map<String, Value> {
    let of_scopes = SCOPE_CLAIMS
        .iter()
        .filter(|(s, _)| scope.contains(s))
        .flat_map(|(_, names)| names.iter().copied());
    select(
        all,
        of_scopes.chain(request.userinfo.keys().map(String::as_str)),
        scope,
    )
}

/// What the ID token holds beside the protocol's claims, when an access token is issued with it: the claims asked for
/// one by one, and roles and groups, which are what an application decides by.
pub fn id_token_claims(
    all: &Map<String, Value>,
    scope: &ScopeSet,
    request: &ClaimsRequest,
) -> Map<String, Value> {
    let memberships = ["roles", "groups"].into_iter().filter(|s| scope.contains(s));
    select(
        all,
        memberships.chain(request.id_token.keys().map(String::as_str)),
        scope,
    )
}

/// Roles and groups are released by their scopes alone: a client must have been allowed to see them.
fn select<'a>(
    all: &Map<String, Value>,
    names: impl Iterator<Item = &'a str>,
    scope: &ScopeSet,
) -> Map<String, Value> {
    names
        .filter(|name| !matches!(*name, "roles" | "groups") || scope.contains(name))
        .filter_map(|name| Some((name.to_owned(), all.get(name)?.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::UserId;
    use crate::domain::time::Timestamp;
    use crate::domain::user::Profile;
    use crate::domain::user::UserStatus;

    fn user() -> User {
        User {
            id: UserId::from_bits(1),
            username: "amara".to_owned(),
            email: Some("amara@example.test".to_owned()),
            email_verified: true,
            name: Some("Amara Okafor".to_owned()),
            profile: Profile {
                phone_number: Some("+1 555 0100".to_owned()),
                ..Profile::default()
            },
            status: UserStatus::Active,
            has_password: true,
            created_at: Timestamp::from_secs(1),
            updated_at: Timestamp::from_secs(2),
            last_sign_in_at: None,
        }
    }

    fn keys(claims: &Map<String, Value>) -> Vec<&str> {
        claims.keys().map(String::as_str).collect()
    }

    #[test]
    fn scopes_release_their_claims_and_nothing_empty() {
        let all = all_claims(&user(), &Memberships::default());
        let claims = userinfo_claims(
            &all,
            &"openid profile phone address".parse().unwrap(),
            &ClaimsRequest::default(),
        );
        let expected = [
            "name",
            "phone_number",
            "phone_number_verified",
            "preferred_username",
            "updated_at",
        ];
        assert_eq!(keys(&claims), expected);
        assert_eq!(claims["phone_number_verified"], false);
        assert_eq!(claims["updated_at"], 2);
    }

    #[test]
    fn the_claims_parameter_releases_single_claims_where_it_asks() {
        let request = ClaimsRequest::parse(
            r#"{"userinfo":{"name":{"essential":true},"nonsense":null},"id_token":{"email":null,"auth_time":null}}"#,
        )
        .unwrap();
        let all = all_claims(&user(), &Memberships::default());
        let scope = "openid".parse().unwrap();
        assert_eq!(keys(&userinfo_claims(&all, &scope, &request)), ["name"]);
        assert_eq!(keys(&id_token_claims(&all, &scope, &request)), ["email"]);
    }

    #[test]
    fn roles_need_their_scope() {
        let memberships = Memberships {
            roles: vec!["admin".to_owned()],
            groups: vec!["staff".to_owned()],
        };
        let all = all_claims(&user(), &memberships);
        let request = ClaimsRequest::parse(r#"{"userinfo":{"roles":null}}"#).unwrap();
        assert!(userinfo_claims(&all, &"openid".parse().unwrap(), &request).is_empty());
        let claims = userinfo_claims(&all, &"openid roles".parse().unwrap(), &request);
        assert_eq!(claims["roles"], serde_json::json!(["admin"]));
    }

    #[test]
    fn a_claims_parameter_of_another_shape_is_refused() {
        for json in ["", "[]", "{\"userinfo\":[]}", "{\"id_token\":{\"sub\":5}}"] {
            assert_eq!(ClaimsRequest::parse(json), None, "{json}");
        }
    }
}
