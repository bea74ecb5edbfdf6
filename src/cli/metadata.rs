//! Client metadata from a file and from options, under the names of RFC 7591.

use std::io::Read as _;
use std::path::Path;

use clap::Args;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::cli::protocol_args::ProtocolArgs;
use crate::domain::client::ClientMetadata;
use crate::domain::id::ClientId;
use crate::domain::secret::Secret;

/// Options for metadata; each wins over the file.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct MetadataArgs {
    /// The name people see
    #[arg(long, visible_alias = "name", value_name = "NAME")]
    client_name: Option<String>,
    /// Where authorization responses may go; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where a browser may go after sign-out; may be repeated
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// A grant the client may use, such as authorization_code or refresh_token; may be repeated
    #[arg(long = "grant-type", value_name = "GRANT")]
    grant_types: Vec<String>,
    /// none, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth …
    #[arg(long, value_name = "METHOD")]
    token_endpoint_auth_method: Option<String>,
    /// A client without a secret, such as an app in a browser; same as --token-endpoint-auth-method none
    #[arg(long, conflicts_with = "token_endpoint_auth_method")]
    public: bool,
    /// The scopes it may ask for, separated by spaces
    #[arg(long)]
    scope: Option<String>,
    /// web or native
    #[arg(long, value_name = "TYPE")]
    application_type: Option<String>,
    /// Its home page
    #[arg(long, value_name = "URL")]
    client_uri: Option<String>,
    /// A picture for the sign-in page
    #[arg(long, value_name = "URL")]
    logo_uri: Option<String>,
    /// Its privacy policy
    #[arg(long, value_name = "URL")]
    policy_uri: Option<String>,
    /// Its terms of service
    #[arg(long, value_name = "URL")]
    tos_uri: Option<String>,
    /// Where third parties may start a sign-in
    #[arg(long, value_name = "URL")]
    initiate_login_uri: Option<String>,
    /// A mail address of somebody responsible; may be repeated
    #[arg(long = "contact", value_name = "EMAIL")]
    contacts: Vec<String>,
    /// Who runs it, for the consent page
    #[arg(long, value_name = "NAME")]
    operator_name: Option<String>,
    /// Do not require PKCE of this confidential client
    #[arg(long)]
    no_pkce: bool,
    /// Do not ask people for consent: the client is your own
    #[arg(long)]
    skip_consent: bool,
    #[command(flatten)]
    protocol: ProtocolArgs,
}

impl MetadataArgs {
    /// The options that were given, under the names of RFC 7591.
    fn members(&self) -> Result<Map<String, Value>, CliError> {
        let mut members = self.protocol.members()?;
        let method = self
            .public
            .then(|| "none".to_owned())
            .or_else(|| self.token_endpoint_auth_method.clone());
        for (name, value) in [
            ("client_name", &self.client_name),
            ("token_endpoint_auth_method", &method),
            ("scope", &self.scope),
            ("application_type", &self.application_type),
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("policy_uri", &self.policy_uri),
            ("tos_uri", &self.tos_uri),
            ("initiate_login_uri", &self.initiate_login_uri),
            ("operator_name", &self.operator_name),
        ] {
            members.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
        }
        for (name, values) in [
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
            ("grant_types", &self.grant_types),
            ("contacts", &self.contacts),
        ] {
            members.extend((!values.is_empty()).then(|| (name.to_owned(), json!(values))));
        }
        members.extend(self.no_pkce.then(|| ("require_pkce".to_owned(), json!(false))));
        members.extend(
            self.skip_consent
                .then(|| ("skip_consent".to_owned(), json!(true))),
        );
        Ok(members)
    }
}

/// What to register.
#[derive(Debug)]
pub(super) struct Registration {
    /// A `client_id` that somebody chose.
    pub(super) id: Option<ClientId>,
    /// A secret that somebody chose.
    pub(super) secret: Option<Secret<String>>,
    /// The rest.
    pub(super) metadata: ClientMetadata,
}

