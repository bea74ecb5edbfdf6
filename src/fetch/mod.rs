//! The only client for addresses that others name: keys, documents, notifications.
//!
//! https only, public addresses only, no redirects, no proxies, no compression; bounded in time, in bytes and in number.
//! The name is looked up once and the checked address is dialled, so that no second answer can lead elsewhere.

mod address;
mod connect;
mod target;

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::Request;
use axum::http::Response;
use axum::http::header;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::Full;
use http_body_util::Limited;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::RootCertStore;
use tokio::sync::OnceCell;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::config::FetchConfig;
use crate::fetch::address::Rules;
use crate::fetch::connect::Stream;
use crate::fetch::target::Target;

/// The longest body that is read.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The longest head of an answer.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// The most header fields of an answer.
const MAX_HEADERS: usize = 100;
/// Requests at the same time; more wait, within their own time. Bounds the memory that answers can take.
const MAX_REQUESTS: usize = 64;

/// Why there is no answer. Both texts may be shown: neither tells an open port from a closed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The URL is one that is never fetched; asking again does not help.
    #[error("{0}")]
    Refused(&'static str),
    /// It was tried, or its name leads to an address that is never connected to.
    #[error("the URL could not be fetched")]
    Failed(Trouble),
}

impl FetchError {
    /// The whole reason, for the log only.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Refused(reason) => reason,
            Self::Failed(trouble) => trouble.reason(),
        }
    }
}

/// What went wrong. For the log, never for whoever named the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The name has no address.
    UnknownName,
    /// The name has private addresses only.
    PrivateAddress,
    /// Nobody answers.
    NoConnection,
    /// The certificate is not trusted, or TLS failed otherwise.
    Tls,
    /// The answer is not HTTP, or its head is too long.
    NotHttp,
    /// The body is longer than allowed.
    TooLong,
    /// The body is compressed, which was not asked for.
    Compressed,
    /// It took too long.
    TimedOut,
}

impl Trouble {
    /// In words, for the log.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::UnknownName => "the name of the URL has no address",
            Self::PrivateAddress => "the name of the URL leads to a private address",
            Self::NoConnection => "nobody answers at the URL",
            Self::Tls => "TLS to the URL failed",
            Self::NotHttp => "the answer from the URL cannot be read",
            Self::TooLong => "the answer from the URL is too long",
            Self::Compressed => "the answer from the URL is compressed",
            Self::TimedOut => "the URL took too long",
        }
    }
}

/// The authorities in `fetch.ca` cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("fetch.ca holds a certificate that cannot be used")]
pub struct BadAuthority(#[source] rustls::Error);

/// An answer, whatever its status. Redirects are not followed: 3xx arrives as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The status.
    pub status: u16,
    /// The `Content-Type` header as sent; empty when there is none.
    pub content_type: String,
    /// The body, at most [`MAX_BODY_BYTES`].
    pub body: Bytes,
    /// How long it may be kept (RFC 9111 §5.2.2); none: nothing is said.
    pub max_age: Option<Duration>,
}

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Fetch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rules: Rules,
    timeout: Duration,
    roots: RootCertStore,
    /// Made at the first request, so that the authorities of the system cost no start.
    tls: OnceCell<Arc<ClientConfig>>,
    slots: Semaphore,
}

impl Fetch {
    /// What the configuration asks for.
    pub fn new(config: &FetchConfig) -> Result<Self, BadAuthority> {
        let mut roots = RootCertStore::empty();
        for certificate in &config.ca {
            roots.add(certificate.clone()).map_err(BadAuthority)?;
        }
        Ok(Self(Arc::new(Inner {
            rules: Rules::new(config.allowed_private.clone()),
            timeout: config.timeout.as_duration(),
            roots,
            tls: OnceCell::new(),
            slots: Semaphore::new(MAX_REQUESTS),
        })))
    }

    /// Whether a URL could ever be fetched, for checking it when it is registered. Looks nothing up.
    pub fn allowed(&self, url: &str) -> Result<(), FetchError> {
        Target::parse(url, &self.0.rules).map(|_| ())
    }

    /// `GET`. The caller decides about the status.
    pub async fn get(&self, url: &str, accept: &str) -> Result<Fetched, FetchError> {
        let target = Target::parse(url, &self.0.rules)?;
        let accept = value(accept)?;
        let work = async {
            let mut request = head(Method::GET, &target, Bytes::new())?;
            request.headers_mut().insert(header::ACCEPT, accept);
            let mut connection = JoinSet::new();
            let response = self.exchange(&target, request, &mut connection).await?;
            read(response).await
        };
        self.bounded(&target, work).await
    }

