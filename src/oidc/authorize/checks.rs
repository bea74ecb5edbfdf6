//! What an authorization request must be like: an ordered table of pure functions. OIDC Core §3.1.2.2.

use serde_json::Value;
use std::sync::Arc;

use crate::crypto::keys::KeySet;
use crate::domain::api::Registered;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::authorization::Prompt;
use crate::domain::claims::ClaimsRequest;
use crate::domain::client::Client;
use crate::domain::client::SenderConstraint;
use crate::domain::error_code::ErrorCode;
use crate::domain::pkce::CodeChallenge;
use crate::domain::response_type::ResponseType;
use crate::domain::scope::ScopeSet;
use crate::error::ProtocolError;
use crate::oidc::authorize::request::Identified;
use crate::oidc::authorize::targets;
use crate::oidc::sender_constraint;
use crate::ops::Ops;
use crate::ops::tokens::ACR_VALUES;
use crate::ops::tokens::read_id_token_hint;
use crate::web::params::Params;

/// What a check looks at.
struct Subject<'a> {
    client: &'a Client,
    params: &'a Params,
    identified: &'a Identified,
    way: Way,
    issuer: &'a str,
    keys: &'a KeySet,
    apis: Arc<Registered>,
}

/// How a request came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::oidc) struct Way {
    /// By the client itself, which has proved who it is. RFC 9126.
    pub(in crate::oidc) pushed: bool,
    /// In a request object that the client has signed. RFC 9101.
    pub(in crate::oidc) signed: bool,
}

type Check = fn(&Subject<'_>, &mut AuthorizeRequest) -> Result<(), ProtocolError>;

/// The checks, in order. Each reads its parameters and settles its part of the request.
const CHECKS: &[Check] = &[
    lengths,
    way,
    unsupported,
    response_type,
    response_mode,
    scope,
    nonce,
    code_challenge,
    code_key,
    prompt,
    max_age,
    claims,
    acr,
    |subject, request| targets::resource(&subject.apis, subject.client, subject.params, request),
    |subject, request| targets::details(&subject.apis, subject.client, subject.params, request),
    hints,
];

/// Longest value of a parameter, in bytes.
const MAX_VALUE_BYTES: usize = 8 * 1024;

/// Runs every check. The error belongs to the client: its redirect URI is proved.
pub(super) fn run(
    ops: &Ops,
    client: &Client,
    identified: &Identified,
    params: &Params,
    way: Way,
) -> Result<AuthorizeRequest, ProtocolError> {
    let keys = ops.keys.current();
    let subject = Subject {
        client,
        params,
        identified,
        way,
        issuer: ops.issuer(),
        keys: &keys,
        apis: ops.apis.current(),
    };
    let mut request = AuthorizeRequest {
        return_to: identified.to.clone(),
        response_type: ResponseType::CODE,
        scope: ScopeSet::default(),
        nonce: None,
        code_challenge: None,
        prompt: Prompt::default(),
        max_age: None,
        login_hint: params.get("login_hint").map(str::to_owned),
        expected_subject: None,
        ui_locales: params.get("ui_locales").map(str::to_owned),
        claims: ClaimsRequest::default(),
        acr_values: Vec::new(),
        resource: Vec::new(),
        authorization_details: Vec::new(),
        dpop_jkt: None,
        pushed: None,
    };
    for check in CHECKS {
        check(&subject, &mut request)?;
    }
    Ok(request)
}

fn lengths(subject: &Subject<'_>, _request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let all_short = subject
        .params
        .iter()
        .all(|(name, value)| value.len() <= MAX_VALUE_BYTES || name == targets::DETAILS);
    if all_short {
        Ok(())
    } else {
        Err(ProtocolError::invalid_request(
            "A parameter is longer than 8192 bytes.",
        ))
    }
}

/// RFC 9126 §6, RFC 9101 §10.5: some clients may not ask in the open.
fn way(subject: &Subject<'_>, _request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    if subject.client.needs_pushed_requests() && !subject.way.pushed {
        return Err(not_pushed());
    }
    if subject.client.needs_signed_requests() && !subject.way.signed {
        return Err(ProtocolError::invalid_request(
            "This client must sign its authorization requests; send them in the parameter request.",
        ));
    }
    Ok(())
}

