//! Where a request came from.

/// The address and agent of a request, as shown in sessions, lineages and the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The peer's IP address, or the one a trusted proxy named.
    pub ip: String,
    /// The `User-Agent` header, at most 300 characters.
    pub user_agent: String,
}

impl Origin {
    /// Cuts the agent to the length that is stored.
    pub fn new(ip: String, user_agent: &str) -> Self {
        Self {
            ip,
            user_agent: user_agent.chars().take(300).collect(),
        }
    }

    /// The agent in a few words: `Firefox on Windows`.
    pub fn device(&self) -> String {
        device(&self.user_agent)
    }
}

const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// A user agent in a few words; the start of the text when nothing in it is known.
pub fn device(user_agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if user_agent.is_empty() => "unknown device".to_owned(),
        (None, None) => user_agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_named_in_a_few_words() {
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let safari =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1";
        assert_eq!(device(firefox), "Firefox on Windows");
        assert_eq!(device(safari), "Safari on iPhone");
        assert_eq!(device("ledger-backend/4.2"), "ledger-backend/4.2");
        assert_eq!(device(""), "unknown device");
    }
}
