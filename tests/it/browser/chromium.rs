//! A browser window, and what tests do in it. Everything waits for what it needs; nothing sleeps.

use std::time::Duration;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::Client;
use fantoccini::ClientBuilder;
use fantoccini::Locator::Css;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;
use url::Url;

use crate::browser::driver;
use crate::harness::Person;

const PATIENCE: Duration = Duration::from_secs(15);
const OFTEN: Duration = Duration::from_millis(25);

/// How big the window is, in CSS pixels.
pub(crate) type Size = (u32, u32);

pub(crate) const DESKTOP: Size = (1280, 860);
pub(crate) const PHONE: Size = (390, 844);

/// A browser that has never been anywhere.
pub(crate) struct Chromium {
    pub(crate) client: Client,
    /// What the console may say: parts of messages that a test provokes.
    tolerated: Vec<&'static str>,
    _profile: TempDir,
}

impl Chromium {
    pub(crate) async fn start() -> Self {
        Self::start_with(json!({})).await
    }

    /// As if JavaScript had been switched off in the settings.
    pub(crate) async fn without_script() -> Self {
        Self::start_with(json!({ "profile.managed_default_content_settings.javascript": 2 })).await
    }

    async fn start_with(mut prefs: Value) -> Self {
        let running = driver::driver();
        let profile = TempDir::new_in(&running.profiles).expect("a temporary directory");
        prefs["credentials_enable_service"] = json!(false);
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--no-proxy-server",
            "--hide-scrollbars",
            "--lang=en",
            "--window-size=1280,1000",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({
            "goog:chromeOptions": { "binary": driver::chromium(), "args": args, "prefs": prefs },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let capabilities = capabilities.as_object().expect("an object").clone();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&running.url)
            .await
            .expect("Chromium starts");
        Self {
            client,
            tolerated: Vec::new(),
            _profile: profile,
        }
    }

    /// Expects a message in the console, such as that a page answered with 4xx.
    pub(crate) fn tolerate(mut self, part: &'static str) -> Self {
        self.tolerated.push(part);
        self
    }

    /// Ends the browser; whatever it complained about fails the test.
    pub(crate) async fn close(self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "the console says: {complaints:#?}");
        self.client.close().await.expect("Chromium ends");
    }

    async fn complaints(&self) -> Vec<String> {
        let log = self.command("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().cloned().unwrap_or_default();
        let text = |entry: &Value| format!("{} {}", entry["level"], entry["message"]);
        let texts = entries.iter().map(text);
        texts
            .filter(|said| !self.tolerated.iter().any(|part| said.contains(part)))
            .collect()
    }

    /// A command of chromedriver that WebDriver does not have.
    async fn command(&self, path: &'static str, body: Value) -> Value {
        let answer = self.client.issue_cmd(Special { path, body }).await;
        answer.expect("chromedriver answers")
    }

    /// A command of the Chrome DevTools protocol.
    pub(crate) async fn devtools(&self, name: &str, params: Value) -> Value {
        let body = json!({ "cmd": name, "params": params });
        self.command("goog/cdp/execute", body).await
    }

    /// Makes this window a screen of this size; below 600 pixels a phone with a touch screen.
    pub(crate) async fn resize(&self, (width, height): Size) {
        let phone = width < 600;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let touch = json!({ "enabled": phone });
        self.devtools("Emulation.setTouchEmulationEnabled", touch).await;
    }

    /// Light or dark, as the system would ask for it.
    pub(crate) async fn scheme(&self, scheme: &str) {
        // without motion, or buttons are pictured half-way between the colours
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await;
    }

    /// A picture of what the window shows.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let shot = self
            .devtools("Page.captureScreenshot", json!({ "format": "png" }))
            .await;
        let data = shot["data"].as_str().expect("a picture");
        STANDARD.decode(data).expect("base64")
    }

    pub(crate) async fn goto(&self, url: &str) {
        self.client.goto(url).await.expect("the page loads");
    }

    pub(crate) async fn url(&self) -> Url {
        self.client.current_url().await.expect("the page has an address")
    }

