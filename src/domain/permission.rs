//! What somebody may do in the console and the admin API.

use std::fmt;
use std::str::FromStr;

/// A part of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// People.
    Users,
    /// Roles and their permissions.
    Roles,
    /// Groups.
    Groups,
    /// Applications.
    Clients,
    /// Account sessions.
    Sessions,
    /// Refresh-token families.
    Tokens,
    /// The audit log.
    Audit,
    /// Signing keys.
    Keys,
}

impl Area {
    /// Every area, in the order of the console's menu.
    pub const ALL: &'static [Self] = &[
        Self::Users,
        Self::Roles,
        Self::Groups,
        Self::Clients,
        Self::Sessions,
        Self::Tokens,
        Self::Audit,
        Self::Keys,
    ];

    /// The word in a permission.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Clients => "clients",
            Self::Sessions => "sessions",
            Self::Tokens => "tokens",
            Self::Audit => "audit",
            Self::Keys => "keys",
        }
    }
}

/// To look, or to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Look.
    Read,
    /// Change; includes looking.
    Write,
}

/// One permission, `users:write`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    /// Where.
    pub area: Area,
    /// What.
    pub access: Access,
}

impl Permission {
    /// To look at an area.
    pub const fn read(area: Area) -> Self {
        Self {
            area,
            access: Access::Read,
        }
    }

    /// To change an area.
    pub const fn write(area: Area) -> Self {
        Self {
            area,
            access: Access::Write,
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let access = match self.access {
            Access::Read => "read",
            Access::Write => "write",
        };
        write!(f, "{}:{access}", self.area.as_str())
    }
}

impl FromStr for Permission {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (area, access) = text.split_once(':').ok_or(())?;
        let area = Area::ALL.iter().copied().find(|a| a.as_str() == area).ok_or(())?;
        match access {
            "read" => Ok(Self::read(area)),
            "write" => Ok(Self::write(area)),
            _ => Err(()),
        }
    }
}

/// Everything one person may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions(Vec<Permission>);

impl Permissions {
    /// From stored words; words we do not know are left out.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(words.into_iter().filter_map(|w| w.parse().ok()).collect())
    }

    /// Everything, for the command line and the built-in admin role.
    pub fn all() -> Self {
        Self(Area::ALL.iter().map(|area| Permission::write(*area)).collect())
    }

    /// Whether this is allowed; writing includes reading.
    pub fn allow(&self, wanted: Permission) -> bool {
        self.0
            .iter()
            .any(|p| p.area == wanted.area && (p.access == wanted.access || p.access == Access::Write))
    }

    /// Whether nothing is allowed: no console at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_reads_back() {
        for area in Area::ALL {
            for permission in [Permission::read(*area), Permission::write(*area)] {
                assert_eq!(permission.to_string().parse(), Ok(permission));
            }
        }
        assert_eq!("users:own".parse::<Permission>(), Err(()));
        assert_eq!("users".parse::<Permission>(), Err(()));
    }

    #[test]
    fn writing_includes_reading_and_not_the_reverse() {
        let may = Permissions::from_words(["users:write", "clients:read", "nonsense"]);
        assert!(may.allow(Permission::read(Area::Users)));
        assert!(may.allow(Permission::write(Area::Users)));
        assert!(may.allow(Permission::read(Area::Clients)));
        assert!(!may.allow(Permission::write(Area::Clients)));
        assert!(!may.allow(Permission::read(Area::Keys)));
    }
}
