//! The configuration: read once at the start, checked completely, then passed around as a value.
//!
//! `default.toml` ← a file ← the environment ← what a command sets itself. This is the only reader
//! of configuration files and environment. Each section is a struct of valid values; all mistakes
//! are reported together. Settings that change while the server runs do not belong here: they are
//! in the database.

#![expect(
    clippy::option_option,
    reason = "outside: whether a value was valid; inside: whether it was set"
)]

mod address_range;
mod admin;
mod branding;
mod ciba;
mod crypto;
mod database;
mod documentation;
mod dpop;
mod fetch;
mod http;
mod issuer;
mod keys;
mod leaf;
mod log;
mod login;
mod mail;
mod merge;
mod pem;
mod problem;
mod reader;
mod registration;
mod resources;
mod sources;
mod suggest;
mod tls;
mod tokens;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use serde::Serialize;

pub use address_range::AddressRange;
pub use address_range::NotARange;
pub use admin::AdminConfig;
pub use admin::BootstrapAdmin;
pub use branding::BrandingConfig;
pub use ciba::CibaConfig;
pub use crypto::CryptoConfig;
pub use crypto::MasterKeySource;
pub use crypto::decode_master_key;
pub use database::Backend;
pub use database::DatabaseConfig;
pub use database::DatabaseUrl;
pub use documentation::documentation;
pub use dpop::DpopConfig;
pub use fetch::FetchConfig;
pub use http::HttpConfig;
pub use issuer::IssuerConfig;
pub use issuer::IssuerUrl;
pub use keys::KeysConfig;
pub use log::LogConfig;
pub use log::LogFormat;
pub use login::LoginConfig;
pub use mail::MailConfig;
pub use mail::SmtpCredentials;
pub use mail::SmtpServer;
pub use mail::SmtpTls;
pub use problem::Problem;
pub use problem::Source;
pub use problem::report;
pub use registration::DocumentMode;
pub use registration::RegistrationConfig;
pub use registration::RegistrationMode;
pub use resources::ResourcesConfig;
pub use sources::Sources;
pub use tls::TlsConfig;
pub use tls::TlsServer;
pub use tls::TlsVersions;
pub use tokens::TokensConfig;

use reader::Reader;

/// The whole configuration, valid. One field per section of `default.toml`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[http]`
    pub http: HttpConfig,
    /// `[tls]`
    pub tls: TlsConfig,
    /// `[issuer]`
    pub issuer: IssuerConfig,
    /// `[database]`
    pub database: DatabaseConfig,
    /// `[crypto]`
    pub crypto: CryptoConfig,
    /// `[admin]`
    pub admin: AdminConfig,
    /// `[tokens]`
    pub tokens: TokensConfig,
    /// `[dpop]`
    pub dpop: DpopConfig,
    /// `[resources]`
    pub resources: ResourcesConfig,
    /// `[login]`
    pub login: LoginConfig,
    /// `[mail]`
    pub mail: MailConfig,
    /// `[fetch]`
    pub fetch: FetchConfig,
    /// `[ciba]`
    pub ciba: CibaConfig,
    /// `[registration]`
    pub registration: RegistrationConfig,
    /// `[branding]`
    pub branding: BrandingConfig,
    /// `[keys]`
    pub keys: KeysConfig,
    /// `[log]`
    pub log: LogConfig,
    entries: Vec<Entry>,
}

/// One setting as `gatepost config check` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The setting, such as `http.listen`.
    pub key: String,
    /// Its value as it would stand in a file, secrets masked.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

impl Config {
    /// Reads the sources and checks every value. `Err` has every problem, ordered by key, and is
    /// never empty; [`report`] makes one text of them.
    pub fn load(sources: &Sources) -> Result<Self, Vec<Problem>> {
        let (merged, problems) = merge::merge(sources)?;
        let mut reader = Reader { merged, problems };
        let config = Self::read(&mut reader);
        let Reader { merged, mut problems } = reader;
        match config {
            Some(mut config) if problems.is_empty() => {
                config.entries = config.describe(&merged);
                Ok(config)
            }
            _ => {
                problems.sort_by(|left, right| left.key.cmp(&right.key));
                Err(problems)
            }
        }
    }

    /// The defaults with this TOML text over them, and nothing from outside.
    pub fn from_toml(text: &str) -> Result<Self, Vec<Problem>> {
        Self::load(&Sources::none().with_text("gatepost.toml", text))
    }

