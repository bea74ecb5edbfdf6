//! What every page of one client shows: name, state, tabs, actions, facts.

use crate::admin::clients::WRITE;
use crate::admin::clients::actions;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::question::Question;
use crate::domain::client::ApplicationType;
use crate::domain::client::Client;
use crate::domain::client::ClientMetadata;
use crate::domain::id::ClientId;
use crate::domain::permission::Area;
use crate::error::PageError;
use crate::store;
use crate::web::when::When;

/// The frame.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) client: Client,
    pub(super) here: String,
    pub(super) kind: &'static str,
    pub(super) tabs: Vec<Tab>,
    pub(super) questions: Vec<Question>,
    pub(super) may_write: bool,
    pub(super) created: When,
    pub(super) updated: When,
}

/// A tab, which is a page of its own.
#[derive(Debug, Clone)]
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: &'static str,
    pub(super) current: bool,
}

const TABS: &[(&str, &str, Option<Area>)] = &[
    ("", "Settings", None),
    ("/credentials", "Credentials", None),
    ("/integrate", "Integrate", None),
    ("/tokens", "Tokens", Some(Area::Tokens)),
    ("/events", "Events", Some(Area::Audit)),
];

/// Finds a client.
pub(super) async fn find(admin: &Admin, id: &ClientId) -> Result<Client, PageError> {
    store::clients::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)
}

/// What kind of application it is, in a word.
pub(super) fn kind(metadata: &ClientMetadata) -> &'static str {
    let signs_in = metadata.uses("authorization_code");
    match (signs_in, metadata.is_public(), metadata.application_type) {
        (false, ..) => "Machine",
        (true, true, ApplicationType::Native) => "Native",
        (true, true, ApplicationType::Web) => "Browser",
        (true, false, _) => "Web",
    }
}

/// The frame around the tab with this path.
pub(super) async fn frame(admin: &Admin, id: &ClientId, tab: &str) -> Result<Frame, PageError> {
    let client = find(admin, id).await?;
    let here = link::client(id);
    let may_write = admin.may(WRITE);
    let shown = |area: &Option<Area>| area.is_none_or(|area| admin.may_read(area));
    let tabs = TABS
        .iter()
        .filter(|(.., area)| shown(area))
        .map(|(path, label, _)| Tab {
            href: format!("{here}{path}"),
            label,
            current: *path == tab,
        });
    Ok(Frame {
        tabs: tabs.collect(),
        questions: if may_write {
            actions::questions(&client)
        } else {
            Vec::new()
        },
        may_write,
        kind: kind(&client.metadata),
        created: When::exact(client.created_at),
        updated: When::exact(client.updated_at),
        here,
        client,
    })
}