/// Lays the options over the file. Every member that cannot be used is named.
pub(super) fn merge(mut file: Map<String, Value>, args: &MetadataArgs) -> Result<Registration, CliError> {
    let mut problems = Vec::new();
    let mut text = |name: &str| match file.remove(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text),
        Some(_) => {
            problems.push(format!("{name}: must be a text"));
            None
        }
    };
    let (id, secret) = (text("client_id"), text("client_secret"));
    file.extend(args.members()?);
    problems.extend(file.iter().filter_map(|(name, value)| problem(name, value)));
    let id = match id.as_deref().map(lookup::client_id).transpose() {
        Ok(id) => id,
        Err(error) => {
            problems.push(format!("client_id: {error}"));
            None
        }
    };
    match serde_json::from_value(file.into()) {
        Ok(metadata) if problems.is_empty() => Ok(Registration {
            id,
            secret: secret.map(Secret::new),
            metadata,
        }),
        _ => Err(CliError::refused("The metadata cannot be used.", problems)),
    }
}

/// Lays file and options over what is stored. `null` in the file takes a member away.
pub(super) fn change(
    stored: &ClientMetadata,
    file: Map<String, Value>,
    args: &MetadataArgs,
) -> Result<ClientMetadata, CliError> {
    let mut members = match json!(stored) {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    members.extend(file);
    members.retain(|_, value| !value.is_null());
    let changed = merge(members, args)?;
    if changed.id.is_some() || changed.secret.is_some() {
        let text = "client_id and client_secret cannot be changed.";
        return Err(CliError::new(text));
    }
    Ok(changed.metadata)
}

/// What is wrong with one member, read on its own so that all of them are reported.
fn problem(name: &str, value: &Value) -> Option<String> {
    let single = Map::from_iter([(name.to_owned(), value.clone())]);
    let error = serde_json::from_value::<ClientMetadata>(single.into())
        .err()?
        .to_string();
    if error.starts_with("unknown field") && error.contains(&format!("`{name}`")) {
        return Some(format!(
            "{name}: is not a client metadata member that Gatepost knows"
        ));
    }
    Some(format!("{name}: {error}"))
}

/// Reads a JSON object from a file, or from standard input for `-`.
pub(super) fn read_object(path: &Path) -> Result<Map<String, Value>, CliError> {
    let shown = path.display();
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(1 << 20).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| CliError::new(format!("{shown} cannot be read: {error}.")))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(CliError::new(format!("{shown} must hold one JSON object."))),
        Err(error) => Err(CliError::new(format!("{shown} is not JSON: {error}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::AuthMethod;

    fn object(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn id_and_secret_are_taken_out_of_the_metadata() {
        let file = object(r#"{"client_id":"ledger","client_secret":"hush-hush","client_name":"Ledger"}"#);
        let registration = merge(file, &MetadataArgs::default()).unwrap();
        assert_eq!(registration.id.unwrap().as_str(), "ledger");
        assert_eq!(registration.secret.unwrap().expose(), "hush-hush");
        assert_eq!(registration.metadata.client_name, "Ledger");
    }

    #[test]
    fn options_win_over_the_file() {
        let file = object(r#"{"client_name":"Old","redirect_uris":["https://old.test/"],"scope":"openid"}"#);
        let args = MetadataArgs {
            client_name: Some("New".to_owned()),
            redirect_uris: vec!["https://new.test/cb".to_owned()],
            public: true,
            no_pkce: true,
            ..MetadataArgs::default()
        };
        let metadata = merge(file, &args).unwrap().metadata;
        assert_eq!(
            (metadata.client_name.as_str(), metadata.redirect_uris[0].as_str()),
            ("New", "https://new.test/cb")
        );
        assert_eq!(
            (metadata.token_endpoint_auth_method, metadata.require_pkce),
            (AuthMethod::None, false)
        );
        assert_eq!(metadata.scope.to_string(), "openid");
    }

    #[test]
    fn every_member_that_cannot_be_used_is_named() {
        let file = object(
            r#"{"redirect_urls":[],"redirect_uris":["javascript:alert(1)"],"client_id":"a b","client_secret":7,
                "grant_types":"authorization_code","lifetimes":{"coed":1}}"#,
        );
        let error = merge(file, &MetadataArgs::default()).unwrap_err().to_string();
        for name in [
            "redirect_urls",
            "redirect_uris",
            "client_id",
            "client_secret",
            "grant_types",
            "lifetimes",
        ] {
            assert!(error.contains(&format!("\n  {name}: ")), "{name} in {error}");
        }
        assert!(error.contains("coed"), "{error}");
    }
}
