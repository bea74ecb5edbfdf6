//! The outermost layer: gives a request its id, its origin, the client's certificate and its log line.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::app::state::AppState;
use crate::crypto::random;
use crate::domain::address::Origin;
use crate::domain::audit::Actor;
use crate::domain::audit::Context;
use crate::domain::id::RequestId;
use crate::web::certificate;
use crate::web::client_address;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every handler may know of its request.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// For the log and the error page.
    pub id: RequestId,
    /// Address and agent.
    pub origin: Origin,
}

impl RequestContext {
    /// The audit context of somebody acting in this request.
    pub fn acting(&self, actor: Actor) -> Context {
        Context {
            actor,
            origin: self.origin.clone(),
            request_id: Some(self.id.clone()),
        }
    }
}

/// The layer.
pub async fn layer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::from_bits(random::id_bits(state.ops.now()));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip().to_canonical());
    certificate::settle(&state.ops.config, peer, &mut request);
    let ip = client_address::resolve(&state.ops.config, peer, request.headers());
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let origin = Origin::new(ip.to_string(), agent);
    let span = tracing::info_span!("request", request.id = %id);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(RequestContext {
        id: id.clone(),
        origin,
    });
    async move {
        let mut response = next.run(request).await;
        let micros = began.elapsed().as_micros();
        tracing::debug!(%method, path, status = response.status().as_u16(), micros, "Answered");
        if let Ok(value) = HeaderValue::try_from(id.as_str()) {
            response.headers_mut().insert(REQUEST_ID.clone(), value);
        }
        response
    }
    .instrument(span)
    .await
}
