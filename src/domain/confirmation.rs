//! What a token is bound to, so that a thief cannot use it. RFC 7800 §3.1.

use serde::Deserialize;
use serde::Serialize;

/// The `cnf` claim: the key or the certificate that must be shown with the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// The thumbprint of a DPoP key. RFC 9449 §6.1.
    #[serde(rename = "jkt")]
    Key(String),
    /// The thumbprint of a client certificate. RFC 8705 §3.1.
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Confirmation {
    /// The column value.
    pub fn to_text(&self) -> String {
        match self {
            Self::Key(thumbprint) => format!("jkt {thumbprint}"),
            Self::Certificate(thumbprint) => format!("x5t#S256 {thumbprint}"),
        }
    }

    /// The `token_type` of an access token with this binding; without one it is `Bearer` too. RFC 9449 §5.
    pub const fn token_type(constraint: Option<&Self>) -> &'static str {
        match constraint {
            Some(Self::Key(_)) => "DPoP",
            Some(Self::Certificate(_)) | None => "Bearer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_under_the_registered_names() {
        let json = |c: &Confirmation| serde_json::to_string(c).unwrap();
        assert_eq!(json(&Confirmation::Key("k".to_owned())), r#"{"jkt":"k"}"#);
        let certificate = Confirmation::Certificate("c".to_owned());
        assert_eq!(json(&certificate), r#"{"x5t#S256":"c"}"#);
        assert_eq!(Confirmation::token_type(Some(&certificate)), "Bearer");
    }
}
