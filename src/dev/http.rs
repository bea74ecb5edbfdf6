//! Requests to the issuer on this machine: plain HTTP, loopback only, small answers.

use std::time::Duration;

use http_body_util::BodyExt as _;
use http_body_util::Full;
use http_body_util::Limited;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header;
use hyper::http::request::Builder;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::Url;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// The address is not one that this client talks to.
    #[error("{0} is not an http address on this machine")]
    Address(String),
    /// The request cannot be written.
    #[error("the request cannot be made")]
    Request(#[from] hyper::http::Error),
    /// No connection.
    #[error("there is no connection")]
    Connect(#[from] std::io::Error),
    /// The connection broke.
    #[error("the connection broke")]
    Exchange(#[from] hyper::Error),
    /// The answer is too large or broke off.
    #[error("the answer cannot be read: {0}")]
    Body(String),
    /// It took too long.
    #[error("there was no answer in time")]
    TimedOut,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// The whole body.
    pub(super) body: String,
}

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BODY: usize = 256 * 1024;

/// Fetches an address; `bearer` goes into the `Authorization` header.
pub(super) async fn get(url: &Url, bearer: Option<&str>) -> Result<Answer, HttpError> {
    let mut request = Request::get(path_of(url));
    if let Some(token) = bearer {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    in_time(url, request, String::new()).await
}

/// Posts a form; `authorization` is the whole header.
pub(super) async fn post_form(url: &Url, authorization: &str, form: String) -> Result<Answer, HttpError> {
    let request = Request::post(path_of(url))
        .header(header::AUTHORIZATION, authorization)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    in_time(url, request, form).await
}

async fn in_time(url: &Url, request: Builder, body: String) -> Result<Answer, HttpError> {
    tokio::time::timeout(TIMEOUT, send(url, request, body))
        .await
        .unwrap_or(Err(HttpError::TimedOut))
}

async fn send(url: &Url, request: Builder, body: String) -> Result<Answer, HttpError> {
    let stream = connect(url).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let host = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
    let request = request
        .header(header::HOST, host)
        .body(Full::new(Bytes::from(body)))?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), MAX_BODY).collect().await;
    let body = body
        .map_err(|error| HttpError::Body(error.to_string()))?
        .to_bytes();
    connection.abort();
    Ok(Answer {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

async fn connect(url: &Url) -> Result<TcpStream, HttpError> {
    let refused = || HttpError::Address(url.to_string());
    let (host, port) = (
        url.host_str().ok_or_else(refused)?,
        url.port_or_known_default().ok_or_else(refused)?,
    );
    if url.scheme() != "http" {
        return Err(refused());
    }
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    if stream.peer_addr()?.ip().is_loopback() {
        Ok(stream)
    } else {
        Err(refused())
    }
}

fn path_of(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}
