//! `[registration]`: clients that bring themselves.

use url::Host;

use crate::config::reader::Reader;
use crate::domain::lifetime::Lifetime;

/// Who may register clients. RFC 7591 §1.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationMode {
    /// The operator.
    Off,
    /// Whoever has an initial access token.
    Token,
    /// Everybody.
    Open,
}

/// Which addresses may be a `client_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentMode {
    /// None.
    Off,
    /// Those on hosts of the list.
    AllowedHosts,
    /// Every https URL on the Internet.
    Any,
}

/// Clients that bring themselves.
#[derive(Clone, Debug)]
pub struct RegistrationConfig {
    /// Who may register clients.
    pub mode: RegistrationMode,
    /// Grants that such clients may have.
    pub grant_types: Vec<String>,
    /// The most clients from outside, of both kinds together.
    pub max_clients: u64,
    /// Registrations from one address within the window.
    pub address_limit: u32,
    /// The window.
    pub address_window: Lifetime,
    /// After how long a client that was never used is deleted.
    pub unused_after: Lifetime,
    /// Which addresses may be a `client_id`.
    pub documents: DocumentMode,
    /// Hosts that the list names.
    pub allowed_hosts: Vec<String>,
}

impl RegistrationConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let modes = [
            ("off", RegistrationMode::Off),
            ("token", RegistrationMode::Token),
            ("open", RegistrationMode::Open),
        ];
        let mode = reader.choice("registration.mode", &modes);
        let grant_types = reader.list("registration.grant_types");
        let max_clients = reader.number("registration.max_clients", 1..=10_000_000);
        let address_limit = reader.number("registration.address_limit", 1..=1_000_000);
        let address_window = reader.lifetime("registration.address_window", Lifetime::from_days(1));
        let unused_after = reader.lifetime("registration.unused_after", Lifetime::from_days(3650));
        let modes = [
            ("off", DocumentMode::Off),
            ("allowed-hosts", DocumentMode::AllowedHosts),
            ("any", DocumentMode::Any),
        ];
        let documents = reader.choice("registration.client_id_metadata_documents", &modes);
        let allowed_hosts = read_hosts(reader, documents);
        Some(Self {
            mode: mode?,
            grant_types: grant_types?,
            max_clients: max_clients?,
            address_limit: address_limit?,
            address_window: address_window?,
            unused_after: unused_after?,
            documents: documents?,
            allowed_hosts: allowed_hosts?,
        })
    }

    /// Whether metadata documents on this host are read.
    pub fn allows_host(&self, host: &str) -> bool {
        match self.documents {
            DocumentMode::Off => false,
            DocumentMode::AllowedHosts => self.allowed_hosts.iter().any(|allowed| allowed == host),
            DocumentMode::Any => true,
        }
    }
}

/// Hosts as a URL names them: whole names, so that nobody else's can look like one of them.
fn read_hosts(reader: &mut Reader, documents: Option<DocumentMode>) -> Option<Vec<String>> {
    let key = "registration.allowed_hosts";
    let mut hosts = Vec::new();
    for text in reader.list(key)? {
        match Host::parse(&text) {
            Ok(host) if !text.contains('*') => hosts.push(host.to_string()),
            Ok(_) | Err(_) => {
                let message = "must be names of hosts alone, without scheme, port and wildcard";
                reader.refuse(key, message, "Try [\"apps.example.com\"]");
                return None;
            }
        }
    }
    if documents == Some(DocumentMode::AllowedHosts) && hosts.is_empty() {
        let remedy = "Try [\"apps.example.com\"], or another registration.client_id_metadata_documents";
        reader.refuse(key, "is empty, so that no document would be read", remedy);
        return None;
    }
    Some(hosts)
}
