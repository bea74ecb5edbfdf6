//! Registered APIs, and clients that change.

use gatepost::domain::api::ApiSettings;
use gatepost::domain::api::Described;
use gatepost::domain::client::ClientMetadata;
use gatepost::domain::id::ApiId;
use gatepost::ops;
use gatepost::ops::clients::SaveClient;
use gatepost::ops::roles::Save;

use crate::harness::Rp;
use crate::harness::TestApp;

/// What an API is registered with; each line is a name and what it means.
pub(crate) fn api_settings(identifier: &str, scopes: &[&str], details_types: &[&str]) -> ApiSettings {
    let described = |lines: &[&str]| lines.iter().map(|line| Described::parse(line)).collect();
    ApiSettings {
        identifier: identifier.to_owned(),
        name: format!("API at {identifier}"),
        scopes: described(scopes),
        details_types: described(details_types),
        client_id: None,
    }
}

impl TestApp {
    /// Registers an API.
    pub(crate) async fn api(&self, settings: ApiSettings) -> ApiId {
        let made = ops::apis::create(self.ops(), &self.operator(), settings).await;
        match made.expect("the database answers") {
            Save::Saved(id) => id,
            refused => panic!("{refused:?}"),
        }
    }
}

impl Rp {
    /// Changes what is registered.
    pub(crate) async fn change(&self, app: &TestApp, change: impl FnOnce(&mut ClientMetadata)) {
        let mut metadata = self.metadata.clone();
        change(&mut metadata);
        let done = ops::clients::update(app.ops(), &app.operator(), &self.client_id, metadata).await;
        let done = done.expect("the database answers");
        assert!(matches!(done, SaveClient::Saved(..)), "{done:?}");
    }
}