    /// Waits until the address starts like this.
    pub(crate) async fn at(&self, start: &str) {
        let mut ticks = tokio::time::interval(OFTEN);
        let waiting = async {
            while !self.url().await.as_str().starts_with(start) {
                ticks.tick().await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            self.fail(&format!("never came to {start}")).await;
        }
    }

    /// Waits for an element.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE).every(OFTEN);
        match wait.for_element(Css(css)).await {
            Ok(element) => element,
            Err(error) => self.fail(&format!("no {css}: {error}")).await,
        }
    }

    /// Waits until no such element is left.
    pub(crate) async fn gone(&self, css: &str) {
        let mut ticks = tokio::time::interval(OFTEN);
        let waiting = async {
            while self.has(css).await {
                ticks.tick().await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            self.fail(&format!("still {css}")).await;
        }
    }

    /// Whether the element is there now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        let found = self.client.find_all(Css(css)).await;
        !found.expect("a valid selector").is_empty()
    }

    /// What people read in an element.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.expect("the element is there")
    }

    /// Clicks an element.
    pub(crate) async fn click(&self, css: &str) {
        if let Err(error) = self.find(css).await.click().await {
            self.fail(&format!("{css} can't be clicked: {error}")).await;
        }
    }

    /// Types into an empty field.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.expect("a field");
        field.send_keys(text).await.expect("a field");
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn press(&self, key: Key) {
        self.write(&char::from(key).to_string()).await;
    }

    /// Types, wherever the focus is.
    pub(crate) async fn write(&self, text: &str) {
        let focused = self
            .client
            .active_element()
            .await
            .expect("something has the focus");
        focused.send_keys(text).await.expect("it takes keys");
    }

    /// What has the focus: its id, else its text.
    pub(crate) async fn focus(&self) -> String {
        let script = "const e = document.activeElement; return e.id || e.textContent.trim();";
        let answer = self.execute(script).await;
        answer.as_str().unwrap_or("").to_owned()
    }

    /// Runs a script of the test.
    pub(crate) async fn execute(&self, script: &str) -> Value {
        let answer = self.client.execute(script, Vec::new()).await;
        answer.expect("the script runs")
    }

    /// Fills in the sign-in page that is shown.
    pub(crate) async fn sign_in(&self, who: &Person) {
        self.fill("#username", &who.username).await;
        self.fill("#password", &who.password).await;
        self.click("#submit").await;
    }

    /// Nothing sticks out: the layout is as wide as the screen. (A phone's layout grows with what sticks out.)
    pub(crate) async fn expect_no_overflow(&self, width: u32) {
        let script = "return Math.max(document.documentElement.scrollWidth, innerWidth);";
        let wide = self.execute(script).await;
        if wide != json!(width) {
            let culprits = self.execute(CULPRITS).await;
            self.fail(&format!("{wide} wide instead of {width}: {culprits}"))
                .await;
        }
    }

    #[expect(
        clippy::panic,
        reason = "the end of a test that failed, with what the browser shows"
    )]
    async fn fail(&self, why: &str) -> ! {
        let url = self.url().await;
        let body = self.client.find(Css("body")).await;
        let text = match body {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        let log = self.complaints().await;
        panic!("{why}\nat {url}\n{text}\nconsole: {log:#?}")
    }
}

/// The elements that reach beyond the screen and are not inside something that scrolls.
const CULPRITS: &str = "
const wide = screen.width;
return [...document.body.querySelectorAll('*')]
  .filter(e => e.getBoundingClientRect().right > wide + 0.5 && !e.closest('.scroll, [popover]'))
  .map(e => `${e.tagName}.${e.className} ${e.getBoundingClientRect().right}`).slice(0, 8);";

/// A command by its path.
#[derive(Debug)]
struct Special {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Special {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or(""), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

#[tokio::test]
async fn a_violation_of_the_content_security_policy_is_heard() {
    let app = crate::harness::TestApp::serve().await;
    let chromium = Chromium::start().await;
    chromium.goto(&format!("{}/login", app.issuer())).await;
    assert_eq!(chromium.complaints().await, Vec::<String>::new());
    let script =
        "document.head.append(Object.assign(document.createElement('style'), { textContent: 'a{}' }));";
    chromium.execute(script).await;
    let heard = chromium.complaints().await;
    assert!(
        heard.iter().any(|said| said.contains("Content Security Policy")),
        "{heard:?}"
    );
    chromium.close().await;
}
