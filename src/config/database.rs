//! `[database]`: which database, and how many connections to it.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::config::leaf::mask_database_url;
use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// Where Gatepost keeps its data.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// The database.
    pub url: DatabaseUrl,
    /// The most connections to keep open.
    pub max_connections: NonZeroU32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Lifetime,
}

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file, inside this process.
    Sqlite,
    /// A PostgreSQL server, or one that speaks its protocol.
    Postgres,
}

/// The address of a database. Its `Debug` and `Display` mask the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: String,
    backend: Backend,
}

impl DatabaseUrl {
    /// The whole address with its password, for connecting and nothing else.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Which kind of database it is.
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// The file of an SQLite database; none for one in memory, and for PostgreSQL.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let rest = self.text.strip_prefix("sqlite:")?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if path.is_empty() || path == ":memory:" || query.split('&').any(|pair| pair == "mode=memory") {
            return None;
        }
        Some(PathBuf::from(
            percent_decode_str(path).decode_utf8_lossy().into_owned(),
        ))
    }

    /// What is wrong with the text, as a sentence part, and what to do.
    fn parse(text: &str) -> Result<Self, (&'static str, &'static str)> {
        const EXAMPLES: &str =
            "Try \"sqlite://gatepost.db?mode=rwc\" or \"postgres://USER:PASSWORD@HOST/NAME\"";
        const SPECIAL: &str = "Write special characters in user and password as %-codes: \"@\" as %40, \
                               \"/\" as %2F, \"#\" as %23, \"?\" as %3F";
        let backend = match text.split_once(':') {
            Some(("sqlite", rest)) if !rest.trim_start_matches('/').is_empty() => Backend::Sqlite,
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Backend::Postgres,
            _ => {
                return Err((
                    "must be the address of an SQLite or PostgreSQL database",
                    EXAMPLES,
                ));
            }
        };
        if backend == Backend::Postgres {
            let Ok(url) = Url::parse(text) else {
                return Err(("is not a valid address", SPECIAL));
            };
            if url.fragment().is_some() || url.path().contains('@') {
                return Err(("is not a valid address", SPECIAL));
            }
        }
        Ok(Self {
            text: text.to_owned(),
            backend,
        })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_database_url(&self.text))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl DatabaseConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let url = reader.text("database.url").and_then(|text| {
            DatabaseUrl::parse(&text)
                .map_err(|(message, remedy)| reader.refuse("database.url", message, remedy))
                .ok()
        });
        let max_connections = reader.number("database.max_connections", 0..=1_000_u32);
        let acquire_timeout = reader.lifetime("database.acquire_timeout", Lifetime::from_minutes(5));
        let url = url?;
        let usual = match url.backend {
            // SQLite has one writer at a time; more connections only wait for each other.
            Backend::Sqlite => const { NonZeroU32::new(4).expect("4 is not zero") },
            Backend::Postgres => const { NonZeroU32::new(16).expect("16 is not zero") },
        };
        let max_connections = NonZeroU32::new(max_connections?).unwrap_or(usual);
        Some(Self {
            url,
            max_connections,
            acquire_timeout: acquire_timeout?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::Backend;
    use super::DatabaseUrl;

    #[test]
    fn the_file_of_a_database_is_found() {
        for (text, file) in [
            ("sqlite://gatepost.db?mode=rwc", Some("gatepost.db")),
            (
                "sqlite:///var/lib/gatepost/my%20data.db",
                Some("/var/lib/gatepost/my data.db"),
            ),
            ("sqlite:data.db", Some("data.db")),
            ("sqlite::memory:", None),
            ("sqlite://:memory:", None),
            ("sqlite://x?mode=memory", None),
            ("postgres://db/gatepost", None),
        ] {
            assert_eq!(
                DatabaseUrl::parse(text).unwrap().sqlite_file(),
                file.map(PathBuf::from),
                "{text}"
            );
        }
    }

    #[test]
    fn both_schemes_of_postgres_are_known_and_other_databases_refused() {
        for text in ["postgres://db/x", "postgresql://ann:pw@db:5432/x?sslmode=require"] {
            assert_eq!(DatabaseUrl::parse(text).unwrap().backend(), Backend::Postgres);
        }
        for text in [
            "",
            "mysql://db/x",
            "gatepost.db",
            "sqlite:",
            "sqlite://",
            "postgres:x",
            "postgres://a:b/c@d/x",
        ] {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_password_is_not_printed() {
        let url = DatabaseUrl::parse("postgres://ann:hunter2@db/x").unwrap();
        assert_eq!(
            format!("{url:?} {url}"),
            "\"postgres://ann:***@db/x\" postgres://ann:***@db/x"
        );
        assert!(url.expose().contains("hunter2"));
    }
}
