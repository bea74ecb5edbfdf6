//! The console, in a browser without script: what is too much about the protocol for the tests in Chromium.

use gatepost::domain::client::Profile;
use gatepost::store;

use crate::harness::TestApp;

#[tokio::test]
async fn the_form_of_a_client_names_every_rule_of_a_profile_that_it_breaks_and_saves_nothing() {
    let app = TestApp::start().await;
    let rp = app.client().create().await;
    let admin = app.admin().create().await;
    let mut browser = app.browser();
    browser.sign_in(&admin).await;
    let path = format!("/admin/clients/{}", rp.client_id);
    let form = browser.get(&path).await.page().form_with("profile");
    let strict = form
        .clone()
        .set("profile", "fapi2")
        .set("id_token_signed_response_alg", "RS256");
    let stored = async || {
        let found = store::clients::find(&app.ops().db, &rp.client_id).await;
        found.expect("answers").expect("is there").metadata
    };
    for pressed in [strict.clone().with("check", "on"), strict] {
        let refused = browser.submit(pressed).await;
        assert_eq!(refused.status, 422, "{refused}");
        let text = refused.text();
        for field in ["token_endpoint_auth_method", "id_token_signed_response_alg"] {
            assert!(
                text.contains(&format!("id=\"{field}-error\"")),
                "{field}: {refused}"
            );
        }
        assert!(
            text.contains("dpop_bound_access_tokens") && text.contains("class=\"err\""),
            "{refused}"
        );
        assert_eq!(stored().await.profile, Profile::Oidc);
    }
    let sound = browser
        .submit(form.clone().set("client_name", "Renamed").with("check", "on"))
        .await;
    assert!(sound.text().contains("Nothing has been saved yet"), "{sound}");
    assert_ne!(stored().await.client_name, "Renamed");
    let mut more = form
        .set("userinfo_signed_response_alg", "PS256")
        .set("backchannel_logout_uri", "https://ledger.test/out");
    for (name, value) in [("grant_types", "implicit"), ("response_types", "code id_token")] {
        more.fields.push((name.to_owned(), value.to_owned()));
    }
    let saved = browser.submit(more).await;
    assert_eq!(saved.status, 200, "{saved}");
    let metadata = stored().await;
    let types: Vec<&str> = metadata.response_types.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(types, ["code", "code id_token"]);
    assert!(metadata.userinfo_signed_response_alg.is_some());
    assert_eq!(
        metadata.backchannel_logout_uri.as_deref(),
        Some("https://ledger.test/out")
    );
}
