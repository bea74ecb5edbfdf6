//! A client as the hosted pages show it.

/// Name, logo and links of the client that asks.
#[derive(Clone, Debug)]
pub struct ClientBadge {
    /// `client_name`.
    pub name: String,
    /// Where the logo is served from; its first letter stands in where there is none.
    pub logo_url: Option<String>,
    /// `policy_uri`.
    pub policy_url: Option<String>,
    /// `tos_uri`.
    pub terms_url: Option<String>,
}

impl ClientBadge {
    /// The letter that stands in for a logo.
    pub fn initial(&self) -> String {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
    }

    /// Whether there is a policy or terms to link to.
    pub fn has_links(&self) -> bool {
        self.policy_url.is_some() || self.terms_url.is_some()
    }
}
