//! Addresses that a client names and we fetch: never inside, and the sector's own word counts.

use gatepost::domain::audit::Context;
use gatepost::domain::client::SubjectType;
use gatepost::ops;
use gatepost::ops::clients::SaveClient;
use serde_json::Value;
use serde_json::json;

use crate::harness::Documents;
use crate::harness::Registered;
use crate::harness::TestApp;
use crate::harness::register;

const OPEN: (&str, &str) = ("registration.mode", "open");
const MANY: (&str, &str) = ("registration.address_limit", "1000");

async fn local() -> TestApp {
    TestApp::with(&[OPEN, MANY, ("fetch.allowed_private", "127.0.0.0/8")]).await
}

/// Security: F2, F4, F5
#[tokio::test]
async fn addresses_inside_cannot_be_registered_by_anybody() {
    let app = TestApp::with(&[OPEN, MANY]).await;
    let inside = Documents::plain().await;
    let listening = inside.url("/keys");
    for member in [
        "jwks_uri",
        "sector_identifier_uri",
        "backchannel_logout_uri",
        "backchannel_client_notification_endpoint",
        "request_uris",
    ] {
        let mut said = Vec::new();
        for url in [
            "http://169.254.169.254/latest",
            "https://169.254.169.254/latest",
            "https://127.0.0.1/x",
            &listening,
            "https://localhost./x",
            "https://[::ffff:10.0.0.1]/x",
            "https://2130706433/",
        ] {
            let value = if member == "request_uris" {
                json!([url])
            } else {
                json!(url)
            };
            let mut metadata = json!({ "redirect_uris": ["https://rp1.test/cb"] });
            metadata[member] = value;
            let reply = register(&app, &metadata).await;
            let body = reply.expect_error("invalid_client_metadata");
            said.push(body["error_description"].as_str().unwrap().to_owned());
        }
        assert!(said.iter().all(|text| text.contains(member)), "{said:?}");
        // the operator is told the same
        let rp = app.client().create().await;
        let metadata = serde_json::to_value(&rp.metadata).unwrap();
        let mut changed = metadata.clone();
        changed[member] = match member {
            "request_uris" => json!(["https://127.0.0.1/x"]),
            _ => json!("https://127.0.0.1/x"),
        };
        let changed = serde_json::from_value(changed).unwrap();
        let saved = ops::clients::update(app.ops(), &app.operator(), &rp.client_id, changed).await;
        let SaveClient::Invalid(problems) = saved.unwrap() else {
            panic!("{member} was saved");
        };
        assert_eq!(problems[0].field, member);
    }
    assert_eq!(inside.asked("/keys"), 0);
}

#[tokio::test]
async fn a_sector_must_list_every_redirect_uri() {
    let app = local().await;
    let documents = Documents::plain().await;
    let both = r#"["https://a.test/cb","https://b.test/cb","https://c.test/cb"]"#;
    let good = documents.put("/sector", both);
    let metadata = |sector: &str| {
        json!({
            "redirect_uris": ["https://a.test/cb", "https://b.test/cb"], "subject_type": "pairwise",
            "sector_identifier_uri": sector,
        })
    };
    let client = Registered::with(&app, &metadata(&good)).await;
    assert_eq!(client.text("sector_identifier_uri"), good);
    for (path, status, headers, body) in [
        ("/short", "200 OK", "", r#"["https://a.test/cb"]"#),
        (
            "/near",
            "200 OK",
            "",
            r#"["https://a.test/cb","https://b.test/cb/"]"#,
        ),
        (
            "/object",
            "200 OK",
            "",
            r#"{"redirect_uris":["https://a.test/cb","https://b.test/cb"]}"#,
        ),
        ("/html", "200 OK", "", "<p>no</p>"),
        ("/numbers", "200 OK", "", "[1,2]"),
        ("/error", "500 Oh", "", both),
    ] {
        let url = documents.put_raw(path, status, headers, body);
        let reply = register(&app, &metadata(&url)).await;
        let said = reply.expect_error("invalid_client_metadata");
        assert!(said.to_string().contains("sector_identifier_uri"), "{said}");
        assert_eq!(documents.asked(path), 1);
    }
    let reply = register(&app, &metadata(&documents.url("/missing"))).await;
    reply.expect_error("invalid_client_metadata");
}

/// Security: F3, F4
#[tokio::test]
async fn a_sector_is_not_followed_elsewhere_and_not_read_without_end() {
    let app = local().await;
    let documents = Documents::plain().await;
    let target = documents.put("/inside", r#"["https://a.test/cb"]"#);
    let moved = documents.put_raw("/moved", "302 Found", &format!("Location: {target}\r\n"), "");
    let long = format!("[\"https://a.test/cb\"{}]", " ".repeat(100_000));
    let long = documents.put("/long", &long);
    for url in [moved, long] {
        let metadata = json!({ "redirect_uris": ["https://a.test/cb"], "sector_identifier_uri": url });
        register(&app, &metadata)
            .await
            .expect_error("invalid_client_metadata");
    }
    assert_eq!(documents.asked("/inside"), 0);
}

#[tokio::test]
async fn the_operators_clients_have_their_sector_checked_when_it_changes_and_not_otherwise() {
    let app = local().await;
    let documents = Documents::plain().await;
    let sector = documents.put("/sector", r#"["https://ledger.test/cb"]"#);
    let rp = app
        .client()
        .but(|metadata| {
            metadata.subject_type = SubjectType::Pairwise;
            metadata.sector_identifier_uri = Some(sector);
        })
        .create()
        .await;
    assert_eq!(documents.asked("/sector"), 1);
    let context = Context::cli();
    let save = |metadata: Value| {
        let metadata = serde_json::from_value(metadata).unwrap();
        ops::clients::update(app.ops(), &context, &rp.client_id, metadata)
    };
    let mut metadata = serde_json::to_value(&rp.metadata).unwrap();
    metadata["client_name"] = json!("Renamed");
    assert!(matches!(
        save(metadata.clone()).await.unwrap(),
        SaveClient::Saved(..)
    ));
    assert_eq!(documents.asked("/sector"), 1);
    metadata["redirect_uris"] = json!(["https://other.test/cb"]);
    let refused = save(metadata).await.unwrap();
    assert!(matches!(refused, SaveClient::Invalid(_)), "{refused:?}");
    assert_eq!(documents.asked("/sector"), 2);
}
