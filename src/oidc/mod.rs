//! The protocol, endpoint by endpoint. Discovery and the router are both derived from [`ENDPOINTS`].

pub mod authorize;
pub mod bearer;
pub mod check_session;
pub mod ciba;
pub mod client_auth;
pub mod device_authorization;
pub mod discovery;
pub mod introspect;
pub mod jwks;
pub mod logout;
pub mod par;
pub mod pending;
pub mod protocol_form;
pub mod registration;
pub mod resource_metadata;
pub mod response_mode;
pub mod revoke;
pub mod sender_constraint;
pub mod token;
pub mod userinfo;

use axum::Router;
use axum::middleware;
use axum::routing::MethodRouter;

use crate::app::state::AppState;
use crate::web::cors;
use crate::web::json_error;

/// Who calls an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// A browser that is shown pages; it has a session.
    Browser,
    /// A client or a resource server.
    Server,
    /// As `Server`, and applications that run in a browser: CORS.
    Anybody,
}

/// One endpoint.
pub struct Endpoint {
    /// Its path.
    pub path: &'static str,
    /// Its name in the discovery document, if it has one.
    pub metadata: Option<&'static str>,
    /// Who calls it.
    pub caller: Caller,
    /// What serves it.
    pub router: fn() -> MethodRouter<AppState>,
}

/// Every endpoint of the protocol.
pub const ENDPOINTS: &[Endpoint] = &[
    discovery::OPENID,
    discovery::OAUTH,
    resource_metadata::OURS,
    resource_metadata::OF_PATH,
    jwks::ENDPOINT,
    authorize::ENDPOINT,
    par::ENDPOINT,
    token::ENDPOINT,
    userinfo::ENDPOINT,
    introspect::ENDPOINT,
    revoke::ENDPOINT,
    device_authorization::ENDPOINT,
    ciba::ENDPOINT,
    ciba::test_hook::ENDPOINT,
    logout::ENDPOINT,
    check_session::ENDPOINT,
    registration::ENDPOINT,
    registration::MANAGEMENT,
];

/// Endpoints that show pages; the caller adds sessions and the error page.
pub fn browser_routes() -> Router<AppState> {
    let of_table = ENDPOINTS.iter().filter(|e| e.caller == Caller::Browser);
    let routes = of_table.fold(Router::new(), |routes, e| routes.route(e.path, (e.router)()));
    routes
        .merge(authorize::resume_route())
        .merge(logout::page_routes())
}

/// Endpoints that answer with JSON.
pub fn protocol_routes() -> Router<AppState> {
    let of_table = ENDPOINTS.iter().filter(|e| e.caller != Caller::Browser);
    of_table.fold(Router::new(), |routes, endpoint| {
        let served = (endpoint.router)().fallback(json_error::method_not_allowed);
        let served = match endpoint.caller {
            Caller::Anybody => served.layer(middleware::from_fn(cors::layer)),
            Caller::Browser | Caller::Server => served,
        };
        routes.route(endpoint.path, served)
    })
}
