//! The secret by HTTP Basic, id and secret form-encoded before base64. RFC 6749 §2.3.1.

use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::client::AuthMethod;
use crate::domain::secret::Secret;
use crate::error::ProtocolError;
use crate::oidc::client_auth::Attempt;
use crate::oidc::client_auth::Carrier;
use crate::oidc::client_auth::Credentials;
use crate::oidc::client_auth::Method;
use crate::oidc::client_auth::Prove;
use crate::oidc::client_auth::Proved;
use crate::oidc::client_auth::refused;
use crate::oidc::protocol_form::ProtocolForm;
use crate::ops;

/// `client_secret_basic`.
pub(super) const METHOD: Method = Method {
    method: AuthMethod::ClientSecretBasic,
    carrier: Carrier::Header,
    offered: |_| true,
    prove: Prove::Now(prove),
};

/// Compares the secret with those of the client.
pub(super) fn prove(attempt: &Attempt<'_>) -> Proved {
    let secret = attempt.credentials.secret.as_ref();
    if secret.is_some_and(|s| ops::clients::secret_matches(attempt.ops, attempt.client, s)) {
        Ok(())
    } else {
        Err("the client secret is wrong or has expired")
    }
}

/// The `Authorization` header.
pub(super) fn find(form: &ProtocolForm) -> Option<Result<Credentials, ProtocolError>> {
    let mut values = form.head.headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return Some(Err(refused("the request has more than one Authorization header")));
    }
    let parsed = value.to_str().ok().and_then(parse);
    Some(parsed.ok_or_else(|| refused("the Authorization header is not well-formed Basic credentials")))
}

fn parse(value: &str) -> Option<Credentials> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some(Credentials {
        client_id: form_decode(id)?,
        secret: Some(Secret::new(form_decode(secret)?)),
    })
}

/// `application/x-www-form-urlencoded` decoding of one value. RFC 6749 appendix B.
fn form_decode(text: &str) -> Option<String> {
    // a percent sign that encodes nothing was not encoded: the sender means something else than we would read
    let encodes = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(encodes) {
        return None;
    }
    let spaced = text.replace('+', " ");
    Some(
        percent_encoding::percent_decode_str(&spaced)
            .decode_utf8()
            .ok()?
            .into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(text: &str) -> Option<(String, String)> {
        let credentials = parse(&format!("Basic {}", STANDARD.encode(text)))?;
        Some((credentials.client_id, credentials.secret?.into_inner()))
    }

    #[test]
    fn id_and_secret_are_form_decoded() {
        assert_eq!(basic("app:s3cret"), Some(("app".to_owned(), "s3cret".to_owned())));
        assert_eq!(
            basic("a%3Ab:x%25y+z%2B"),
            Some(("a:b".to_owned(), "x%y z+".to_owned()))
        );
        assert_eq!(basic("app:"), Some(("app".to_owned(), String::new())));
        assert_eq!(basic("app"), None);
        for broken in ["app:%zz", "a%p:x", "app:50%", "app:%4"] {
            assert_eq!(basic(broken), None, "{broken}");
        }
    }

    #[test]
    fn other_schemes_and_broken_base64_are_refused() {
        assert!(parse("Bearer abc").is_none());
        assert!(parse("Basic !!!").is_none());
        assert!(parse("Basic").is_none());
        assert!(parse(&format!("bAsIc {}", STANDARD.encode("a:b"))).is_some());
    }
}
