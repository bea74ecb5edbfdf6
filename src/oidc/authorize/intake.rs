//! What a browser brings, made into one checked request: plain parameters, a request object, or the name of a pushed
//! request.

use std::sync::Arc;

use crate::domain::authorization::AuthorizeRequest;
use crate::domain::authorization::ReturnTo;
use crate::domain::client::Client;
use crate::domain::client::Profile;
use crate::domain::error_code::ErrorCode;
use crate::error::Failure;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::error::ProtocolError;
use crate::oidc::authorize::checks;
use crate::oidc::authorize::checks::Way;
use crate::oidc::authorize::request;
use crate::oidc::authorize::request::NoPlace;
use crate::oidc::authorize::request_object;
use crate::oidc::authorize::request_uri;
use crate::ops;
use crate::ops::Ops;
use crate::ops::pushed_requests::Opened;
use crate::ops::pushed_requests::REQUEST_URI_PREFIX;
use crate::web::params::Params;

/// What became of a request.
pub(super) enum Intake {
    /// It is in order.
    Checked(Arc<Client>, Box<AuthorizeRequest>),
    /// It is refused, and the client is told at its own address.
    Refused(Arc<Client>, ReturnTo, Box<ProtocolError>),
}

/// Parameters that carry other parameters.
const CARRIERS: &[&str] = &["request", "request_uri"];

/// Reads and checks a request.
pub(super) async fn take_in(ops: &Ops, outer: &Params) -> Result<Intake, PageError> {
    let client = request::client(ops, outer).await?;
    if let Some(uri) = outer.get("request_uri")
        && uri.starts_with(REQUEST_URI_PREFIX)
    {
        // whatever else the query holds counts for nothing. RFC 9126 §4, FAPI 2.0 §5.3.2.2
        return pushed(ops, client, outer, uri).await;
    }
    let carried = CARRIERS.iter().any(|name| outer.get(name).is_some());
    let (inner, way) = if carried {
        match unpack(ops, &client, outer).await? {
            Ok(params) => (
                params,
                Way {
                    pushed: false,
                    signed: true,
                },
            ),
            Err(refusal) => return refuse_object(client, outer, refusal),
        }
    } else {
        let plain = Way {
            pushed: false,
            signed: false,
        };
        (outer.clone(), plain)
    };
    let identified = request::identify(&client, &inner).map_err(|problem| {
        let kind = match problem {
            NoPlace::Missing => PageErrorKind::RedirectUriMissing,
            NoPlace::Mismatch => PageErrorKind::RedirectUriMismatch,
        };
        request::page(kind, &inner)
    })?;
    Ok(match checks::run(ops, &client, &identified, &inner, way) {
        Ok(request) => Intake::Checked(client, Box::new(request)),
        Err(refusal) => Intake::Refused(client, identified.to, Box::new(refusal)),
    })
}

/// The parameters of a request object, and beside it those that it may be completed by; the inner error is the client's.
async fn unpack(
    ops: &Ops,
    client: &Client,
    outer: &Params,
) -> Result<Result<Params, ProtocolError>, Failure> {
    if client.needs_pushed_requests() {
        // nothing is fetched or verified for what is refused anyway
        return Ok(Err(checks::not_pushed()));
    }
    let (token, unsigned) = match (outer.get("request"), outer.get("request_uri")) {
        (Some(_), Some(_)) => {
            let text = "Only one of request and request_uri may be given.";
            return Ok(Err(ProtocolError::invalid_request(text)));
        }
        (None, Some(uri)) => match request_uri::fetch(ops, client, uri).await {
            Ok(token) => (token, ErrorCode::RequestUriNotSupported),
            Err(refusal) => return Ok(Err(refusal)),
        },
        (token, None) => (
            token.unwrap_or_default().to_owned(),
            ErrorCode::RequestNotSupported,
        ),
    };
    let free = client.metadata.request_object_signing_alg.is_none() && !client.needs_signed_requests();
    if free && request_object::is_unsigned(&token) {
        let text = "Request objects without a signature are not served here.";
        return Ok(Err(ProtocolError::new(unsigned, text)));
    }
    let inner = match request_object::read(ops, client, &token).await? {
        Ok(inner) => inner,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // RFC 9101 §6.3 takes nothing from outside; OIDC Core §6.1 what the object does not hold
    let alone = client.metadata.profile != Profile::Oidc || client.needs_signed_requests();
    Ok(Ok(if alone {
        inner
    } else {
        inner.over(&outer.clone().without(CARRIERS))
    }))
}

/// An object that cannot be read proves nothing: the client is told where the query says, if that is its own.
fn refuse_object(client: Arc<Client>, outer: &Params, refusal: ProtocolError) -> Result<Intake, PageError> {
    if let Ok(identified) = request::identify(&client, outer) {
        return Ok(Intake::Refused(client, identified.to, Box::new(refusal)));
    }
    let kind = if refusal.code == ErrorCode::InvalidRequestUri {
        PageErrorKind::InvalidRequestUri
    } else if refusal.code == ErrorCode::InvalidRequest {
        PageErrorKind::BadRequest
    } else {
        PageErrorKind::InvalidRequestObject
    };
    let mut page = request::page(kind, outer);
    page.details.description = Some(refusal.description.into_owned());
    page.cause = refusal.cause;
    Err(page)
}

async fn pushed(ops: &Ops, client: Arc<Client>, outer: &Params, uri: &str) -> Result<Intake, PageError> {
    match ops::pushed_requests::open(ops, &client, uri).await? {
        Opened::Open(request) => Ok(Intake::Checked(client, request)),
        Opened::Closed(request, reason) => {
            let refusal = request_uri::refused(reason);
            Ok(Intake::Refused(client, request.return_to, Box::new(refusal)))
        }
        Opened::Unknown => Err(request::page(PageErrorKind::InvalidRequestUri, outer)
            .because("no such pushed request of this client")),
    }
}
