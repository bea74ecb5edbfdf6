//! Protected-resource metadata: RFC 9728.

use serde_json::json;

use crate::harness::TestApp;
use crate::harness::api_settings;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

#[tokio::test]
async fn our_own_resource_says_who_issues_its_tokens() {
    let app = TestApp::start().await;
    for (path, resource) in [
        ("", app.issuer().to_owned()),
        ("/userinfo", format!("{}/userinfo", app.issuer())),
    ] {
        let reply = app.get(&format!("{WELL_KNOWN}{path}")).await;
        let document = reply.json();
        assert_eq!(document["resource"], resource, "{reply}");
        assert_eq!(document["authorization_servers"], json!([app.issuer()]));
        assert_eq!(document["bearer_methods_supported"], json!(["header", "body"]));
        assert_eq!(
            document["dpop_signing_alg_values_supported"],
            json!(["PS256", "ES256", "EdDSA"])
        );
        assert_eq!(document["tls_client_certificate_bound_access_tokens"], false);
        assert!(
            document["scopes_supported"]
                .as_array()
                .unwrap()
                .contains(&json!("openid"))
        );
        assert!(reply.header("cache-control").contains("max-age"));
    }
}

#[tokio::test]
async fn an_api_on_our_host_is_described_at_its_own_path_and_no_other_is() {
    let app = TestApp::start().await;
    let here = format!("{}/api/v1", app.issuer());
    app.api(api_settings(&here, &["read", "write"], &["payment"]))
        .await;
    app.api(api_settings(&format!("{here}?tenant=a"), &[], &[])).await;
    app.api(api_settings("https://elsewhere.test/x", &[], &[])).await;
    let document = app.get(&format!("{WELL_KNOWN}/api/v1")).await.json();
    assert_eq!(document["resource"], here);
    assert_eq!(document["scopes_supported"], json!(["read", "write"]));
    assert_eq!(
        document["authorization_details_types_supported"],
        json!(["payment"])
    );
    assert_eq!(document["bearer_methods_supported"], json!(["header"]));
    let other = app.get(&format!("{WELL_KNOWN}/api/v1?tenant=a")).await.json();
    assert_eq!(other["resource"], format!("{here}?tenant=a"));
    for path in ["/api", "/api/v1/", "/x", "/https://elsewhere.test/x", "/token"] {
        assert_eq!(
            app.get(&format!("{WELL_KNOWN}{path}")).await.status,
            404,
            "{path}"
        );
    }
}
