//! The authorization request that a hosted page is part of.

use std::sync::Arc;

use crate::domain::authorization::Transaction;
use crate::domain::client::Client;
use crate::domain::id::TransactionId;
use crate::domain::interaction::Facts;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::ops::Ops;
use crate::pages::client_badge::ClientBadge;
use crate::store;
use crate::web::security_headers::Allow;
use crate::web::visit::Visit;

/// A parked request and its client.
#[derive(Debug, Clone)]
pub struct Parked {
    /// The request.
    pub transaction: Transaction,
    /// The client that asks.
    pub client: Arc<Client>,
}

impl Parked {
    /// Finds the request that a page names; `None` when the page stands on its own. The page takes its language.
    pub async fn find(visit: &mut Visit, tx: Option<&str>) -> Result<Option<Self>, PageError> {
        let Some(text) = tx.filter(|t| !t.is_empty()) else {
            return Ok(None);
        };
        let expired = || PageError::new(PageErrorKind::Expired).because("no such transaction");
        let id: TransactionId = text.parse().map_err(|_| expired())?;
        let ops = &visit.state.ops;
        let transaction = store::transactions::find(&ops.db, &id, ops.now())
            .await?
            .ok_or_else(expired)?;
        let client = ops
            .clients
            .find(&ops.db, transaction.request.return_to.client_id())
            .await?;
        let client = client.ok_or_else(|| PageError::new(PageErrorKind::ClientDisabled))?;
        visit.prefer(transaction.request.ui_locales.as_deref());
        Ok(Some(Self { transaction, client }))
    }

    /// What the decision about the next step looks at.
    pub fn facts<'a>(&'a self, ops: &'a Ops, accounts: &'a [AccountSession]) -> Facts<'a> {
        Facts {
            request: &self.transaction.request,
            progress: &self.transaction.progress,
            parked_at: self.transaction.created_at,
            accounts,
            subject_of: Box::new(|user| ops.subject(&self.client, user)),
            now: ops.now(),
        }
    }

    /// Notes what has been settled.
    pub async fn save(&self, ops: &Ops) -> Result<(), PageError> {
        Ok(
            store::transactions::set_progress(&ops.db, &self.transaction.id, &self.transaction.progress)
                .await?,
        )
    }

    /// Where the request goes on.
    pub fn resume_path(&self) -> String {
        format!("/authorize/{}", self.transaction.id)
    }

    /// The client as pages show it.
    pub fn badge(&self) -> ClientBadge {
        ClientBadge::from(&*self.client)
    }

    /// What the page needs beyond the strict content policy: to follow the answer to the client, and its logo.
    pub fn allow(&self) -> Allow {
        let logo = self
            .client
            .metadata
            .logo_uri
            .as_deref()
            .and_then(|uri| RedirectUri::parse(uri).ok());
        Allow {
            form_action: Some(self.transaction.request.return_to.redirect_uri().origin()),
            image: logo.map(|uri| uri.origin()),
            ..Allow::default()
        }
    }
}

impl From<&Client> for ClientBadge {
    fn from(client: &Client) -> Self {
        Self {
            name: client.name().to_owned(),
            logo_url: client.metadata.logo_uri.clone(),
            policy_url: client.metadata.policy_uri.clone(),
            terms_url: client.metadata.tos_uri.clone(),
        }
    }
}
