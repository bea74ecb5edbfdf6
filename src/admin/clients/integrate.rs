//! The integrate tab: what a developer has to know, with real values.

use askama::Template;
use askama_web::WebTemplate;

use crate::admin::clients::frame;
use crate::admin::clients::frame::Frame;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::domain::client::AuthMethod;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::error::PageError;
use crate::web::path::Path;
use crate::web::shell::Shell;

#[derive(Template, WebTemplate)]
#[template(path = "admin/clients/integrate.html")]
pub(super) struct IntegratePage {
    shell: Shell,
    frame: Frame,
    endpoints: Vec<(&'static str, String)>,
    authorize: Option<String>,
    token: String,
}

const ENDPOINTS: &[(&str, &str)] = &[
    ("Discovery", "/.well-known/openid-configuration"),
    ("Authorization endpoint", "/authorize"),
    ("Token endpoint", "/token"),
    ("UserInfo endpoint", "/userinfo"),
    ("JWKS", "/jwks"),
    ("Introspection endpoint", "/introspect"),
    ("Revocation endpoint", "/revoke"),
    ("Sign-out endpoint", "/logout"),
];

/// `GET /admin/clients/{id}/integrate`.
pub(super) async fn page(mut admin: Admin, Path(id): Path<ClientId>) -> Result<IntegratePage, PageError> {
    let frame = frame::frame(&admin, &id, "/integrate").await?;
    let shell = admin.shell(frame.client.name()).await?;
    let issuer = admin.ops().issuer();
    let endpoint = |(label, path): &(&'static str, &str)| (*label, format!("{issuer}{path}"));
    let issuer_first = std::iter::once(("Issuer", issuer.to_owned()));
    Ok(IntegratePage {
        endpoints: issuer_first.chain(ENDPOINTS.iter().map(endpoint)).collect(),
        authorize: authorize(issuer, &frame.client),
        token: token(issuer, &frame.client),
        frame,
        shell,
    })
}

fn authorize(issuer: &str, client: &Client) -> Option<String> {
    let uri = client.metadata.redirect_uris.first()?;
    let pkce = if client.needs_pkce() {
        "&code_challenge=CHALLENGE&code_challenge_method=S256"
    } else {
        ""
    };
    Some(format!(
        "{issuer}/authorize?response_type=code&client_id={}&redirect_uri={}&scope=openid%20profile%20email\
         &state=RANDOM&nonce=RANDOM{pkce}",
        link::encode(client.id.as_str()),
        link::encode(uri.as_str())
    ))
}

fn token(issuer: &str, client: &Client) -> String {
    let id = client.id.as_str();
    let mut lines = vec![format!("curl {issuer}/token")];
    match client.metadata.token_endpoint_auth_method {
        AuthMethod::ClientSecretBasic => lines.push(format!("--user '{}:CLIENT_SECRET'", link::encode(id))),
        AuthMethod::ClientSecretPost => {
            lines.push(format!("--data-urlencode client_id='{id}'"));
            lines.push("--data-urlencode client_secret=CLIENT_SECRET".to_owned());
        }
        AuthMethod::ClientSecretJwt | AuthMethod::PrivateKeyJwt => {
            lines.push(
                "--data client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                    .to_owned(),
            );
            lines.push("--data-urlencode client_assertion=SIGNED_JWT".to_owned());
        }
        AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth => {
            lines.push(format!(
                "--cert client.pem --key client.key --data-urlencode client_id='{id}'"
            ));
        }
        AuthMethod::None => lines.push(format!("--data-urlencode client_id='{id}'")),
    }
    match client.metadata.redirect_uris.first() {
        Some(uri) => {
            lines.push("--data grant_type=authorization_code --data-urlencode code=CODE".to_owned());
            lines.push(format!("--data-urlencode redirect_uri='{}'", uri.as_str()));
            if client.needs_pkce() {
                lines.push("--data code_verifier=VERIFIER".to_owned());
            }
        }
        None => lines.push("--data grant_type=client_credentials".to_owned()),
    }
    lines.join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::ClientMetadata;
    use crate::domain::client::Provenance;
    use crate::domain::redirect_uri::RedirectUri;
    use crate::domain::time::Timestamp;

    #[test]
    fn the_snippet_fits_the_client() {
        let at = Timestamp::from_secs(1);
        let mut client = Client {
            id: "ledger-web".parse().unwrap(),
            metadata: ClientMetadata {
                redirect_uris: vec![RedirectUri::parse("https://a.test/cb").unwrap()],
                ..ClientMetadata::default()
            },
            secrets: Vec::new(),
            enabled: true,
            created_at: at,
            updated_at: at,
            provenance: Provenance::default(),
        };
        let text = token("https://id.test", &client);
        assert!(
            text.contains("--user 'ledger-web:CLIENT_SECRET'") && text.contains("code_verifier"),
            "{text}"
        );
        client.metadata.redirect_uris.clear();
        client.metadata.token_endpoint_auth_method = AuthMethod::ClientSecretPost;
        let text = token("https://id.test", &client);
        assert!(
            text.contains("client_credentials") && text.contains("client_secret="),
            "{text}"
        );
        assert_eq!(authorize("https://id.test", &client), None);
    }
}
