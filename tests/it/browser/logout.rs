//! Sign-out as a browser does it: the frames that tell applications, and the frame that applications watch.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use gatepost::domain::redirect_uri::RedirectUri;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::browser::chromium::Chromium;
use crate::harness::TestApp;

/// An application on another port of the same host, so that its frames may have cookies over http too.
struct Application {
    origin: String,
    framed: mpsc::UnboundedReceiver<String>,
    server: JoinHandle<()>,
}

impl Drop for Application {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn page(body: &str) -> Response {
    let html = format!("<!doctype html><title>Ledger</title><link rel=icon href='data:,'>{body}");
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// A page that asks the provider's frame, and shows each answer under a number of its own.
fn watching(issuer: &str) -> String {
    format!(
        "<iframe id=op src='{issuer}/check_session'></iframe><script>\
         let count = 0;\
         addEventListener('message', ({{ data, origin }}) => {{\
           if (origin !== '{issuer}') return;\
           const p = document.createElement('p');\
           p.id = 'answer-' + ++count; p.textContent = data; document.body.append(p);\
         }});\
         addEventListener('load', () => document.body.append(Object.assign(document.createElement('p'), {{ id: 'ready' }})));\
         </script>"
    )
}

impl Application {
    async fn listen(issuer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let (sender, framed) = mpsc::unbounded_channel();
        let watch = watching(issuer);
        let router = Router::new()
            .route("/cb", get(async || page("<h1>Welcome back</h1>")))
            .route("/bye", get(async || page("<h1>Good bye</h1>")))
            .route("/watch", get(async move || page(&watch)))
            .route(
                "/frame",
                get(async move |RawQuery(query): RawQuery| {
                    // nobody waits any longer when this fails: the test is over
                    drop(sender.send(query.unwrap_or_default()));
                    page("")
                }),
            );
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the listener runs");
        });
        Self {
            origin: format!("http://localhost:{port}"),
            framed,
            server,
        }
    }
}

/// What the provider's frame answers to a message, the `number`th on this page.
async fn asked(chromium: &Chromium, issuer: &str, message: &str, number: usize) -> String {
    let script = format!("document.getElementById('op').contentWindow.postMessage('{message}', '{issuer}')");
    chromium.execute(&script).await;
    chromium.text(&format!("#answer-{number}")).await
}

/// Certification: oidcc-session-management-rp-initiated-logout, oidcc-frontchannel-rp-initiated-logout
#[tokio::test]
async fn an_application_hears_of_the_sign_out_by_its_frame_and_sees_it_in_ours() {
    let app = TestApp::serve().await;
    let alice = app.user("alice").create().await;
    let mut ledger = Application::listen(app.issuer()).await;
    let origin = ledger.origin.clone();
    let uri = |path: &str| format!("{origin}{path}");
    let bye = uri("/bye");
    let client = app.client().redirect_uri(&uri("/cb")).but(|m| {
        m.post_logout_redirect_uris = vec![RedirectUri::parse(&bye).expect("a valid URI")];
        m.frontchannel_logout_uri = Some(uri("/frame?of=ledger"));
        m.frontchannel_logout_session_required = true;
    });
    let rp = client.create().await;
    let chromium = Chromium::start().await;

    chromium
        .goto(&format!("{}{}", app.issuer(), rp.request("openid").path()))
        .await;
    chromium.sign_in(&alice).await;
    chromium.at(&uri("/cb")).await;
    let arrived = chromium.url().await;
    let state = arrived.query_pairs().find(|(name, _)| name == "session_state");
    let state = state.expect("a session state").1.into_owned();
    let known = format!("{} {state}", rp.client_id);

    chromium.goto(&uri("/watch")).await;
    chromium.find("#ready").await;
    assert_eq!(asked(&chromium, app.issuer(), &known, 1).await, "unchanged");
    assert_eq!(asked(&chromium, app.issuer(), "nonsense", 2).await, "error");
    let foreign = format!("another-client {state}");
    assert_eq!(asked(&chromium, app.issuer(), &foreign, 3).await, "changed");

    let logout = format!(
        "{}/logout?client_id={}&post_logout_redirect_uri={bye}",
        app.issuer(),
        rp.client_id
    );
    chromium.goto(&logout).await;
    chromium.click("#logout").await;
    chromium.at(&bye).await;
    let told = ledger.framed.recv().await.expect("the frame was loaded");
    let told: Vec<(String, String)> = form_urlencoded::parse(told.as_bytes()).into_owned().collect();
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["of", "iss", "sid"], "{told:?}");
    assert_eq!(told[1].1, app.issuer());

    chromium.goto(&uri("/watch")).await;
    chromium.find("#ready").await;
    assert_eq!(asked(&chromium, app.issuer(), &known, 1).await, "changed");
    chromium.close().await;
}
