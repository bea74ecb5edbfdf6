//! What a script is told: issuer, client, and what to try.

use serde_json::Value;
use serde_json::json;

use crate::harness::Rp;
use crate::harness::TestApp;

/// A description under construction. `tests/node/README.md` lists the members.
#[derive(Clone)]
pub(crate) struct Description(Value);

impl Description {
    /// A registered client that is made of this library, with its own credentials.
    pub(crate) fn of(app: &TestApp, rp: &Rp, library: &str) -> Self {
        Self(json!({
            "library": library,
            "issuer": app.issuer(),
            "client_id": rp.client_id.as_str(),
            "client_secret": rp.secret,
            "auth": rp.metadata.token_endpoint_auth_method.as_str(),
            "redirect_uri": rp.redirect_uri,
        }))
    }

    /// Sets a member; null takes it away.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if let (true, Some(members)) = (value.is_null(), self.0.as_object_mut()) {
            members.remove(name);
        } else {
            self.0[name] = value;
        }
        self
    }

    /// What it does with its tokens, step by step.
    pub(crate) fn then(self, steps: &[&str]) -> Self {
        self.with("then", steps)
    }

    pub(crate) fn json(&self) -> &Value {
        &self.0
    }
}
