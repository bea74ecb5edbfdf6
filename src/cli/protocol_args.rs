//! Options for the protocol side of client metadata: each carries the name of its member.

use std::path::PathBuf;

use clap::Args;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::metadata;

/// Options for flows, keys, tokens and sign-out. Those that are true or false may stand without a value: true.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Protocol")]
pub(in crate::cli) struct ProtocolArgs {
    /// A response type the client may use, such as "code id_token"; may be repeated
    #[arg(long = "response-type", value_name = "TYPE")]
    response_types: Vec<String>,
    /// oidc, fapi2, fapi2-message-signing or fapi-ciba
    #[arg(long)]
    profile: Option<String>,
    /// A file with its public keys, a JWK set; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// Where it publishes its public keys
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    /// How it signs its assertions
    #[arg(long, value_name = "ALG")]
    token_endpoint_auth_signing_alg: Option<String>,
    /// The subject of its certificate, such as "CN=ledger,O=Example"
    #[arg(long, value_name = "DN")]
    tls_client_auth_subject_dn: Option<String>,
    /// A DNS name of its certificate
    #[arg(long, value_name = "NAME")]
    tls_client_auth_san_dns: Option<String>,
    /// A URI of its certificate
    #[arg(long, value_name = "URI")]
    tls_client_auth_san_uri: Option<String>,
    /// An address of its certificate
    #[arg(long, value_name = "ADDRESS")]
    tls_client_auth_san_ip: Option<String>,
    /// A mail address of its certificate
    #[arg(long, value_name = "EMAIL")]
    tls_client_auth_san_email: Option<String>,
    /// Bind access tokens to its certificate
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    tls_client_certificate_bound_access_tokens: Option<bool>,
    /// Bind access tokens to a DPoP key
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    dpop_bound_access_tokens: Option<bool>,
    /// How its ID tokens are signed: RS256, PS256, ES256 or EdDSA
    #[arg(long, value_name = "ALG")]
    id_token_signed_response_alg: Option<String>,
    /// How UserInfo answers are signed; without it they are plain JSON
    #[arg(long, value_name = "ALG")]
    userinfo_signed_response_alg: Option<String>,
    /// How introspection answers are signed
    #[arg(long, value_name = "ALG")]
    introspection_signed_response_alg: Option<String>,
    /// How authorization responses are signed (JARM)
    #[arg(long, value_name = "ALG")]
    authorization_signed_response_alg: Option<String>,
    /// How it signs its authorization requests
    #[arg(long, value_name = "ALG")]
    request_object_signing_alg: Option<String>,
    /// Where a signed request may be fetched from; may be repeated
    #[arg(long = "request-uri", value_name = "URL")]
    request_uris: Vec<String>,
    /// Take signed authorization requests only
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_signed_request_object: Option<bool>,
    /// Take pushed authorization requests only
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_pushed_authorization_requests: Option<bool>,
    /// public, or pairwise: a different sub in each sector
    #[arg(long, value_name = "TYPE")]
    subject_type: Option<String>,
    /// Lists the redirect URIs of the sector
    #[arg(long, value_name = "URL")]
    sector_identifier_uri: Option<String>,
    /// Loaded in a frame at sign-out
    #[arg(long, value_name = "URL")]
    frontchannel_logout_uri: Option<String>,
    /// Give that frame iss and sid
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    frontchannel_logout_session_required: Option<bool>,
    /// Receives a logout token at sign-out
    #[arg(long, value_name = "URL")]
    backchannel_logout_uri: Option<String>,
    /// The logout token must hold sid
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    backchannel_logout_session_required: Option<bool>,
    /// How CIBA tokens are fetched: poll or ping
    #[arg(long, value_name = "MODE")]
    backchannel_token_delivery_mode: Option<String>,
    /// Where a CIBA ping goes
    #[arg(long, value_name = "URL")]
    backchannel_client_notification_endpoint: Option<String>,
    /// How it signs its CIBA requests
    #[arg(long, value_name = "ALG")]
    backchannel_authentication_request_signing_alg: Option<String>,
    /// A type of authorization_details it may ask for; may be repeated
    #[arg(long = "authorization-details-type", value_name = "TYPE")]
    authorization_details_types: Vec<String>,
    /// jwt or opaque
    #[arg(long, value_name = "FORMAT")]
    access_token_format: Option<String>,
    /// Replace a refresh token at each use; without it as the profile says
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    rotate_refresh_tokens: Option<bool>,
    /// A registered API it may ask tokens for; may be repeated
    #[arg(long = "resource", value_name = "URI")]
    resources: Vec<String>,
}

