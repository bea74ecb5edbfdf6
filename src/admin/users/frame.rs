//! What every page of one person shows: name, state, tabs, actions, facts.

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::question::Question;
use crate::admin::users::WRITE;
use crate::admin::users::actions;
use crate::domain::id::UserId;
use crate::domain::permission::Area;
use crate::domain::user::User;
use crate::domain::user::UserStatus;
use crate::error::PageError;
use crate::store;
use crate::web::when::When;

/// The frame.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) user: User,
    pub(super) here: String,
    pub(super) active: bool,
    pub(super) tabs: Vec<Tab>,
    pub(super) questions: Vec<Question>,
    pub(super) may_write: bool,
    pub(super) created: When,
    pub(super) last_sign_in: Option<When>,
}

/// A tab, which is a page of its own.
#[derive(Debug, Clone)]
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: &'static str,
    pub(super) current: bool,
}

const TABS: &[(&str, &str, Option<Area>)] = &[
    ("", "Profile", None),
    ("/roles", "Roles & groups", None),
    ("/sessions", "Sessions", Some(Area::Sessions)),
    ("/tokens", "Tokens", Some(Area::Tokens)),
    ("/apps", "Apps", None),
    ("/events", "Events", Some(Area::Audit)),
];

/// Finds a person.
pub(super) async fn find(admin: &Admin, id: &UserId) -> Result<User, PageError> {
    store::users::find(&admin.ops().db, id)
        .await?
        .ok_or_else(PageError::not_found)
}

/// The frame around the tab with this path.
pub(super) async fn frame(admin: &Admin, id: &UserId, tab: &str) -> Result<Frame, PageError> {
    let user = find(admin, id).await?;
    let here = link::user(id);
    let may_write = admin.may(WRITE) && admin.is_over(id).await?;
    let sessions = store::sessions::live_of_user(&admin.ops().db, id, admin.now())
        .await?
        .len() as u64;
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
            actions::questions(&user, sessions)
        } else {
            Vec::new()
        },
        may_write,
        active: user.status == UserStatus::Active,
        created: When::exact(user.created_at),
        last_sign_in: user.last_sign_in_at.map(When::exact),
        here,
        user,
    })
}
