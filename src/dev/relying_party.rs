//! The protocol as an application speaks it: discovery, authorization request, token request, userinfo, sign-out.

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::crypto::random;
use crate::crypto::relying_party;
use crate::crypto::relying_party::Inspected;
use crate::dev::DemoSettings;
use crate::dev::checks;
use crate::dev::checks::Expected;
use crate::dev::http;
use crate::dev::http::HttpError;
use crate::dev::session::Pending;
use crate::dev::session::SignedIn;
use crate::domain::secret::Secret;

const SCOPE: &str = "openid profile email address phone offline_access roles groups";

/// Why something did not work, in words for the page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The issuer cannot be reached.
    #[error("The issuer did not answer: {0}.")]
    Http(#[from] HttpError),
    /// The issuer refused.
    #[error("The issuer refused: {0}.")]
    Refused(String),
    /// The answer is not what the specification says, or not meant for this browser.
    #[error("The answer was not accepted: {0}.")]
    Answer(&'static str),
}

/// What the application needs of the discovery document. OIDC Discovery §3.
#[derive(Debug, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    userinfo_endpoint: Url,
    end_session_endpoint: Url,
    jwks_uri: Url,
}

#[derive(Debug, Deserialize)]
struct TokenAnswer {
    access_token: String,
    id_token: Option<String>,
    refresh_token: Option<String>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    expires_in: u64,
}

/// The authorization response. RFC 6749 §4.1.2, RFC 9207.
#[derive(Debug, Default)]
pub(super) struct Callback {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    pub(super) iss: Option<String>,
    pub(super) error: Option<String>,
    pub(super) error_description: Option<String>,
}

/// Fetches the discovery document.
pub(super) async fn discover(settings: &DemoSettings) -> Result<Discovery, Trouble> {
    let address = format!("{}/.well-known/openid-configuration", settings.issuer);
    let address = Url::parse(&address).map_err(|_| Trouble::Answer("the issuer is not an address"))?;
    let answer = http::get(&address, None).await?;
    let discovery: Discovery = serde_json::from_str(&answer.body)
        .map_err(|_| Trouble::Answer("the discovery document lacks an endpoint"))?;
    if discovery.issuer != settings.issuer {
        return Err(Trouble::Answer("the discovery document names another issuer"));
    }
    Ok(discovery)
}

/// Where to send the browser to sign in, and what to remember until it comes back.
pub(super) async fn begin(settings: &DemoSettings) -> Result<(Url, Pending), Trouble> {
    let mut url = discover(settings).await?.authorization_endpoint;
    let pending = Pending {
        state: random::token(),
        nonce: random::token(),
        verifier: random::token(),
    };
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &settings.client_id)
        .append_pair("redirect_uri", &callback(settings))
        .append_pair("scope", SCOPE)
        .append_pair("state", pending.state.expose())
        .append_pair("nonce", pending.nonce.expose())
        .append_pair(
            "code_challenge",
            &relying_party::code_challenge(&pending.verifier),
        )
        .append_pair("code_challenge_method", "S256");
    Ok((url, pending))
}

fn callback(settings: &DemoSettings) -> String {
    format!("{}/callback", settings.own_url)
}

/// Exchanges the code that the browser brought for tokens.
pub(super) async fn finish(
    settings: &DemoSettings,
    pending: Pending,
    callback_params: Callback,
) -> Result<SignedIn, Trouble> {
    if callback_params.state.as_ref() != Some(pending.state.expose()) {
        return Err(Trouble::Answer(
            "its state is not the one of this browser's request",
        ));
    }
    if callback_params.iss.as_ref() != Some(&settings.issuer) {
        return Err(Trouble::Answer("its iss is not the issuer that was asked"));
    }
    if let Some(error) = callback_params.error {
        let description = callback_params.error_description;
        return Err(Trouble::Refused(
            description.map_or(error.clone(), |text| format!("{error}, {text}")),
        ));
    }
    let code = callback_params.code.ok_or(Trouble::Answer("it holds no code"))?;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &callback(settings)),
        ("code_verifier", pending.verifier.expose()),
    ];
    let tokens = request_tokens(settings, &form).await?;
    Ok(SignedIn {
        access_token: Secret::new(tokens.access_token),
        id_token: Secret::new(tokens.id_token.ok_or(Trouble::Answer("it holds no ID token"))?),
        refresh_token: tokens.refresh_token.map(Secret::new),
        nonce: Some(pending.nonce),
        scope: tokens.scope,
        expires_in: tokens.expires_in,
        refreshed: 0,
        userinfo: None,
    })
}