impl ProtocolArgs {
    /// The options that were given, under the names of their members.
    pub(super) fn members(&self) -> Result<Map<String, Value>, CliError> {
        let mut members = Map::new();
        let texts = self.texts();
        let bools = self.bools();
        let lists = [
            ("response_types", &self.response_types),
            ("request_uris", &self.request_uris),
            ("authorization_details_types", &self.authorization_details_types),
            ("resources", &self.resources),
        ];
        members.extend(
            texts
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))),
        );
        members.extend(
            bools
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))),
        );
        let given = lists.into_iter().filter(|(_, values)| !values.is_empty());
        members.extend(given.map(|(name, values)| (name.to_owned(), json!(values))));
        if let Some(path) = &self.jwks {
            members.insert("jwks".to_owned(), metadata::read_object(path)?.into());
        }
        Ok(members)
    }

    fn texts(&self) -> [(&'static str, Option<&String>); 21] {
        [
            ("profile", self.profile.as_ref()),
            ("jwks_uri", self.jwks_uri.as_ref()),
            (
                "token_endpoint_auth_signing_alg",
                self.token_endpoint_auth_signing_alg.as_ref(),
            ),
            (
                "tls_client_auth_subject_dn",
                self.tls_client_auth_subject_dn.as_ref(),
            ),
            ("tls_client_auth_san_dns", self.tls_client_auth_san_dns.as_ref()),
            ("tls_client_auth_san_uri", self.tls_client_auth_san_uri.as_ref()),
            ("tls_client_auth_san_ip", self.tls_client_auth_san_ip.as_ref()),
            (
                "tls_client_auth_san_email",
                self.tls_client_auth_san_email.as_ref(),
            ),
            (
                "id_token_signed_response_alg",
                self.id_token_signed_response_alg.as_ref(),
            ),
            (
                "userinfo_signed_response_alg",
                self.userinfo_signed_response_alg.as_ref(),
            ),
            (
                "introspection_signed_response_alg",
                self.introspection_signed_response_alg.as_ref(),
            ),
            (
                "authorization_signed_response_alg",
                self.authorization_signed_response_alg.as_ref(),
            ),
            (
                "request_object_signing_alg",
                self.request_object_signing_alg.as_ref(),
            ),
            ("subject_type", self.subject_type.as_ref()),
            ("sector_identifier_uri", self.sector_identifier_uri.as_ref()),
            ("frontchannel_logout_uri", self.frontchannel_logout_uri.as_ref()),
            ("backchannel_logout_uri", self.backchannel_logout_uri.as_ref()),
            (
                "backchannel_token_delivery_mode",
                self.backchannel_token_delivery_mode.as_ref(),
            ),
            (
                "backchannel_client_notification_endpoint",
                self.backchannel_client_notification_endpoint.as_ref(),
            ),
            (
                "backchannel_authentication_request_signing_alg",
                self.backchannel_authentication_request_signing_alg.as_ref(),
            ),
            ("access_token_format", self.access_token_format.as_ref()),
        ]
    }

    fn bools(&self) -> [(&'static str, Option<bool>); 7] {
        [
            (
                "tls_client_certificate_bound_access_tokens",
                self.tls_client_certificate_bound_access_tokens,
            ),
            ("dpop_bound_access_tokens", self.dpop_bound_access_tokens),
            (
                "require_signed_request_object",
                self.require_signed_request_object,
            ),
            (
                "require_pushed_authorization_requests",
                self.require_pushed_authorization_requests,
            ),
            (
                "frontchannel_logout_session_required",
                self.frontchannel_logout_session_required,
            ),
            (
                "backchannel_logout_session_required",
                self.backchannel_logout_session_required,
            ),
            ("rotate_refresh_tokens", self.rotate_refresh_tokens),
        ]
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::domain::client::from_outside::known_members;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: ProtocolArgs,
    }

    #[test]
    fn each_option_becomes_the_member_of_its_name() {
        let line = "x --profile fapi2 --dpop-bound-access-tokens --rotate-refresh-tokens false \
                    --response-type code --resource https://a.test --subject-type pairwise";
        let members = Line::parse_from(line.split_whitespace()).args.members().unwrap();
        let expected = json!({
            "profile": "fapi2", "dpop_bound_access_tokens": true, "rotate_refresh_tokens": false,
            "response_types": ["code"], "resources": ["https://a.test"], "subject_type": "pairwise",
        });
        assert_eq!(Value::from(members), expected);
    }

    #[test]
    fn every_name_is_one_of_the_model() {
        let args = ProtocolArgs::default();
        let names = args.texts().map(|(name, _)| name).into_iter();
        for name in names.chain(args.bools().map(|(name, _)| name)) {
            assert!(known_members().contains(&name), "{name}");
        }
    }
}
