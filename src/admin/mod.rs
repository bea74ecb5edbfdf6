//! The console under `/admin`: one section per file or folder, folded from one table behind one guard.
//!
//! A section exports one `const SECTION`. Reads go to `store`, writes to `ops`; nothing here knows SQL or the protocol.

pub mod apis;
pub mod audit;
pub mod chart;
pub mod clients;
pub mod families;
pub mod groups;
pub mod guard;
pub mod keys;
pub mod link;
pub mod listing;
pub mod overview;
pub mod question;
pub mod roles;
pub mod search;
pub mod sessions;
pub mod typed;
pub mod users;
pub mod view;

use axum::Router;
use axum::middleware;

use crate::app::state::AppState;
use crate::domain::permission::Area;

/// A heading of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Without a heading, at the top.
    Top,
    /// Users, roles, groups.
    People,
    /// Clients.
    Applications,
    /// What is going on.
    Activity,
    /// The installation itself.
    System,
}

impl Group {
    /// Every heading, in the order of the menu.
    pub const ALL: &'static [Self] = &[
        Self::Top,
        Self::People,
        Self::Applications,
        Self::Activity,
        Self::System,
    ];

    /// Its message key; empty for none.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::People => "nav-group-people",
            Self::Applications => "nav-group-applications",
            Self::Activity => "nav-group-activity",
            Self::System => "nav-group-system",
        }
    }
}

/// A part of the console.
#[derive(Debug)]
pub struct Section {
    /// Where it starts.
    pub path: &'static str,
    /// Message key of its entry in the menu.
    pub label: &'static str,
    /// A symbol of `static/icons.svg`.
    pub icon: &'static str,
    /// The heading it stands under.
    pub group: Group,
    /// Whose read permission it needs; `None`: any permission will do.
    pub area: Option<Area>,
    /// Its routes, with their whole paths.
    pub router: fn() -> Router<AppState>,
}

/// Every section, in the order of the menu.
pub static SECTIONS: &[&Section] = &[
    &overview::SECTION,
    &users::SECTION,
    &roles::SECTION,
    &groups::SECTION,
    &clients::SECTION,
    &apis::SECTION,
    &sessions::SECTION,
    &families::SECTION,
    &audit::SECTION,
    &keys::SECTION,
];

/// Everything under `/admin`.
pub fn routes(state: &AppState) -> Router<AppState> {
    SECTIONS.iter().fold(Router::new(), |router, section| {
        let guard = middleware::from_fn_with_state((state.clone(), *section), guard::layer);
        router.merge((section.router)().route_layer(guard))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_has_a_section_and_every_section_its_own_path() {
        for area in Area::ALL {
            assert!(SECTIONS.iter().any(|s| s.area == Some(*area)), "{area:?}");
        }
        let mut paths: Vec<_> = SECTIONS.iter().map(|s| s.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), SECTIONS.len());
    }
}
