//! What a page costs that is opened for the first time: everything it links, as it goes over the wire.

use std::collections::BTreeSet;

use reqwest::header::ACCEPT_ENCODING;
use scraper::Html;
use scraper::Selector;
use url::Url;

use crate::harness::TestApp;

const DOOR: usize = 60 * 1024;
const CONSOLE: usize = 80 * 1024;

#[tokio::test]
async fn pages_are_light() {
    let app = TestApp::serve().await;
    let admin = app.admin().create().await;
    for number in 0..60 {
        app.user(&format!("person-{number:03}")).create().await;
    }
    let client = reqwest::Client::builder().no_proxy().cookie_store(true);
    let client = client.build().expect("an HTTP client");

    let login = weigh(&client, &format!("{}/login", app.issuer())).await;
    assert!(login.0 <= DOOR, "{login:#?}");

    let page = client.get(format!("{}/login", app.issuer())).send().await;
    let page = page.expect("an answer").text().await.expect("a page");
    let csrf = Html::parse_document(&page);
    let csrf = csrf
        .select(&css("input[name=csrf]"))
        .next()
        .expect("a CSRF token");
    let csrf = csrf.attr("value").expect("a value").to_owned();
    let form = [
        ("csrf", csrf.as_str()),
        ("username", &admin.username),
        ("password", &admin.password),
    ];
    let signed_in = client.post(format!("{}/login", app.issuer())).form(&form);
    let signed_in = signed_in.send().await.expect("an answer");
    assert!(signed_in.status().is_success(), "{}", signed_in.status());

    for path in ["/admin", "/admin/users?size=50"] {
        let page = weigh(&client, &format!("{}{path}", app.issuer())).await;
        assert!(page.0 <= CONSOLE, "{page:#?}");
    }
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).expect("a valid selector")
}

/// Bytes of bodies: the sum, and what each part adds.
async fn weigh(client: &reqwest::Client, address: &str) -> (usize, Vec<(String, usize)>) {
    let start = Url::parse(address).expect("a URL");
    let mut waiting = vec![start];
    let mut seen = BTreeSet::new();
    let mut parts = Vec::new();
    while let Some(url) = waiting.pop() {
        if !seen.insert(url.to_string()) {
            continue;
        }
        let packed = client.get(url.clone()).header(ACCEPT_ENCODING, "gzip").send();
        let packed = packed.await.expect("an answer");
        assert!(packed.status().is_success(), "{url}: {}", packed.status());
        let packed = packed.bytes().await.expect("a body");
        parts.push((url.path().to_owned(), packed.len()));
        let plain = client.get(url.clone()).send().await.expect("an answer");
        let kind = plain.headers()["content-type"]
            .to_str()
            .expect("ASCII")
            .to_owned();
        if kind.starts_with("text/html") || kind.starts_with("text/css") {
            let text = plain.text().await.expect("text");
            let links = if kind.starts_with("text/css") {
                in_css(&text)
            } else {
                in_html(&text)
            };
            waiting.extend(links.iter().map(|link| {
                let mut url = url.join(link).expect("a link");
                url.set_fragment(None);
                url
            }));
        }
    }
    (parts.iter().map(|(_, size)| size).sum(), parts)
}

/// What a browser fetches for a page, apart from the page.
fn in_html(text: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    let found = |selector: &str, name: &str| -> Vec<String> {
        page.select(&css(selector))
            .filter_map(|e| e.attr(name).map(str::to_owned))
            .collect()
    };
    [
        found("link[rel=stylesheet], link[rel=icon], link[rel=preload]", "href"),
        found("script[src], img[src]", "src"),
        found("use[href]", "href"),
    ]
    .concat()
}

fn in_css(text: &str) -> Vec<String> {
    let urls = text
        .split("url(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    urls.map(|url| url.trim_matches(['"', '\'']).to_owned())
        .filter(|url| !url.starts_with("data:"))
        .collect()
}