/// Exchanges the refresh token. RFC 6749 §6.
pub(super) async fn refresh(settings: &DemoSettings, before: &SignedIn) -> Result<SignedIn, Trouble> {
    let token = before
        .refresh_token
        .as_ref()
        .ok_or(Trouble::Answer("there is no refresh token"))?;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.expose().as_str()),
    ];
    let tokens = request_tokens(settings, &form).await?;
    Ok(SignedIn {
        access_token: Secret::new(tokens.access_token),
        id_token: tokens
            .id_token
            .map_or_else(|| before.id_token.clone(), Secret::new),
        refresh_token: tokens
            .refresh_token
            .map(Secret::new)
            .or_else(|| before.refresh_token.clone()),
        nonce: None,
        scope: if tokens.scope.is_empty() {
            before.scope.clone()
        } else {
            tokens.scope
        },
        expires_in: tokens.expires_in,
        refreshed: before.refreshed + 1,
        userinfo: None,
    })
}

async fn request_tokens(settings: &DemoSettings, form: &[(&str, &str)]) -> Result<TokenAnswer, Trouble> {
    let endpoint = discover(settings).await?.token_endpoint;
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let authorization = relying_party::basic_authorization(&settings.client_id, &settings.client_secret);
    let answer = http::post_form(&endpoint, authorization.expose(), form).await?;
    if answer.status != 200 {
        return Err(Trouble::Refused(refusal(&answer)));
    }
    serde_json::from_str(&answer.body).map_err(|_| Trouble::Answer("the token answer is not complete"))
}

fn refusal(answer: &http::Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    match (body["error"].as_str(), body["error_description"].as_str()) {
        (Some(error), Some(description)) => format!("{error}, {}", description.trim_end_matches('.')),
        (Some(error), None) => error.to_owned(),
        (None, _) => format!("status {}", answer.status),
    }
}

/// Asks who the person is. OIDC Core §5.3.
pub(super) async fn userinfo(settings: &DemoSettings, signed_in: &SignedIn) -> Result<Value, Trouble> {
    let endpoint = discover(settings).await?.userinfo_endpoint;
    let answer = http::get(&endpoint, Some(signed_in.access_token.expose())).await?;
    if answer.status != 200 {
        return Err(Trouble::Refused(refusal(&answer)));
    }
    serde_json::from_str(&answer.body).map_err(|_| Trouble::Answer("userinfo is not JSON"))
}

/// Where to send the browser to sign out. OIDC RP-Initiated Logout §2.
pub(super) async fn sign_out(settings: &DemoSettings, signed_in: &SignedIn) -> Result<Url, Trouble> {
    let mut url = discover(settings).await?.end_session_endpoint;
    url.query_pairs_mut()
        .append_pair("id_token_hint", signed_in.id_token.expose())
        .append_pair("client_id", &settings.client_id)
        .append_pair("post_logout_redirect_uri", &format!("{}/", settings.own_url))
        .append_pair("state", random::token().expose());
    Ok(url)
}

/// A token, taken apart and checked.
#[derive(Debug, Clone)]
pub(super) struct Verified {
    pub(super) token: Inspected,
    pub(super) checks: Vec<checks::Check>,
}

/// Takes ID token and access token apart and checks them with the issuer's published keys.
pub(super) async fn verify(
    settings: &DemoSettings,
    signed_in: &SignedIn,
) -> Result<(Verified, Verified), Trouble> {
    let jwks = http::get(&discover(settings).await?.jwks_uri, None).await?.body;
    let inspect = |token: &Secret<String>| {
        relying_party::inspect(jwks.as_bytes(), token.expose()).ok_or(Trouble::Answer("a token is not a JWT"))
    };
    let (id, access) = (inspect(&signed_in.id_token)?, inspect(&signed_in.access_token)?);
    let expected = Expected {
        issuer: &settings.issuer,
        client_id: &settings.client_id,
        nonce: signed_in.nonce.as_ref(),
        access_token: &signed_in.access_token,
        now: settings.clock.now(),
    };
    let (id_checks, access_checks) = (
        checks::id_token(&id, &expected),
        checks::access_token(&access, &expected),
    );
    Ok((
        Verified {
            token: id,
            checks: id_checks,
        },
        Verified {
            token: access,
            checks: access_checks,
        },
    ))
}
