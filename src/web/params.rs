//! Parameters from a query or a form: each at most once, valid UTF-8, without NUL.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header;
use percent_encoding::percent_decode;

/// Largest form that any endpoint takes, in bytes.
pub const MAX_FORM_BYTES: usize = 64 * 1024;

/// Why parameters cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadParams {
    /// A parameter came twice. RFC 6749 §3.1.
    Repeated,
    /// Not UTF-8, or with a NUL.
    Encoding,
    /// Larger than [`MAX_FORM_BYTES`].
    TooLarge,
    /// Not `application/x-www-form-urlencoded`.
    NotAForm,
}

impl BadParams {
    /// A sentence for the client's developer.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Repeated => "A parameter is given more than once.",
            Self::Encoding => "A parameter is not valid UTF-8 or holds a NUL character.",
            Self::TooLarge => "The request body is too large.",
            Self::NotAForm => "The request body must be application/x-www-form-urlencoded.",
        }
    }
}

/// Parameters in the order given. `Debug` shows names only: values are secrets as often as not.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Parameters that may come several times: RFC 8707 §2, RFC 8693 §2.1, and check boxes of our own forms.
const REPEATABLE: &[&str] = &[
    "resource",
    "audience",
    "id",
    "permissions",
    "grant_types",
    "response_types",
];

impl Params {
    /// Reads a query string or a form body.
    pub fn parse(text: &[u8]) -> Result<Self, BadParams> {
        let mut params: Vec<(String, String)> = Vec::new();
        for pair in text.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let name = decode(halves.next().unwrap_or(&[]))?;
            let value = decode(halves.next().unwrap_or(&[]))?;
            if !REPEATABLE.contains(&name.as_str()) && params.iter().any(|(known, _)| *known == name) {
                return Err(BadParams::Repeated);
            }
            params.push((name, value));
        }
        Ok(Self(params))
    }

    /// Reads a form body, whose content type must say so.
    pub fn from_form(headers: &HeaderMap, body: &Bytes) -> Result<Self, BadParams> {
        if body.len() > MAX_FORM_BYTES {
            return Err(BadParams::TooLarge);
        }
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if body.is_empty() && kind.is_empty() {
            return Ok(Self::default());
        }
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(BadParams::NotAForm);
        }
        Self::parse(body)
    }

    /// Parameters that were read elsewhere, under the same rules.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Result<Self, BadParams> {
        let mut params = Self::default();
        for (name, value) in pairs {
            if name.contains('\0') || value.contains('\0') {
                return Err(BadParams::Encoding);
            }
            if !REPEATABLE.contains(&name.as_str()) && params.get_raw(&name).is_some() {
                return Err(BadParams::Repeated);
            }
            params.0.push((name, value));
        }
        Ok(params)
    }

    /// These, and those of `others` whose names are not among them.
    #[must_use]
    pub fn over(mut self, others: &Self) -> Self {
        let added: Vec<_> = others
            .0
            .iter()
            .filter(|(name, _)| self.get_raw(name).is_none())
            .cloned()
            .collect();
        self.0.extend(added);
        self
    }

    /// Without these.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|(name, _)| !names.contains(&name.as_str()));
        self
    }

    /// A parameter's value. An empty value counts as absent. RFC 6749 §3.1.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|v| !v.is_empty())
    }

    /// A parameter's value, empty or not.
    pub fn get_raw(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A parameter's text, trimmed; empty when it is absent.
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or("").trim().to_owned()
    }

    /// Every value of a parameter that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The values of a parameter that may be repeated, each once and none empty.
    pub fn distinct(&self, name: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for value in self.all(name).filter(|v| !v.is_empty()) {
            if !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        values
    }

    /// Name and value of each parameter.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn decode(part: &[u8]) -> Result<String, BadParams> {
    let spaced: Vec<u8> = part.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    let text = percent_decode(&spaced)
        .decode_utf8()
        .map_err(|_| BadParams::Encoding)?;
    if text.contains('\0') {
        Err(BadParams::Encoding)
    } else {
        Ok(text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let params = Params::parse(b"a=1+2&b=%C3%A4&c&d=").unwrap();
        assert_eq!(params.get("a"), Some("1 2"));
        assert_eq!(params.get("b"), Some("ä"));
        assert_eq!(
            (params.get("c"), params.get("d"), params.get_raw("d")),
            (None, None, Some(""))
        );
        assert_eq!(params.get("e"), None);
    }

    #[test]
    fn repeated_parameters_are_refused_but_for_resource() {
        assert_eq!(Params::parse(b"state=a&state=b"), Err(BadParams::Repeated));
        assert_eq!(Params::parse(b"state=a&st%61te=a"), Err(BadParams::Repeated));
        let params = Params::parse(b"resource=a&resource=b").unwrap();
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_is_not_text_is_refused() {
        assert_eq!(Params::parse(b"a=%FF"), Err(BadParams::Encoding));
        assert_eq!(Params::parse(b"a=%00"), Err(BadParams::Encoding));
        assert_eq!(Params::parse(b"%C3%28=x"), Err(BadParams::Encoding));
    }

    #[test]
    fn values_are_not_printed() {
        let params = Params::parse(b"password=hunter2").unwrap();
        assert_eq!(format!("{params:?}"), "[\"password\"]");
    }
}
