//! Refusals in the words of OAuth 2.0 and OpenID Connect.

use std::borrow::Cow;

use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::error_code::ErrorCode;
use crate::domain::signing_alg::SigningAlg;
use crate::error::Cause;
use crate::error::Failure;
use crate::store::StoreError;

/// Seconds after which to try again when something we need is away.
pub const RETRY_AFTER_SECS: &str = "2";

/// How the client is asked for credentials. RFC 9110 §11.6.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// No header.
    None,
    /// `WWW-Authenticate: Basic`.
    Basic,
    /// `WWW-Authenticate: Bearer`. RFC 6750 §3.
    Bearer,
    /// `Bearer` without an error: the request had no token at all. RFC 6750 §3.1.
    BareBearer,
    /// `WWW-Authenticate: DPoP`. RFC 9449 §7.1.
    Dpop,
}

/// A refusal at a protocol endpoint.
#[derive(Debug)]
pub struct ProtocolError {
    /// The registered code, which decides the status.
    pub code: ErrorCode,
    /// For the client's developer: ASCII without `"` and `\` (RFC 6749 §5.2), and nothing of the request in it.
    pub description: Cow<'static, str>,
    /// Why, for the log.
    pub cause: Option<Cause>,
    challenge: Challenge,
    parameters: String,
    status: Option<StatusCode>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ProtocolError {
    /// A refusal.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        let of_a_token = code.status() != 400 && code.status() < 500 && code != ErrorCode::InvalidClient;
        let challenge = if of_a_token {
            Challenge::Bearer
        } else {
            Challenge::None
        };
        Self {
            code,
            description: description.into(),
            cause: None,
            challenge,
            parameters: String::new(),
            status: None,
            headers: Vec::new(),
        }
    }

    /// `invalid_request`.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// `invalid_grant`, the same for every reason; the reason goes to the log.
    pub fn invalid_grant(description: &'static str, reason: &'static str) -> Self {
        Self::new(ErrorCode::InvalidGrant, description).because(reason)
    }

    /// `invalid_target`.
    pub fn invalid_target() -> Self {
        let text = "The resource is not registered, or not for this client or grant.";
        Self::new(ErrorCode::InvalidTarget, text)
    }

    /// With a reason for the log.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.cause = Some(Cause::Request(reason));
        self
    }

    /// With a challenge.
    #[must_use]
    pub fn challenging(mut self, challenge: Challenge) -> Self {
        self.challenge = challenge;
        self
    }

    /// With one more parameter in the challenge: what would do. RFC 9470 §3. The value is a text of ours or from the
    /// configuration, without quotes.
    #[must_use]
    pub fn demanding(mut self, name: &str, value: &str) -> Self {
        self.parameters = format!("{}, {name}=\"{value}\"", self.parameters);
        self
    }

    /// With another status than the code's: some codes are answered differently by resources.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// With one more header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    fn www_authenticate(&self) -> Option<HeaderValue> {
        let text = match self.challenge {
            Challenge::None => return None,
            Challenge::Basic => "Basic realm=\"gatepost\", charset=\"UTF-8\"".to_owned(),
            Challenge::BareBearer => "Bearer realm=\"gatepost\"".to_owned(),
            Challenge::Bearer => format!("Bearer {}", self.particulars()),
            Challenge::Dpop => format!("DPoP {}, {}", self.particulars(), dpop_algs()),
        };
        HeaderValue::try_from(text).ok()
    }

    fn particulars(&self) -> String {
        let (code, text, more) = (self.code.as_str(), &self.description, &self.parameters);
        format!("realm=\"gatepost\", error=\"{code}\", error_description=\"{text}\"{more}")
    }

    /// Writes the one log line.
    pub fn log(&self) {
        let (code, cause) = (
            self.code.as_str(),
            self.cause.as_ref().map(tracing::field::display),
        );
        match self.code.status() {
            500.. => tracing::error!(error.code = code, cause, "Refused: {}", self.description),
            401 | 403 => tracing::warn!(error.code = code, cause, "Refused: {}", self.description),
            _ => tracing::info!(error.code = code, cause, "Refused: {}", self.description),
        }
    }
}

/// What DPoP proofs may be signed with. RFC 9449 §7.1.
fn dpop_algs() -> String {
    let names: Vec<&str> = SigningAlg::FAPI.iter().map(|alg| alg.as_str()).collect();
    format!("algs=\"{}\"", names.join(" "))
}

impl From<Failure> for ProtocolError {
    fn from(failure: Failure) -> Self {
        let (code, text) = if failure.is_temporary() {
            (
                ErrorCode::TemporarilyUnavailable,
                "The server cannot answer right now. Try again in a moment.",
            )
        } else {
            (
                ErrorCode::ServerError,
                "Something failed on the server. Try again, or ask its operator.",
            )
        };
        Self {
            cause: Some(Cause::Ours(failure)),
            ..Self::new(code, text)
        }
    }
}

impl From<StoreError> for ProtocolError {
    fn from(error: StoreError) -> Self {
        Failure::from(error).into()
    }
}

impl From<crate::crypto::CryptoError> for ProtocolError {
    fn from(error: crate::crypto::CryptoError) -> Self {
        Failure::from(error).into()
    }
}

impl IntoResponse for ProtocolError {
    fn into_response(self) -> Response {
        self.log();
        let of_code = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let status = self.status.unwrap_or(of_code);
        let body = serde_json::json!({ "error": self.code.as_str(), "error_description": self.description });
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(value) = self.www_authenticate() {
            headers.insert(header::WWW_AUTHENTICATE, value);
        }
        if self.challenge == Challenge::BareBearer
            && let Ok(value) = HeaderValue::try_from(format!("DPoP {}", dpop_algs()))
        {
            headers.append(header::WWW_AUTHENTICATE, value);
        }
        if self.code == ErrorCode::TemporarilyUnavailable {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECS));
        }
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}