    /// For tests: a database in memory, a fixed master key, password hashing that costs nothing,
    /// and `overrides` (key, value) over that. Nothing from outside.
    pub fn for_test(overrides: &[(&str, &str)]) -> Result<Self, Vec<Problem>> {
        let mut sources = Sources::none().with_override("database.url", "sqlite::memory:");
        // A test about key files names one; given together they would contradict each other.
        if !overrides.iter().any(|(key, _)| *key == "crypto.master_key_file") {
            let key = "dGVzdHMgb25seSwgbm90IGEga2V5ISB0ZXN0cyBvbmw=";
            sources = sources.with_override("crypto.master_key", key);
        }
        for (key, value) in overrides {
            sources = sources.with_override(key, value);
        }
        let mut config = Self::load(&sources)?;
        config.login.argon2_memory_kib = 64;
        config.login.argon2_iterations = 1;
        Ok(config)
    }

    /// The same configuration once the listener has its real address: port 0 is replaced by the port
    /// the system chose, also in an issuer that was derived from it.
    #[must_use]
    pub fn bound_to(mut self, listen: SocketAddr) -> Self {
        self.http.listen = listen;
        self.issuer.follow(&self.http);
        self
    }

    /// The same for the TLS listener: port 0 is replaced by the port the system chose.
    #[must_use]
    pub fn tls_bound_to(mut self, listen: SocketAddr) -> Self {
        if let Some(server) = &mut self.tls.server {
            server.listen = listen;
        }
        self
    }

    /// The public base address for requests with a client certificate (RFC 8705 §5), if there is one.
    pub fn mtls_url(&self) -> Option<String> {
        self.tls.mtls_url(&self.issuer.url)
    }

    /// Whether a client certificate can reach us: on our TLS listener, or through a proxy.
    pub fn sees_client_certificates(&self) -> bool {
        self.tls.server.is_some() || self.http.client_certificate_header.is_some()
    }

    /// Every setting with its value and where that came from, ordered by key; secrets masked.
    pub fn explain(&self) -> &[Entry] {
        &self.entries
    }

    fn read(reader: &mut Reader) -> Option<Self> {
        let http = HttpConfig::read(reader);
        let tls = TlsConfig::read(reader);
        let issuer = IssuerConfig::read(reader, http.as_ref());
        let database = DatabaseConfig::read(reader);
        let crypto = CryptoConfig::read(reader, database.as_ref());
        let login = LoginConfig::read(reader);
        let admin = AdminConfig::read(reader, login.as_ref().map(|login| login.password_min_length));
        let tokens = TokensConfig::read(reader);
        let dpop = DpopConfig::read(reader);
        let resources = ResourcesConfig::read(reader);
        let mail = MailConfig::read(reader);
        let fetch = FetchConfig::read(reader);
        let ciba = CibaConfig::read(reader);
        let registration = RegistrationConfig::read(reader);
        let branding = BrandingConfig::read(reader);
        let keys = KeysConfig::read(reader);
        let log = LogConfig::read(reader);
        Some(Self {
            http: http?,
            tls: tls?,
            issuer: issuer?,
            database: database?,
            crypto: crypto?,
            admin: admin?,
            tokens: tokens?,
            dpop: dpop?,
            resources: resources?,
            login: login?,
            mail: mail?,
            fetch: fetch?,
            ciba: ciba?,
            registration: registration?,
            branding: branding?,
            keys: keys?,
            log: log?,
            entries: Vec::new(),
        })
    }

    /// The merged settings as entries, with what was computed in place of "not set".
    fn describe(&self, merged: &merge::Merged) -> Vec<Entry> {
        let entry = |(key, setting): (&String, &merge::Setting)| Entry {
            key: key.clone(),
            value: setting.leaf.masked(key),
            source: setting.source.clone(),
        };
        let mut entries: Vec<Entry> = merged.settings.iter().map(entry).collect();
        let mut derive = |key: &str, unset: &str, value: String, from: &'static str| {
            for entry in entries
                .iter_mut()
                .filter(|entry| entry.key == key && entry.value == unset)
            {
                entry.value.clone_from(&value);
                entry.source = Source::Derived(from);
            }
        };
        derive(
            "issuer.url",
            "\"\"",
            format!("\"{}\"", self.issuer.url),
            "http.listen",
        );
        derive(
            "database.max_connections",
            "0",
            self.database.max_connections.to_string(),
            "database.url",
        );
        derive(
            "login.hash_workers",
            "0",
            self.login.hash_workers.to_string(),
            "the number of cores",
        );
        if let MasterKeySource::File(path) = &self.crypto.master_key {
            derive(
                "crypto.master_key_file",
                "\"\"",
                format!("\"{}\"", path.display()),
                "database.url",
            );
        }
        entries
    }
}
