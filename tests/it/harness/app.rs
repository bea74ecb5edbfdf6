//! The application under test.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::http::Request;
use axum::http::header;
use gatepost::app::build;
use gatepost::app::build::App;
use gatepost::clock::Clock;
use gatepost::config::Config;
use gatepost::domain::audit::Context;
use gatepost::domain::lifetime::Lifetime;
use gatepost::domain::signing_alg::SigningAlg;
use gatepost::ops;
use gatepost::ops::Ops;
use gatepost::store;
use gatepost::store::signing_keys::StoredKey;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::harness::Browser;
use crate::harness::Reply;
use crate::harness::database::Database;
use crate::harness::people::PersonBuilder;
use crate::harness::rp::RpBuilder;

/// Makes keys of every algorithm once for the whole run: RSA ones are slow, and every test has the same master key.
static KEYS: OnceCell<Vec<StoredKey>> = OnceCell::const_new();

/// The issuer of applications that are not served over a socket.
const ISSUER: &str = "https://id.test";

/// The application, its database and its clock. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    config: Config,
    database: Arc<Database>,
    _server: Option<Arc<Server>>,
}

/// A listener, closed when dropped.
struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl TestApp {
    /// In this process only, as `https://id.test`.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// As [`TestApp::start`], with settings of its own.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let database = Arc::new(Database::fresh().await);
        let mut all = vec![("issuer.url", ISSUER)];
        all.extend_from_slice(settings);
        let config = config(&database, &all);
        let clock = Clock::shifted();
        let app = open(config.clone(), clock.clone()).await;
        Self {
            app,
            clock,
            config,
            database,
            _server: None,
        }
    }

    /// Also on a port of this machine; the issuer names it.
    pub(crate) async fn serve() -> Self {
        Self::serve_with(&[]).await
    }

    /// As [`TestApp::serve`], with settings of its own.
    pub(crate) async fn serve_with(settings: &[(&str, &str)]) -> Self {
        let database = Arc::new(Database::fresh().await);
        let mut all = vec![("http.listen", "localhost:0")];
        all.extend_from_slice(settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the listener is bound");
        let config = config(&database, &all).bound_to(address);
        let clock = Clock::shifted();
        let app = open(config.clone(), clock.clone()).await;
        let service = app
            .router
            .clone()
            .into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move {
            axum::serve(listener, service).await.expect("the server runs");
        });
        Self {
            app,
            clock,
            config,
            database,
            _server: Some(Arc::new(Server(server))),
        }
    }

    /// As [`TestApp::another_process`], after somebody has changed the configuration.
    pub(crate) async fn restarted_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut changed = self.clone();
        change(&mut changed.config);
        changed.another_process().await
    }

    /// Another process over the same database, with caches of its own; also what a restart gives.
    pub(crate) async fn another_process(&self) -> Self {
        Self {
            app: open(self.config.clone(), self.clock.clone()).await,
            clock: self.clock.clone(),
            config: self.config.clone(),
            database: Arc::clone(&self.database),
            _server: None,
        }
    }

    /// What the product does, for arranging what a test is not about.
    pub(crate) fn ops(&self) -> &Ops {
        &self.app.state.ops
    }

    /// Somebody who may do everything, for ops.
    #[expect(clippy::unused_self, reason = "reads as part of the application")]
    pub(crate) fn operator(&self) -> Context {
        Context::cli()
    }

    /// The issuer, which is also the origin of every page.
    pub(crate) fn issuer(&self) -> &str {
        self.ops().issuer()
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, secs: u64) {
        self.clock.advance(Lifetime::from_secs(secs));
    }

    /// Registers a client.
    pub(crate) fn client(&self) -> RpBuilder {
        RpBuilder::new(self)
    }

    /// Creates a person.
    pub(crate) fn user(&self, username: &str) -> PersonBuilder {
        PersonBuilder::new(self, username)
    }

    /// Creates an administrator.
    pub(crate) fn admin(&self) -> PersonBuilder {
        PersonBuilder::new(self, "admin").admin()
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self)
    }

    /// Sends a request, without cookies.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let url = request.uri().to_string();
        let response = self
            .app
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router always answers");
        Reply::read(response, url).await
    }

    /// `GET`, without cookies.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path, Body::empty())).await
    }

    /// `POST` of a form, without cookies.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.post_text(path, "application/x-www-form-urlencoded", body)
            .await
    }

    /// `POST` of anything, without cookies.
    pub(crate) async fn post_text(&self, path: &str, content_type: &str, body: impl Into<Body>) -> Reply {
        let mut request = self.request(Method::POST, path, body.into());
        let value = content_type.parse().expect("a content type");
        request.headers_mut().insert(header::CONTENT_TYPE, value);
        self.send(request).await
    }

    /// A request to this application.
    pub(crate) fn request(&self, method: Method, path: &str, body: Body) -> Request<Body> {
        let path = path.strip_prefix(self.issuer()).unwrap_or(path);
        let host = self.issuer().split_once("://").map_or("", |(_, host)| host);
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            .body(body)
            .expect("a path that a browser would send")
    }

    /// Where the data is, for another connection.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }
}

fn config(database: &Database, settings: &[(&str, &str)]) -> Config {
    let mut all = vec![
        ("database.url", database.url()),
        ("database.acquire_timeout", "30s"),
        ("login.hash_workers", "2"),
    ];
    all.extend_from_slice(settings);
    Config::for_test(&all).expect("a valid test configuration")
}

async fn open(config: Config, clock: Clock) -> App {
    let ops = build::open(config, clock).await.expect("the database opens");
    let now = ops.now();
    let keys = KEYS
        .get_or_init(async || {
            // whatever this test's own configuration says
            let mut of_all = ops.clone();
            let mut config = (*ops.config).clone();
            config.keys.algorithms = SigningAlg::ALL.to_vec();
            of_all.config = Arc::new(config);
            ops::keys::ensure(&of_all).await.expect("keys are made");
            store::signing_keys::published(&ops.db, now)
                .await
                .expect("the keys are stored")
        })
        .await;
    let published = store::signing_keys::published(&ops.db, now).await.expect("keys");
    if published.is_empty() {
        let tx = ops.db.begin().await.expect("a transaction");
        for key in keys {
            store::signing_keys::insert(&tx, key)
                .await
                .expect("a fresh table");
        }
        tx.commit().await.expect("committed");
    }
    ops::keys::ensure(&ops).await.expect("the keys load");
    App::of(ops)
}
