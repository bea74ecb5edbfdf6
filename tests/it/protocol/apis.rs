//! APIs as operators manage them: rules, and the console.

use gatepost::domain::id::ClientId;
use gatepost::ops;
use gatepost::ops::roles::Save;
use gatepost::store;

use crate::harness::TestApp;
use crate::harness::api_settings;

#[tokio::test]
async fn rules_are_kept_and_every_change_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let (ops, who) = (app.ops(), app.operator());
    let good = api_settings("https://api.test", &["read"], &["payment"]);
    let id = app.api(good.clone()).await;
    assert_eq!(
        ops::apis::create(ops, &who, good.clone()).await.unwrap(),
        Save::Invalid("details_types", "must not belong to another API")
    );
    let twin = api_settings("https://api.test", &[], &[]);
    assert_eq!(ops::apis::create(ops, &who, twin).await.unwrap(), Save::Taken);
    let ours = api_settings(app.issuer(), &[], &[]);
    assert!(matches!(
        ops::apis::create(ops, &who, ours).await.unwrap(),
        Save::Invalid("identifier", _)
    ));
    let public = app.client().public().create().await;
    for client in [public.client_id.clone(), "nobody".parse::<ClientId>().unwrap()] {
        let mut settings = api_settings("https://b.test", &[], &[]);
        settings.client_id = Some(client);
        assert!(matches!(
            ops::apis::create(ops, &who, settings).await.unwrap(),
            Save::Invalid("client_id", _)
        ));
    }
    // the identifier stays
    let mut changed = api_settings("https://other.test", &["write"], &["payment"]);
    changed.name = "Renamed".to_owned();
    assert_eq!(
        ops::apis::update(ops, &who, &id, changed).await.unwrap(),
        Save::Saved(id.clone())
    );
    let api = store::apis::find_by_identifier(&ops.db, "https://api.test")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (api.settings.name.as_str(), api.settings.scopes[0].name.as_str()),
        ("Renamed", "write")
    );
    assert_eq!(
        ops::apis::delete(ops, &who, &id).await.unwrap(),
        Save::Saved(id.clone())
    );
    assert_eq!(ops::apis::delete(ops, &who, &id).await.unwrap(), Save::Missing);
    assert!(ops.apis.current().find("https://api.test").is_none());
    let admin = app.admin().create().await;
    let mut browser = app.browser();
    browser.sign_in(&admin).await;
    let log = browser.get(&format!("/admin/audit?subject={id}")).await.text();
    for action in ["Api created", "Api updated", "Api deleted"] {
        assert!(log.contains(action), "{action}");
    }
}

#[tokio::test]
async fn the_console_registers_changes_and_deletes() {
    let app = TestApp::start().await;
    let admin = app.admin().create().await;
    let mut browser = app.browser();
    browser.sign_in(&admin).await;
    let page = browser.get("/admin/apis").await;
    assert!(page.text().contains("No APIs yet"), "{page}");
    let form = browser
        .get("/admin/apis/new")
        .await
        .page()
        .form_with("identifier");
    let wrong = form.clone().set("identifier", "nowhere").set("name", "Invoices");
    let reply = browser.submit(wrong).await;
    assert_eq!(reply.status, 422, "{reply}");
    assert!(reply.page().text().contains("Must be an absolute URI"), "{reply}");
    let good = form
        .set("identifier", "https://api.test")
        .set("name", "Invoices")
        .set("scopes", "invoices:read See your invoices\n\ninvoices:write")
        .set("details_types", "payment Make a payment");
    let page = browser.submit(good).await;
    assert_eq!(page.status, 200, "{page}");
    assert!(
        page.text().contains("authorization_servers"),
        "the metadata to host: {page}"
    );
    let form = page.page().form_with("scopes");
    assert_eq!(
        form.value("scopes"),
        Some("invoices:read See your invoices\ninvoices:write")
    );
    let again = browser.submit(form.set("client_id", "nobody")).await;
    assert_eq!(again.status, 422, "{again}");
    let page = browser
        .submit(
            again
                .page()
                .form_with("scopes")
                .set("client_id", "")
                .set("name", "Bills"),
        )
        .await;
    assert!(page.page().text().contains("API saved."), "{page}");
    let apis = store::apis::list(&app.ops().db).await.unwrap();
    assert_eq!(
        (
            apis.len(),
            apis[0].settings.name.as_str(),
            apis[0].settings.scopes.len()
        ),
        (1, "Bills", 2)
    );
    let question = browser.get(&format!("/admin/apis/{}/delete", apis[0].id)).await;
    let reply = browser.submit(question.page().form_with("confirm")).await;
    assert_eq!(reply.status, 422, "the name was not typed: {reply}");
    browser
        .submit(question.page().form_with("confirm").set("confirm", "Bills"))
        .await;
    assert!(store::apis::list(&app.ops().db).await.unwrap().is_empty());
}
