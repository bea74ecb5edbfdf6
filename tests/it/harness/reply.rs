//! An answer, and what tests expect of it.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::Response;
use axum::http::StatusCode;
use axum::http::header;
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::harness::Tokens;
use crate::harness::html::Page;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The path and query that was asked for.
    pub(crate) url: String,
}

impl Reply {
    pub(crate) async fn read(response: Response<Body>, url: String) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body ends").to_bytes().to_vec();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
            url,
        }
    }

    /// A header's text, or nothing.
    pub(crate) fn header(&self, name: impl AsRef<str>) -> &str {
        self.headers
            .get(name.as_ref())
            .and_then(|v| v.to_str().ok())
            .unwrap_or("")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        let kind = self.header(header::CONTENT_TYPE);
        assert!(kind.starts_with("application/"), "{self}");
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// The parameters of the redirect, which must lead to `target`; from the query, else from the fragment.
    pub(crate) fn sent_to(&self, target: &str) -> BTreeMap<String, String> {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self}");
        let rest = self.location().strip_prefix(target);
        let rest = rest.unwrap_or_else(|| self.fail(&format!("does not lead to {target}")));
        let query = rest.strip_prefix(['?', '#', '&']).unwrap_or(rest);
        // a query comes with an empty fragment
        let query = query.strip_suffix('#').unwrap_or(query);
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let map: BTreeMap<String, String> = pairs.iter().cloned().collect();
        assert_eq!(
            map.len(),
            pairs.len(),
            "a parameter came twice: {}",
            self.location()
        );
        map
    }

    pub(crate) fn page(&self) -> Page {
        let kind = self.header(header::CONTENT_TYPE);
        assert!(kind.starts_with("text/html"), "{self}");
        Page::parse(&self.text(), &self.url)
    }

    /// A page of ours with an error: 4xx, HTML, no redirect, nothing of value in it.
    #[track_caller]
    pub(crate) fn expect_error_page(&self, marker: &str) {
        assert!(self.status.is_client_error(), "{self}");
        assert_eq!(self.location(), "", "{self}");
        let text = self.text();
        assert!(
            text.contains(&format!("data-error=\"{marker}\"")),
            "{marker}: {self}"
        );
    }

    /// A JSON refusal as RFC 6749 §5.2 wants it.
    #[track_caller]
    pub(crate) fn expect_error(&self, code: &str) -> Value {
        let status = match code {
            "invalid_client" | "invalid_token" => 401,
            "insufficient_scope" => 403,
            _ => 400,
        };
        self.expect_error_with(status, code)
    }

    /// As [`Reply::expect_error`], with another status.
    #[track_caller]
    pub(crate) fn expect_error_with(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self}");
        let body = self.json();
        assert_eq!(body["error"], code, "{self}");
        let description = body["error_description"].as_str().unwrap_or("");
        let plain = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(
            !description.is_empty() && description.bytes().all(plain),
            "{self}"
        );
        assert_eq!(self.header(header::CACHE_CONTROL), "no-store", "{self}");
        for member in ["access_token", "refresh_token", "id_token"] {
            assert!(body.get(member).is_none(), "{self}");
        }
        body
    }

    /// Tokens, as RFC 6749 §5.1 wants them.
    #[track_caller]
    pub(crate) fn expect_tokens(&self) -> Tokens {
        assert_eq!(self.status, StatusCode::OK, "{self}");
        assert_eq!(self.header(header::CACHE_CONTROL), "no-store", "{self}");
        assert_eq!(self.header(header::CONTENT_TYPE), "application/json", "{self}");
        Tokens::of(&self.json())
    }

    fn fail(&self, why: &str) -> ! {
        std::panic::panic_any(format!("{why}: {self}"))
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text();
        let short: String = text.chars().take(3000).collect();
        write!(f, "{} → {} {} {short}", self.url, self.status, self.location())
    }
}