    /// `POST`. Only the status of the answer is read.
    pub async fn post(
        &self,
        url: &str,
        content_type: &str,
        body: Vec<u8>,
        bearer: Option<&str>,
    ) -> Result<u16, FetchError> {
        let target = Target::parse(url, &self.0.rules)?;
        let content_type = value(content_type)?;
        let authorization = bearer
            .map(|token| value(&format!("Bearer {token}")))
            .transpose()?;
        let work = async {
            let mut request = head(Method::POST, &target, Bytes::from(body))?;
            request.headers_mut().insert(header::CONTENT_TYPE, content_type);
            if let Some(mut authorization) = authorization {
                authorization.set_sensitive(true);
                request.headers_mut().insert(header::AUTHORIZATION, authorization);
            }
            let mut connection = JoinSet::new();
            let response = self.exchange(&target, request, &mut connection).await?;
            Ok(response.status().as_u16())
        };
        self.bounded(&target, work).await
    }

    /// Does the work in its time, once there is room for it.
    async fn bounded<T>(
        &self,
        target: &Target,
        work: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, FetchError> {
        let inner = &self.0;
        let in_turn = async {
            // the semaphore is never closed
            let _slot = inner.slots.acquire().await;
            work.await
        };
        let done = tokio::time::timeout(inner.timeout, in_turn).await;
        done.unwrap_or(Err(Trouble::TimedOut)).map_err(|trouble| {
            tracing::info!(host = target.authority, reason = trouble.reason(), "not fetched");
            FetchError::Failed(trouble)
        })
    }

    /// Sends a request over a connection of its own, which lives as long as `connection` does.
    async fn exchange(
        &self,
        target: &Target,
        request: Request<Full<Bytes>>,
        connection: &mut JoinSet<()>,
    ) -> Result<Response<Incoming>, Trouble> {
        let inner = &self.0;
        let stream = connect::dial(target, &inner.rules, inner.timeout).await?;
        let stream: Box<dyn Stream> = if target.tls {
            connect::secure(stream, target, self.tls().await?).await?
        } else {
            Box::new(stream)
        };
        let handshake = http1::Builder::new()
            .max_buf_size(MAX_HEAD_BYTES)
            .max_headers(MAX_HEADERS)
            .handshake(TokioIo::new(stream));
        let (mut sender, driver) = handshake.await.map_err(|_| Trouble::NotHttp)?;
        connection.spawn(async move {
            // what goes wrong here is told to the request
            let _ = driver.await;
        });
        sender.send_request(request).await.map_err(|_| Trouble::NotHttp)
    }

    async fn tls(&self) -> Result<Arc<ClientConfig>, Trouble> {
        let make = || async {
            let roots = self.0.roots.clone();
            let made = tokio::task::spawn_blocking(|| connect::tls(roots)).await;
            made.map_err(|_| Trouble::Tls)?.map_err(|_| Trouble::Tls)
        };
        self.0.tls.get_or_try_init(make).await.cloned()
    }
}

fn value(text: &str) -> Result<HeaderValue, FetchError> {
    HeaderValue::try_from(text).map_err(|_| FetchError::Refused("the request cannot be written"))
}

fn head(method: Method, target: &Target, body: Bytes) -> Result<Request<Full<Bytes>>, Trouble> {
    Request::builder()
        .method(method)
        .uri(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::USER_AGENT, "Gatepost")
        .header(header::CONNECTION, "close")
        .body(Full::new(body))
        .map_err(|_| Trouble::UnknownName)
}

async fn read(response: Response<Incoming>) -> Result<Fetched, Trouble> {
    let (head, body) = response.into_parts();
    let encoding = head.headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|value| value.as_bytes() != b"identity") {
        return Err(Trouble::Compressed);
    }
    let body = Limited::new(body, MAX_BODY_BYTES)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                Trouble::TooLong
            } else {
                Trouble::NotHttp
            }
        })?;
    let content_type = head
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    Ok(Fetched {
        status: head.status.as_u16(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: body.to_bytes(),
        max_age: max_age(&head.headers),
    })
}

/// `max-age` of `Cache-Control`; zero when the answer must not be kept.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut longest = None;
    for value in headers.get_all(header::CACHE_CONTROL) {
        for directive in value.to_str().unwrap_or_default().split(',') {
            let directive = directive.trim().to_ascii_lowercase();
            if matches!(directive.as_str(), "no-store" | "no-cache") {
                return Some(Duration::ZERO);
            }
            if let Some(secs) = directive.strip_prefix("max-age=") {
                longest = secs.trim_matches('"').parse().ok().map(Duration::from_secs);
            }
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::max_age;

    #[test]
    fn the_age_comes_from_cache_control() {
        for (text, secs) in [
            ("", None),
            ("public", None),
            ("public, max-age=60", Some(60)),
            ("MAX-AGE=\"7\"", Some(7)),
            ("max-age=x", None),
            ("max-age=60, no-store", Some(0)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("cache-control", text.parse().unwrap());
            assert_eq!(max_age(&headers).map(|age| age.as_secs()), secs, "{text}");
        }
    }
}
