//! Who did what.

use serde_json::Value;

use crate::domain::address::Origin;
use crate::domain::id::AuditId;
use crate::domain::id::ClientId;
use crate::domain::id::RequestId;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person, signed in.
    User(UserId),
    /// A client at a protocol endpoint.
    Client(ClientId),
    /// Somebody at the command line of a server.
    Cli,
    /// A background job, by name.
    Job(&'static str),
    /// Gatepost itself, on a request of nobody known.
    System,
}

impl Actor {
    /// The column values: kind and id.
    pub fn columns(&self) -> (&'static str, Option<String>) {
        match self {
            Self::User(id) => ("user", Some(id.to_string())),
            Self::Client(id) => ("client", Some(id.to_string())),
            Self::Cli => ("cli", None),
            Self::Job(name) => ("job", Some((*name).to_owned())),
            Self::System => ("system", None),
        }
    }
}

/// Who acts, from where, in which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
    /// In which request.
    pub request_id: Option<RequestId>,
}

impl Context {
    /// Somebody at the command line.
    pub fn cli() -> Self {
        Self {
            actor: Actor::Cli,
            origin: Origin::default(),
            request_id: None,
        }
    }

    /// Gatepost itself.
    pub fn system() -> Self {
        Self {
            actor: Actor::System,
            origin: Origin::default(),
            request_id: None,
        }
    }

    /// A background job.
    pub fn job(name: &'static str) -> Self {
        Self {
            actor: Actor::Job(name),
            origin: Origin::default(),
            request_id: None,
        }
    }
}

/// What is written. Snapshots never hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// `user.created`, `token_family.revoked` …
    pub action: &'static str,
    /// `user`, `client`, `role` …
    pub subject_kind: &'static str,
    /// The subject's id.
    pub subject_id: String,
    /// The client concerned, if it is not the subject.
    pub client_id: Option<ClientId>,
    /// Why, in words or as a code.
    pub reason: Option<String>,
    /// The subject before.
    pub before: Option<Value>,
    /// The subject after.
    pub after: Option<Value>,
}

impl AuditEvent {
    /// An event without snapshots.
    pub fn new(action: &'static str, subject_kind: &'static str, subject_id: impl Into<String>) -> Self {
        Self {
            action,
            subject_kind,
            subject_id: subject_id.into(),
            client_id: None,
            reason: None,
            before: None,
            after: None,
        }
    }

    /// With the client concerned.
    #[must_use]
    pub fn at_client(mut self, client: &ClientId) -> Self {
        self.client_id = Some(client.clone());
        self
    }

    /// With a reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// With the subject before the change.
    #[must_use]
    pub fn before(mut self, snapshot: Value) -> Self {
        self.before = Some(snapshot);
        self
    }

    /// With the subject after the change.
    #[must_use]
    pub fn after(mut self, snapshot: Value) -> Self {
        self.after = Some(snapshot);
        self
    }
}

/// A written entry.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// The row.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// `user`, `client`, `cli`, `job`, `system`.
    pub actor_kind: String,
    /// The actor's id.
    pub actor_id: Option<String>,
    /// The actor's name, if it is a person we still know.
    pub actor_name: Option<String>,
    /// What happened.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which.
    pub subject_id: String,
    /// At which client.
    pub client_id: Option<String>,
    /// From where.
    pub origin: Origin,
    /// In which request.
    pub request_id: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The subject before.
    pub before: Option<Value>,
    /// The subject after.
    pub after: Option<Value>,
}
