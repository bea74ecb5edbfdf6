//! `[branding]`: what people see on the pages.

use url::Url;

use crate::config::reader::Reader;

/// What people see on the pages.
#[derive(Clone, Debug)]
pub struct BrandingConfig {
    /// The name on every page and in every mail: 1 to 60 characters, no line breaks.
    pub product_name: String,
    /// Privacy policy, http or https.
    pub privacy_url: Option<Url>,
    /// Terms of service, http or https.
    pub terms_url: Option<Url>,
    /// Where people find help, http or https.
    pub help_url: Option<Url>,
}

impl BrandingConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let product_name = read_name(reader);
        let privacy_url = reader.web_address("branding.privacy_url");
        let terms_url = reader.web_address("branding.terms_url");
        let help_url = reader.web_address("branding.help_url");
        Some(Self {
            product_name: product_name?,
            privacy_url: privacy_url?,
            terms_url: terms_url?,
            help_url: help_url?,
        })
    }
}

fn read_name(reader: &mut Reader) -> Option<String> {
    let key = "branding.product_name";
    let name = reader.text(key)?;
    // It goes into mail subjects: a line break would be a new header.
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        reader.refuse_with_default(key, "must be 1 to 60 characters on one line");
        return None;
    }
    Some(name)
}