/// RFC 9126 §6.
pub(super) fn not_pushed() -> ProtocolError {
    ProtocolError::invalid_request(
        "This client must push its authorization requests; send them to the pushed-request endpoint first.",
    )
}

/// OIDC Core §7.2.1: what is not served is refused by its own code.
fn unsupported(subject: &Subject<'_>, _request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    if subject.params.get("registration").is_some() {
        let text = "The parameter registration is not served here.";
        return Err(ProtocolError::new(ErrorCode::RegistrationNotSupported, text));
    }
    Ok(())
}

fn response_type(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let Some(asked) = subject.params.get("response_type") else {
        return Err(ProtocolError::invalid_request(
            "The parameter response_type is missing.",
        ));
    };
    let unknown = |_| {
        let text = "This response_type is not served here.";
        ProtocolError::new(ErrorCode::UnsupportedResponseType, text)
    };
    let asked = ResponseType::parse(asked).map_err(unknown)?;
    let metadata = &subject.client.metadata;
    let may = metadata.response_types.contains(&asked) && asked.grant_types().all(|g| metadata.uses(g));
    if !may || (subject.client.rules().code_only && asked != ResponseType::CODE) {
        let text = "The client is not registered for this response_type.";
        return Err(ProtocolError::new(ErrorCode::UnauthorizedClient, text));
    }
    if asked.token && needs_bound_tokens(subject.client) {
        // RFC 9449 §5, RFC 8705 §3: what leaves through the browser cannot be bound to a key
        let text =
            "This client gets access tokens from the token endpoint only, where they are bound to its key.";
        return Err(ProtocolError::new(ErrorCode::UnauthorizedClient, text));
    }
    request.response_type = asked;
    Ok(())
}

/// Whether its access tokens must be bound to a key or a certificate.
fn needs_bound_tokens(client: &Client) -> bool {
    let metadata = &client.metadata;
    metadata.dpop_bound_access_tokens
        || metadata.tls_client_certificate_bound_access_tokens
        || client.rules().sender_constraint != SenderConstraint::Optional
}

/// OAuth 2.0 Multiple Response Types §2.1, §3: tokens never travel in a query, where logs and referrers keep them.
fn response_mode(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let mode = subject.identified.to.mode();
    if subject.identified.unknown_mode {
        return Err(ProtocolError::invalid_request(
            "This response_mode is not served here.",
        ));
    }
    if request.response_type.brings_tokens() && subject.identified.asked_for_query {
        return Err(ProtocolError::invalid_request(
            "The response_mode query cannot carry tokens; leave it out, or use fragment or form_post.",
        ));
    }
    if subject.client.rules().require_signed_response && !mode.is_signed() {
        return Err(ProtocolError::invalid_request(
            "The response_mode must be jwt or one of its kin; this client receives signed responses only.",
        ));
    }
    Ok(())
}

/// OIDC Core §3.1.2.1: scopes that are not understood are ignored, and so are those the client may not have.
fn scope(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let text = subject.params.get("scope").unwrap_or("");
    let malformed = |_| {
        ProtocolError::new(
            ErrorCode::InvalidScope,
            "The scope holds a character that is not allowed.",
        )
    };
    let asked: ScopeSet = text.parse().map_err(malformed)?;
    request.scope = asked.intersection(&subject.client.metadata.scope);
    if request.scope.is_empty() {
        let text = "The request names no scope that is registered for the client.";
        return Err(ProtocolError::new(ErrorCode::InvalidScope, text));
    }
    if request.response_type.id_token && !request.scope.contains("openid") {
        let text = "The scope must hold openid; this response_type brings an ID token.";
        return Err(ProtocolError::new(ErrorCode::InvalidScope, text));
    }
    Ok(())
}

/// OIDC Core §3.2.2.1: an ID token that travels through the browser needs a nonce against replay.
fn nonce(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    request.nonce = subject.params.get("nonce").map(str::to_owned);
    if request.response_type.id_token && request.nonce.is_none() {
        return Err(ProtocolError::invalid_request(
            "The parameter nonce is missing; this response_type needs it.",
        ));
    }
    Ok(())
}

/// RFC 7636 §4.3, RFC 9700 §2.1.1: S256 or nothing, and nothing only where the client may.
fn code_challenge(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let refused = |text: &'static str| Err(ProtocolError::invalid_request(text));
    match (
        subject.params.get("code_challenge"),
        subject.params.get("code_challenge_method"),
    ) {
        // without a code there is nothing to protect
        (None, None) if !request.response_type.code => Ok(()),
        (None, _) if subject.client.needs_pkce() => {
            refused("The parameter code_challenge is missing; this client must use PKCE.")
        }
        (None, Some(_)) => refused("code_challenge_method came without code_challenge."),
        (None, None) => Ok(()),
        (Some(challenge), Some("S256")) => match CodeChallenge::parse(challenge) {
            Some(challenge) => {
                request.code_challenge = Some(challenge);
                Ok(())
            }
            None => refused("The code_challenge is not the base64url form of a SHA-256 hash."),
        },
        (Some(_), _) => refused("The code_challenge_method must be S256."),
    }
}

/// RFC 9449 §10: the code can be redeemed with this key only.
fn code_key(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    request.dpop_jkt = sender_constraint::code_key(subject.params.get("dpop_jkt"))?;
    Ok(())
}

fn prompt(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let Some(text) = subject.params.get("prompt") else {
        return Ok(());
    };
    let contradicts = || ProtocolError::invalid_request("prompt=none cannot be combined with another value.");
    request.prompt = Prompt::parse(text).ok_or_else(contradicts)?;
    Ok(())
}

fn max_age(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    request.max_age = match subject.params.get("max_age") {
        None => subject.client.metadata.default_max_age,
        Some(text) => {
            let malformed = |_| ProtocolError::invalid_request("max_age must be a number of seconds.");
            Some(text.parse().map_err(malformed)?)
        }
    };
    Ok(())
}

fn claims(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let Some(text) = subject.params.get("claims") else {
        return Ok(());
    };
    let malformed =
        || ProtocolError::invalid_request("The claims parameter is not a JSON object of the right shape.");
    request.claims = ClaimsRequest::parse(text).ok_or_else(malformed)?;
    Ok(())
}

/// OIDC Core §5.5.1.1: what is merely wished for is never an error; what is essential and out of reach always is.
fn acr(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    request.acr_values = match subject.params.get("acr_values") {
        Some(text) => text
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
        None => subject.client.metadata.default_acr_values.clone(),
    };
    let Some(Some(asked)) = request.claims.id_token.get("acr") else {
        return Ok(());
    };
    let wanted: Vec<&str> = asked
        .value
        .iter()
        .chain(asked.values.iter().flatten())
        .filter_map(Value::as_str)
        .collect();
    let named = asked.value.is_some() || asked.values.is_some();
    if asked.essential && named && !wanted.iter().any(|acr| ACR_VALUES.contains(acr)) {
        let text = "The acr that is essential to the request cannot be met here.";
        return Err(ProtocolError::new(
            ErrorCode::UnmetAuthenticationRequirements,
            text,
        ));
    }
    Ok(())
}

/// A hint that is not ours, or not for this client, is ignored. OIDC Core §3.1.2.1.
fn hints(subject: &Subject<'_>, request: &mut AuthorizeRequest) -> Result<(), ProtocolError> {
    let hint = subject
        .params
        .get("id_token_hint")
        .and_then(|h| read_id_token_hint(subject.issuer, subject.keys, h));
    let hinted = hint
        .filter(|h| h.aud == subject.client.id.as_str())
        .map(|h| h.sub);
    let asked = request.claims.requested_sub().map(str::to_owned);
    request.expected_subject = match (hinted, asked) {
        (Some(hinted), Some(asked)) if hinted != asked => {
            return Err(ProtocolError::invalid_request(
                "id_token_hint and the requested sub name different people.",
            ));
        }
        (Some(sub), _) | (None, Some(sub)) => Some(sub),
        (None, None) => None,
    };
    Ok(())
}
